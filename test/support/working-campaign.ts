/** A copy of the plain campaign to write in. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plainCampaign } from './assembly.ts'

const sample = plainCampaign

export interface CampaignFolder {
  readonly path: string
  /** In one write, as an editor saves. */
  write(file: string, text: string): void
  /** `before` must be there. */
  change(file: string, before: string, after: string): void
}

export const campaignFolder = (files: Readonly<Record<string, string>> = {}): CampaignFolder => {
  const path = join(mkdtempSync(join(tmpdir(), 'ripen-campaign-')), 'campaign')
  cpSync(sample, path, { recursive: true })
  const write = (file: string, text: string) => writeFileSync(join(path, file), text)
  for (const [file, text] of Object.entries(files)) write(file, text)
  return {
    path,
    write,
    change: (file, before, after) => {
      const text = readFileSync(join(path, file), 'utf8')
      if (!text.includes(before)) throw new Error(`${file} has no "${before}" to change.`)
      write(file, text.replace(before, after))
    },
  }
}

export const draft = (subject: string, body: string): string =>
  `---\nsubject: ${subject}\npreheader: About ${subject}\n---\n${body}\n`

/** A test, a branch with a way to the end, a condition, a goal: all that a list of emails has to tell. */
export const branchedSequence = `goal: { clicked: /book-a-call }
steps:
  - { id: welcome, email: welcome }
  - id: day
    wait: 4 days
    window: office
    variants:
      - { id: honest, email: analysts-day, weight: 2 }
      - { id: short, email: good-course, weight: 1 }
  - branch: interest
    wait: 5 business days
    arms:
      - arm: keen
        when: { score: { atLeast: 6 } }
        steps:
          - { id: early, email: talk-to-us }
        goTo: end
      - arm: others
        steps:
          - { id: example, email: worked-example, wait: 8 days, when: { not: { clicked: /five-answers } } }
  - { id: cost, email: cost-and-return, wait: 10 days }
`
