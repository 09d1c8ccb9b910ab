/** What is tested of the forecast's agreement with the pipeline, which stops at each of some thousand moments for it. */
import { beforeAll, describe, expect, test } from 'vitest'
import { forecastBill } from '../../../cli/forecast/bill.ts'
import { type Both, playBoth } from '../../support/agreement.ts'
import { synthesiseChanged, synthesiseForTest } from '../../support/assembly.ts'

/** In place of the digest's second step. */
const branchInDigest = `  - branch: reads
    wait: 4 days
    arms:
      - arm: keen
        when: { fact: CLICKED, times: 1 }
        steps:
          - { id: talk, email: talk-to-us, wait: "2 business days, until 10:00" }
      - arm: quiet
        steps:
          - id: subject
            wait: 3 days
            window: office
            variants:
              - { id: a, email: worked-example }
              - { id: b, email: analysts-day, weight: 2 }
  - { id: unread, email: good-course, wait: 1 day, when: { score: { atLeast: 3 } } }`

/** How many facts of each kind are in the pipeline's table. */
const factCounts = ({ pipeline }: Both): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { sk, kind } of pipeline.items)
    if (String(sk).startsWith('FACT#')) counts[String(kind)] = (counts[String(kind)] ?? 0) + 1
  return counts
}

const quantities = (lines: Both['pipeline']['bill']['lines']) =>
  new Map(lines.map(({ what, quantity }) => [what, quantity]))

/** People of the sample, and what must have happened among them for the comparison to mean anything. */
export interface SamplePlayed {
  readonly leads: number
  readonly seed: string
  readonly moreSendsThan: number
  readonly moreOfEachVariantThan: number
}

/** Called at the top of a test file, whose hooks it sets. */
export const testAgreementOnSample = (given: SamplePlayed): void => {
  describe(`${given.leads} leads of the sample, sixty days`, () => {
    let both: Both
    beforeAll(async () => {
      both = await playBoth(await synthesiseForTest(), {
        form: 'guide',
        map: [],
        leads: given.leads,
        days: 60,
        seed: given.seed,
      })
    })

    test('every email goes to the same lead, with the same step, at the same millisecond', () => {
      expect(both.pipeline.violations).toEqual([])
      expect(both.sends.pipeline.length).toBeGreaterThan(given.moreSendsThan)
      expect(both.sends.forecast).toEqual(both.sends.pipeline)
    })

    test('branches of every way, skipped steps, goals reached and both variants of the test are among them', () => {
      const { sequences, tests } = both.pipeline.report
      const learn = sequences.find(({ sequence }) => sequence === 'learn')
      expect(learn?.branches).toEqual([
        { branch: 'depth', arms: { deeper: expect.any(Number), gentle: expect.any(Number) } },
        { branch: 'money', arms: { none: expect.any(Number), student: expect.any(Number) } },
      ])
      expect(learn?.skipped).toBeGreaterThan(10)
      expect(learn?.goal).toBeGreaterThan(0)
      expect(both.forecast.countOf('ENDED')).toBeGreaterThan(0)
      expect(tests.map(({ step }) => step)).toEqual(['cost'])
      expect(tests[0]?.variants.map(({ id }) => id)).toEqual(['promise', 'question'])
      for (const { id, sent } of tests[0]?.variants ?? [])
        expect(sent, id).toBeGreaterThan(given.moreOfEachVariantThan)
    })

    test('the same leads qualify, and all facts are as many', () => {
      expect(Object.fromEntries(both.forecast.facts)).toEqual(factCounts(both))
      expect(both.forecast.countOf('QUALIFIED')).toBeGreaterThan(0)
    })

    test('every counter of the tally is the same, and so is the report', () => {
      expect(both.report).toEqual(both.pipeline.report)
      expect(both.counts.forecast).toEqual(both.counts.pipeline)
    })

    test('the bill is the pipeline’s within 15 %, line by line', () => {
      const predicted = forecastBill(both.forecast, both.plan, both.deployment)
      const { bill } = both.pipeline
      expect(predicted.emails).toBe(bill.emails)
      const expected = quantities(bill.lines)
      // GB-seconds are how long this machine took, and a busy one takes several times as long.
      const compared = predicted.lines.filter(({ what }) => what !== 'GB-seconds, arm64')
      for (const { what, quantity } of compared)
        expect.soft(Math.abs(quantity / (expected.get(what) ?? 0) - 1), what).toBeLessThan(0.15)
      const withoutTime = (lines: typeof bill.lines) =>
        lines.reduce((sum, line) => sum + (line.what === 'GB-seconds, arm64' ? 0 : line.dollars), 0)
      expect(withoutTime(predicted.lines) / withoutTime(bill.lines)).toBeGreaterThan(0.85)
      expect(withoutTime(predicted.lines) / withoutTime(bill.lines)).toBeLessThan(1.15)
    })
  })
}

export const testAgreementOnOptIn = (leads: number, seed: string): void => {
  test('with double opt-in, a branch, variants, a condition, a goal and a hold-out, every email is the same', async () => {
    const synthesis = await synthesiseChanged({
      'campaign.yaml': {
        'timeZone: Europe/London': 'timeZone: America/New_York',
        'holdOut: { percent: 0 }': 'holdOut: { percent: 20 }',
      },
      'sequences/digest.yaml': {
        'steps:\n': 'goal: { clicked: /book-a-call }\nsteps:\n',
        '{ id: first, email: digest-first }': '{ id: first, email: digest-first, forAll: true }',
        '  - { id: example, email: digest-average, wait: "10 days, until 18:30", window: evening }':
          branchInDigest,
      },
    })
    const both = await playBoth(synthesis, {
      form: 'newsletter',
      map: ['email={email}', 'firstName={firstName}'],
      leads,
      days: 45,
      seed,
    })
    expect(both.pipeline.violations).toEqual([])
    expect(both.sends.forecast).toEqual(both.sends.pipeline)
    expect(Object.fromEntries(both.forecast.facts)).toEqual(factCounts(both))
    const happened = both.sends.pipeline.join('\n')
    for (const what of ['confirmation', ' subject a', ' subject b', ' talk', ' cost'])
      expect(happened).toContain(what)
    expect(both.forecast.countOf('BRANCHED')).toBeGreaterThan(5)
    expect(both.forecast.countOf('SKIPPED')).toBeGreaterThan(0)
    expect(both.forecast.heldOut).toBeGreaterThan(0)
  })
}
