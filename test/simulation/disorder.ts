/** The same people played straight and in disorder: what is the same, and that something was repeated. */
import { expect } from 'vitest'
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

/** People of the sample over sixty days, and what must have happened among them for the comparison to mean anything. */
export interface Played {
  readonly leads: number
  readonly seed: string
  readonly moreSendsThan: number
  readonly emailsToSales: number
}

export const expectDisorderToChangeNothing = async (played: Played): Promise<void> => {
  const { leads, seed, moreSendsThan, emailsToSales } = played
  const { assembly, campaign } = await synthesiseForTest()
  const options = { cdkOut: assembly.directory, campaign, map: [], form: 'guide', leads, days: 60, seed }
  const straight = await play({ ...options, disorder: false })
  const disordered = await play({ ...options, disorder: true })
  expect(straight.violations).toEqual([])
  expect(disordered.violations).toEqual([])
  expect([straight.deadLetters, disordered.deadLetters]).toEqual([0, 0])
  expect(sendsOf(straight).length).toBeGreaterThan(moreSendsThan)
  expect(straight.inbox.filter(({ tags }) => tags.purpose === 'sales')).toHaveLength(emailsToSales)
  expect(sendsOf(disordered)).toEqual(sendsOf(straight))
  expect(factsOf(disordered)).toEqual(factsOf(straight))
  expect(disordered.report).toEqual(straight.report)
  // The second run did more work for the same result, or it did not repeat anything.
  expect(invocationsOf(disordered)).toBeGreaterThan(1.3 * invocationsOf(straight))
}

const invocationsOf = ({ bill }: DemoResult): number =>
  bill.lines.find(({ what }) => what === 'invocations')?.quantity ?? Number.NaN
