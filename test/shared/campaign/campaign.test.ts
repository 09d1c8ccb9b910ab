import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Liquid } from 'liquidjs'
import { describe, expect, test } from 'vitest'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import { CampaignError } from '../../../shared/campaign/source/problems.ts'

const sample = resolve(import.meta.dirname, '..', '..', '..', 'campaign')

/** The sample with one text in one file replaced. */
const changed = (file: string, from: string, to: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-campaign-'))
  cpSync(sample, folder, { recursive: true })
  const text = readFileSync(join(folder, file), 'utf8')
  expect(text).toContain(from)
  writeFileSync(join(folder, file), text.replace(from, to))
  return folder
}

test('the sample campaign compiles, to the same version each time', async () => {
  const [first, second] = [await compileCampaign(sample), await compileCampaign(sample)]
  expect(first.plan.version).toBe(second.plan.version)
  expect(Object.keys(first.emails)).toHaveLength(16)
})

test('a changed word is another version', async () => {
  const other = await compileCampaign(changed('emails/welcome.md', 'twelve pages', 'eleven pages'))
  expect(other.plan.version).not.toBe((await compileCampaign(sample)).plan.version)
})

test('when an address is given up is a setting, and no part of a campaign that does not say it', async () => {
  const given = 'repeatAfterDays: 150\nsoftBounces: { emails: 3, days: 14 }'
  const { plan } = await compileCampaign(changed('campaign.yaml', 'repeatAfterDays: 150', given))
  expect(plan.softBounces).toEqual({ emails: 3, days: 14 })
  expect((await compileCampaign(sample)).plan).not.toHaveProperty('softBounces')
})

test('an email greets by name, or by its default, and escapes what a visitor typed', async () => {
  const { emails } = await compileCampaign(sample)
  const render = (firstName?: string) =>
    new Liquid({ outputEscape: 'escape' }).parseAndRender(emails.welcome?.html ?? '', {
      lead: { firstName },
      links: { preferences: 'https://p' },
      campaign: { postalAddress: 'Here' },
    })
  expect(await render('Ada')).toContain('Hello Ada,')
  expect(await render()).toContain('Hello there,')
  expect(await render('<b>')).toContain('Hello &lt;b&gt;,')
  expect(await render('Ada')).toContain('<a ses:no-track href="https://p"')
})

describe('a mistake is told with file, line and fix:', () => {
  test.each([
    ['campaign.yaml', 'minimumGapHours: 20', 'minimumGapHours: many', 'campaign.yaml:7: minimumGapHours'],
    [
      'campaign.yaml',
      'repeatAfterDays: 150',
      'softBounces: { emails: 1, days: 14 }',
      'campaign.yaml:63: softBounces.emails: must be 2 or more',
    ],
    ['campaign.yaml', 'timeZone: Europe/London', 'timeZone: Mars', 'campaign.yaml:6: timeZone'],
    ['campaign.yaml', 'senderName:', 'senderNam:', 'campaign.yaml:3: Unknown setting "senderNam".'],
    [
      'forms/guide.yaml',
      'sequence: learn',
      'sequence: lern',
      'forms/guide.yaml:4: There is no sequence "lern".',
    ],
    [
      'scoring.yaml',
      'field: visits',
      'field: visitors',
      'scoring.yaml:43: The rule came-back reads visitors',
    ],
    [
      'scoring.yaml',
      'points: -3',
      'points: -30',
      'scoring.yaml:29: rules.student.points: must be -10 or more.',
    ],
    [
      'scoring.yaml',
      'points: -3',
      'points: 3',
      'scoring.yaml:29: rules.student.points: a negative rule takes points away; write a number below 0',
    ],
    ['scoring.yaml', 'dimension: negative', 'dimension: bad', 'rules.student.dimension: must be fit,'],
    [
      'scoring.yaml',
      'in: [Student]',
      'in: [Pupil]',
      'which no form offers. Choose from Working Professional,',
    ],
    [
      'scoring.yaml',
      'field: visits, atLeast',
      'field: visits, atMost',
      'rules.came-back.when.atMost: is unknown',
    ],
    [
      'scoring.yaml',
      'field: visits, atLeast: 4',
      'field: visits',
      'needs something to compare with: add in, atLeast, below',
    ],
    [
      'scoring.yaml',
      'field: visits, atLeast: 4',
      'visits: 4',
      'rules.came-back.when: must be one of { field, in }',
    ],
    [
      'scoring.yaml',
      'field: visits, atLeast: 4',
      'field: occupation, atLeast: 4',
      'The rule came-back compares occupation with a number, but it is not a number.',
    ],
    [
      'scoring.yaml',
      'fact: CLICKED }',
      'fact: CLICKD }',
      'rules.clicked.when.fact: must be CAPTURED, CONFIRMED,',
    ],
    ['scoring.yaml', 'link: /book-a-call', 'link: /book-a-cal', 'which no email links to.'],
    ['scoring.yaml', 'fact: CONFIRMED }', 'fact: CONFIRMED, link: /x }', 'only clicks have a link'],
    [
      'scoring.yaml',
      'fact: CONFIRMED }',
      'fact: CONFIRMED, quietDays: 9, times: 2 }',
      'cannot be combined with times or withinDays',
    ],
    ['scoring.yaml', 'id: student', 'id: working', 'scoring.yaml:26: Two rules are called working.'],
    ['scoring.yaml', 'leave: 6', 'leave: 16', 'scoring.yaml:7: thresholds.leave: must not be above enter'],
    ['scoring.yaml', 'points: 5', 'points: 5\n    halfLifeDays: 9', 'only points for facts can fade'],
    ['scoring.yaml', 'points: 5', 'points: 5\n    cap: 9', 'only a rule that gives points for each fact'],
    [
      'scoring.yaml',
      'fact: CLICKED }',
      'fact: CLICKED, times: 2 }',
      'scoring.yaml:50: rules.clicked.cap: only',
    ],
    ['scoring.yaml', 'cap: 9', 'cap: 2', 'scoring.yaml:50: rules.clicked.cap: is less than one fact gives'],
    ['scoring.yaml', 'points: 5', 'points: 11', 'scoring.yaml:24: rules.working.points: must be 10 or less.'],
    ['scoring.yaml', 'points: 5', 'points: 0', 'scoring.yaml:24: rules.working.points: must not be 0;'],
    ['scoring.yaml', 'cap: 9', 'cap: -9', 'scoring.yaml:50: rules.clicked.cap: must be more than 0.'],
    ['scoring.yaml', 'halfLifeDays: 30', 'halfLife: 30', 'scoring.yaml:51: Unknown setting "halfLife".'],
    [
      'scoring.yaml',
      '    reason: Confirmed the address',
      '',
      'scoring.yaml:59: rules.confirmed.reason: is missing. Add it.',
    ],
    [
      'scoring.yaml',
      'in: [Student]',
      'in: Student',
      'scoring.yaml:28: rules.student.when.in: must be a list, such as [one, two].',
    ],
    [
      'scoring.yaml',
      'in: [Student]',
      'in: [Student',
      'scoring.yaml:28: Flow sequence in block collection must be sufficiently indented and end with a ]. Correct',
    ],
    [
      'scoring.yaml',
      'enter: 12',
      'enter: 32',
      'scoring.yaml:5: No lead can reach 32 points: the rules give at most 31.',
    ],
    [
      'scoring.yaml',
      'source: [Reference, Welingak Website]',
      'field: source, in: [Reference]',
      'scoring.yaml:33: The rule recommended reads source, which is not an answer. Write { source: [ ... ] }.',
    ],
    [
      'scoring.yaml',
      'field: visits, atLeast: 4',
      'field: email, known: true',
      'scoring.yaml:43: The rule came-back reads email, which is not an answer.',
    ],
    [
      'sequences/learn.yaml',
      'email: analysts-day',
      'email: analyst-day',
      'sequences/learn.yaml:21: There is no email "analyst-day". Did you mean analysts-day?',
    ],
    [
      'sequences/learn.yaml',
      'id: day,',
      'id: welcome,',
      'sequences/learn.yaml:21: Two steps are called welcome.',
    ],
    [
      'emails/welcome.md',
      '{{ lead.firstName | default: "there" }}',
      '{{ lead.firstName }}',
      'emails/welcome.md:6: lead.firstName has no default.',
    ],
    ['emails/welcome.md', 'lead.firstName', 'lead.surname', 'emails/welcome.md:6: No form asks for surname.'],
    [
      'emails/welcome.md',
      'https://www.example.com/guide',
      '/guide',
      'emails/welcome.md:8: The link "/guide" is not a full https address.',
    ],
    [
      'emails/confirm.md',
      'Someone',
      '{{ lead.firstName | default: "You" }}',
      'emails/confirm.md:5: The confirmation email uses lead.firstName.',
    ],
  ])('%s with "%s" as "%s"', async (file, from, to, expected) => {
    const error = await compileCampaign(changed(file, from, to)).then(
      () => undefined,
      (caught: unknown) => caught,
    )
    expect(error).toBeInstanceOf(CampaignError)
    expect(String(error)).toContain(expected)
  })
})
