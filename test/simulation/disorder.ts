import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { type DemoResult, play } from '../../cli/demo/run.ts'
import { synthesiseForTest } from '../support/assembly.ts'

/** The facts of a run, without what SES makes up. */
const factsOf = ({ items }: DemoResult) =>
  items
    .filter(({ sk }) => String(sk).startsWith('FACT#'))
    .map(({ messageId, ...fact }) => fact)
    .sort((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1))

const sendsOf = ({ inbox }: DemoResult) =>
  inbox
    .map(
      ({ to, sentAtMs, tags }) => `${new Date(sentAtMs).toISOString()} ${to} ${tags.enrolment} ${tags.step}`,
    )
    .sort()

/** Sixty days twice; a busy machine may take its time over it. */
const patienceMs = 400_000

test(
  'everything delivered twice and shuffled: same facts, same sends, same report',
  async () => {
    const { assembly, campaign } = await synthesiseForTest()
    const options = {
      cdkOut: assembly.directory,
      campaign,
      map: [],
      form: 'guide',
      leads: 14,
      days: 60,
      // Of these fourteen one goes to sales twice and is won, and two leave.
      seed: 'simulation2',
    }
    const straight = await play({ ...options, disorder: false })
    const disordered = await play({ ...options, disorder: true })
    expect(straight.violations).toEqual([])
    expect(disordered.violations).toEqual([])
    expect([straight.deadLetters, disordered.deadLetters]).toEqual([0, 0])
    expect(sendsOf(straight).length).toBeGreaterThan(80)
    expect(straight.inbox.filter(({ tags }) => tags.purpose === 'sales')).toHaveLength(2)
    expect(sendsOf(disordered)).toEqual(sendsOf(straight))
    expect(factsOf(disordered)).toEqual(factsOf(straight))
    expect(disordered.report).toEqual(straight.report)
    // The second run did more work for the same result, or it did not repeat anything.
    expect(disordered.bill.lines.find(({ what }) => what === 'invocations')?.quantity).toBeGreaterThan(
      1.3 *
        (straight.bill.lines.find(({ what }) => what === 'invocations')?.quantity ??
          Number.POSITIVE_INFINITY),
    )
  },
  patienceMs,
)

test('a file that is not there and a column that is not in it are told by name', async () => {
  const { assembly, campaign } = await synthesiseForTest()
  const options = { cdkOut: assembly.directory, campaign, form: 'guide', days: 1, seed: 's', disorder: false }
  await expect(play({ ...options, csv: 'nowhere.csv', map: [] })).rejects.toThrow(
    'nowhere.csv cannot be read',
  )
  const csv = resolve(import.meta.dirname, '..', '..', 'cli', 'demo', 'sample-leads.csv')
  await expect(play({ ...options, csv, map: ['email={Address}'] })).rejects.toThrow(
    'There is no column "Address"; the columns are email,',
  )
})
