import { stripVTControlCharacters } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { check } from '../../cli/check/check.ts'
import { campaignWith, emailOf, type Files } from '../support/campaign-folder.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const printed = async (files: Files, options = { strict: false, json: false }) => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const exitCode = await check(campaignWith(files), options)
  return { exitCode, text: stripVTControlCharacters(log.mock.calls.map(([line]) => String(line)).join('\n')) }
}

const withAdvice: Files = { 'emails/trial.md': emailOf('Good!!\n\n[Book](https://www.example.com/book)') }
const withBoth: Files = {
  ...withAdvice,
  'emails/second.md': emailOf('Good!!\n\n{{ lead.firstName }}\n[a](/b)'),
}

test('findings stand by file and line, each with what to do, and the last line says what comes next', async () => {
  const { exitCode, text } = await printed(withBoth)
  expect(text.split('\n\n').slice(0, 2)).toEqual([
    `emails/second.md
  error  line 7: lead.firstName has no default.
         Not every lead has it: write {{ lead.firstName | default: "..." }}.
  error  line 8: The link "/b" is not a full https address.
         Write the full address, beginning with https://.`,
    `emails/trial.md
  advice line 5: "!!" reads as shouting, and spam filters penalise it.
         One is enough.`,
  ])
  expect(text.split('\n').at(-1)).toBe(
    '2 errors and 1 piece of advice: correct the errors, then check again.',
  )
  expect(exitCode).toBe(1)
})

test('errors stand before advice', async () => {
  const { text } = await printed({ 'emails/trial.md': emailOf('Good!!\n\n[a](/b)') })
  expect(text.split('\n\n')[0]).toBe(`emails/trial.md
  error  line 7: The link "/b" is not a full https address.
         Write the full address, beginning with https://.
  advice line 5: "!!" reads as shouting, and spam filters penalise it.
         One is enough.`)
})

test('each email has a line: subject and its length, size, lines of text, links', async () => {
  const { text } = await printed(withAdvice)
  expect(text).toMatch(/^trial +17 characters +\d+\.\d KB +9 lines +1 link {2}Something to read$/m)
  expect(text).toMatch(/^confirm +27 characters/m)
})

const branching: Files = {
  'sequences/learn.yaml': `goal: { clicked: /second }
steps:
  - { id: hello, email: first, forAll: true }
  - branch: who
    wait: 2 days
    arms:
      - arm: student
        when: { field: occupation, in: [Student] }
        steps:
          - { id: cheap, email: second, wait: 3 business days, window: office }
        goTo: last
      - { arm: other, when: { not: { clicked: /first } } }
  - id: middle
    variants: [{ id: a, email: third }, { id: b, email: fourth }]
    wait: 1 week, until Tue 10:00
  - { id: last, email: fifth, wait: 4 days, when: { score: { atLeast: 3 } } }
`,
  ...Object.fromEntries(
    ['first', 'second', 'third', 'fourth', 'fifth'].map((name) => [
      `emails/${name}.md`,
      emailOf(`Read [about it](https://www.example.com/${name}).`),
    ]),
  ),
}

test('each sequence is shown as it flows, with its length', async () => {
  const { text } = await printed(branching)
  expect(text).toContain(`learn: 5 steps, of which a lead gets 2 to 3 emails, 9 to 20 days
  hello      at once, email first, for all
  who        2 days later, a branch
    student  if occupation is Student, then go to last
      cheap  3 business days later, office, email second
    other    if the lead has not clicked /first
             otherwise continue
  middle     7 days later, until Tue 10:00, a test: a third, b fourth
  last       4 days later, email fifth, if the lead has at least 3 points
  goal       ends when the lead has clicked /second

`)
})

test('the sequences are in the JSON too', async () => {
  const { text } = await printed(branching, { strict: false, json: true })
  const { sequences }: { sequences: { id: string }[] } = JSON.parse(text)
  expect(sequences.find(({ id }) => id === 'learn')).toMatchObject({
    steps: 5,
    leastEmails: 2,
    mostEmails: 3,
    leastDays: 9,
    mostDays: 20,
    lines: expect.arrayContaining([
      { depth: 2, name: 'cheap', text: '3 business days later, office, email second' },
    ]),
  })
})

test('advice fails with --strict only', async () => {
  const lenient = await printed(withAdvice)
  expect(lenient.exitCode).toBe(0)
  expect(lenient.text).toMatch(/can be deployed\. 1 piece of advice: follow what you agree with\.$/)
  vi.restoreAllMocks()
  const strict = await printed(withAdvice, { strict: true, json: false })
  expect(strict.exitCode).toBe(1)
  expect(strict.text).toMatch(/1 piece of advice, and --strict allows none: follow it, then check again\.$/)
})

test('sample addresses are warned of before the last line, and fail nothing', async () => {
  const { exitCode, text } = await printed({}, { strict: true, json: false })
  expect(exitCode).toBe(0)
  expect(text).toContain(`
Before you deploy
  sample campaign.yaml line 4: "replyTo" is advisers@example.com, a sample.
         Write your own: with samples, AWS refuses to deploy.
  sample campaign.yaml line 9: "sales.email" is sales@example.com, a sample.
         Write your own: with samples, AWS refuses to deploy.
  sample campaign.yaml line 11: "report.email" is marketing@example.com, a sample.
         Write your own: with samples, AWS refuses to deploy.

`)
})

test('a campaign with addresses of its own is not warned of', async () => {
  const own = (text: string) => text.replaceAll('@example.com', '@fernhill.academy')
  const { text } = await printed({ 'campaign.yaml': own })
  expect(text).not.toContain('sample')
})

test('the sample passes --strict', async () => {
  const { exitCode, text } = await printed({}, { strict: true, json: false })
  expect(exitCode).toBe(0)
  expect(text).toMatch(/: nothing to correct\.$/)
})

test('as JSON it is for programs', async () => {
  const { exitCode, text } = await printed(withAdvice, { strict: false, json: true })
  expect(exitCode).toBe(0)
  const found: { advice: unknown; errors: unknown; version: unknown; emails: { id: string }[] } =
    JSON.parse(text)
  expect(found).toMatchObject({
    version: expect.stringMatching(/^[0-9a-f]{12}$/),
    errors: [],
    advice: [
      {
        file: 'emails/trial.md',
        line: 5,
        problem: '"!!" reads as shouting, and spam filters penalise it.',
        fix: 'One is enough.',
      },
    ],
  })
  expect(found.emails.find(({ id }) => id === 'trial')).toMatchObject({
    subject: 'Something to read',
    subjectCharacters: 17,
    textLines: 9,
    links: 1,
  })
})
