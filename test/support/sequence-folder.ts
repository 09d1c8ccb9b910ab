/** A small campaign of its own, with sequences as a test writes them, and what is said of them; no email is laid out. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { adviseOnSequences } from '../../shared/campaign/sequences/sequence-advice.ts'
import { checkSequences } from '../../shared/campaign/sequences/sequence-checks.ts'
import { readCampaignFiles } from '../../shared/campaign/source/campaign-files.ts'
import { CampaignFolder } from '../../shared/campaign/source/campaign-folder.ts'
import { type CampaignProblem, Problems } from '../../shared/campaign/source/problems.ts'

/** The first line after which a test puts settings of its own is the eighth. */
export const settings = `name: orchard
senderName: Orchard School
postalAddress: Orchard School, 12 Orchard Lane, Bristol
timeZone: Europe/London
minimumGapHours: 20
sales: { email: sales@example.com }
report: { email: marketing@example.com }
windows: { office: { weekdays: [Mon, Tue, Wed, Thu, Fri], from: "09:00", to: "17:00" } }
`

const form = (sequence: string, doubleOptIn: boolean): string => `title: A form
sequence: ${sequence}
doubleOptIn: ${doubleOptIn}
consent: { wording: "Yes, write to me about courses now and then." }
fields:
  - { name: email, label: Email, type: email, required: true }
  - { name: occupation, label: Work, type: select, options: [Student, Working] }
  - { name: visits, label: Visits, type: hidden }
`

/** At most 5 + 9 + 1 points, at least -3. */
const scoring = `thresholds: { enter: 12, leave: 6, minimumDwellDays: 14, coolDownDays: 30 }
rules:
  - { id: working, dimension: fit, when: { field: occupation, in: [Working] }, points: 5, reason: Works already }
  - { id: student, dimension: negative, when: { field: occupation, in: [Student] }, points: -3, reason: Studies }
  - { id: clicked, dimension: engagement, when: { fact: CLICKED }, points: 3, cap: 9, reason: Clicks }
  - { id: press, dimension: fit, when: { source: [Newspaper] }, points: 1, reason: Read of us }
`

const email = (path: string): string =>
  `---\nsubject: Something\npreheader: And more\n---\nRead [it](https://www.example.com${path}?from=email).\n`

const base: Readonly<Record<string, string>> = {
  'campaign.yaml': settings,
  'scoring.yaml': scoring,
  'forms/guide.yaml': form('learn', false),
  'forms/news.yaml': form('digest', true),
  'sequences/digest.yaml': 'steps:\n  - { id: first, email: first }\n',
  'emails/first.md': email('/first'),
  'emails/welcome.md': email('/guide'),
  'emails/day.md': email('/day'),
  'emails/cost.md': email('/cost'),
  'emails/talk.md': email('/book-a-call'),
  'emails/extra.md': email('/extra'),
}

export const sequenceFolder = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-sequences-'))
  for (const [name, text] of Object.entries({ ...base, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

export const saidOf = (files: Readonly<Record<string, string>>): { errors: string[]; advice: string[] } => {
  const problems = new Problems()
  const read = readCampaignFiles(new CampaignFolder(sequenceFolder(files)), problems)
  checkSequences(read, problems)
  adviseOnSequences(read, problems)
  return { errors: problems.errors.map(lineOf), advice: problems.advice.map(lineOf) }
}

const lineOf = ({ file, line, problem, fix }: CampaignProblem): string => `${file}:${line}: ${problem} ${fix}`
