/** The same people played calmly, and in a busy and shaky account: what becomes of each lead is the same. */
import { expect } from 'vitest'
import { type DemoResult, play } from '../../cli/demo/run.ts'
import { synthesiseForTest } from '../support/assembly.ts'

/** What happened to whom, without when: a call that is tried again comes a little later. */
const happened = ({ items }: DemoResult): string[] =>
  items
    .filter(({ sk }) => String(sk).startsWith('FACT#'))
    .map(({ pk, kind, enrolment, step, cycle }) => [pk, kind, enrolment, step, cycle].join(' '))
    .sort()

const received = ({ inbox }: DemoResult): string[] =>
  inbox.map(({ to, tags }) => `${to} ${tags.purpose} ${tags.enrolment} ${tags.step}`).sort()

/** `services` are those whose calls must have met a fault, or the comparison means nothing. */
export const expectStrainToChangeNothing = async (
  { leads, days, seed }: { readonly leads: number; readonly days: number; readonly seed: string },
  services: readonly string[],
): Promise<void> => {
  const { assembly, campaign } = await synthesiseForTest()
  const options = { cdkOut: assembly.directory, campaign, map: [], form: 'guide', leads, days, seed }
  const calm = await play({ ...options, disorder: false })
  const strained = await play({ ...options, disorder: true, strain: true })
  expect(calm.faults).toEqual({})
  expect(Object.keys(strained.faults)).toEqual(expect.arrayContaining([...services]))
  expect(strained.violations).toEqual([])
  expect(strained.deadLetters).toBe(0)
  expect(received(strained)).toEqual(received(calm))
  expect(happened(strained)).toEqual(happened(calm))
}
