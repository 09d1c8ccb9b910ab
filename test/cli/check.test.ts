import { stripVTControlCharacters } from 'node:util'
import { afterEach, expect, test, vi } from 'vitest'
import { check } from '../../cli/check.ts'
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
  error  line 8: The link "/b" is not a whole https address.
         Write it out, beginning with https://.`,
    `emails/trial.md
  advice line 5: "!!" reads as shouting, and filters count it.
         One sign is enough.`,
  ])
  expect(text.split('\n').at(-1)).toBe(
    '2 errors and 1 piece of advice: correct the errors, then check again.',
  )
  expect(exitCode).toBe(1)
})

test('errors stand before advice', async () => {
  const { text } = await printed({ 'emails/trial.md': emailOf('Good!!\n\n[a](/b)') })
  expect(text.split('\n\n')[0]).toBe(`emails/trial.md
  error  line 7: The link "/b" is not a whole https address.
         Write it out, beginning with https://.
  advice line 5: "!!" reads as shouting, and filters count it.
         One sign is enough.`)
})

test('each email has a line: subject and its length, size, lines of text, links', async () => {
  const { text } = await printed(withAdvice)
  expect(text).toMatch(/^trial +17 characters +\d+\.\d KB +9 lines +1 link {2}Something to read$/m)
  expect(text).toMatch(/^confirm +27 characters/m)
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
        problem: '"!!" reads as shouting, and filters count it.',
        fix: 'One sign is enough.',
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
