import { expect, test } from 'vitest'
import { keys } from '../../../../shared/contracts/names.ts'
import { readReleases, type StoredReleases } from '../../../../shared/contracts/releases.ts'
import type { Campaign, Sequence } from '../../../../shared/domain/campaign.ts'
import { recordAndAnnounceCampaign, recordCampaign } from '../../../../shared/flows/nurture/release.ts'
import { campaign, emailStep, sequence } from '../../../support/leads.ts'
import { ReleaseMemory } from '../../../support/release-memory.ts'

/** Monday, 9 March 2026. */
const at = (time: string) => Date.parse(`2026-03-09T${time}Z`)

const learn = (version: string): Sequence =>
  sequence('learn', [emailStep('one'), emailStep(version)], { version })
const plan = (version: string, ...sequences: readonly Sequence[]): Campaign => ({
  ...campaign,
  version,
  sequences: Object.fromEntries(sequences.map((one) => [one.id, one])),
})

const v1 = plan('v1', learn('learn-1'))
const v2 = plan('v2', learn('learn-2'))
/** Other score rules, the same sequences. */
const v1Scored = plan('v1-scored', learn('learn-1'))
const v1WithDigest = plan('v1-with-digest', learn('learn-1'), sequence('digest', [emailStep('first')]))

const start = (table: ReleaseMemory, version: Campaign, time: string) =>
  recordAndAnnounceCampaign(version, { forms: {}, emails: {} }, at(time), table)

/** `learn-1 10:00, learn-2 10:20; v2 in force`. */
const told = ({ history, versionInForce }: StoredReleases): string =>
  `${Object.values(history)
    .flat()
    .map(
      ({ sequence: { version }, sinceMs }) => `${version} ${new Date(sinceMs).toISOString().slice(11, 16)}`,
    )
    .join(', ')}; ${versionInForce} in force`

test('the first function that ever starts records the first release', async () => {
  const table = new ReleaseMemory()
  const { campaign: inForce, isNew } = await start(table, v1, '10:00')
  expect(isNew).toBe(true)
  expect(inForce.history).toEqual({ learn: [{ sinceMs: at('10:00'), sequence: learn('learn-1') }] })
  expect(told(table.stored)).toBe('learn-1 10:00; v1 in force')
})

/** Functions of which version start when, after v1 has been in force since 09:00; which of them are new; what is on record. */
const rows: readonly [string, readonly (readonly [Campaign, string])[], readonly boolean[], string][] = [
  ['another function of the same version', [[v1, '10:00']], [false], 'learn-1 09:00; v1 in force'],
  [
    'a new version, and its other functions',
    [
      [v2, '10:00'],
      [v2, '10:01'],
      [v2, '23:00'],
    ],
    [true, false, false],
    'learn-1 09:00, learn-2 10:00; v2 in force',
  ],
  [
    'an old function 14 minutes after the release records nothing',
    [
      [v2, '10:00'],
      [v1, '10:14'],
      [v2, '10:15'],
    ],
    [true, false, false],
    'learn-1 09:00, learn-2 10:00; v2 in force',
  ],
  [
    'a return after 15 minutes is a release',
    [
      [v2, '10:00'],
      [v1, '10:15'],
    ],
    [true, true],
    'learn-1 09:00, learn-2 10:00, learn-1 10:15; v1 in force',
  ],
  [
    'a return after 20 minutes is a release, and a function of the version it replaced records nothing',
    [
      [v2, '10:00'],
      [v1, '10:20'],
      [v2, '10:30'],
      [v1, '10:31'],
    ],
    [true, true, false, false],
    'learn-1 09:00, learn-2 10:00, learn-1 10:20; v1 in force',
  ],
  [
    'an old function after a release of other score rules records nothing',
    [
      [v1Scored, '10:00'],
      [v1, '10:05'],
    ],
    [true, false],
    'learn-1 09:00; v1-scored in force',
  ],
  [
    'a return to the old score rules after 20 minutes',
    [
      [v1Scored, '10:00'],
      [v1, '10:20'],
    ],
    [true, true],
    'learn-1 09:00; v1 in force',
  ],
  [
    'an old function after a release of one more sequence records nothing',
    [
      [v1WithDigest, '10:00'],
      [v1, '10:05'],
    ],
    [true, false],
    'learn-1 09:00, digest-v1 10:00; v1-with-digest in force',
  ],
  [
    'a third version within the 15 minutes',
    [
      [v2, '10:00'],
      [plan('v3', learn('learn-3')), '10:05'],
    ],
    [true, true],
    'learn-1 09:00, learn-2 10:00, learn-3 10:05; v3 in force',
  ],
]

test.each(rows)('%s', async (_, starts, expectedNew, expected) => {
  const table = new ReleaseMemory()
  await start(table, v1, '09:00')
  const areNew: boolean[] = []
  for (const [version, time] of starts) areNew.push((await start(table, version, time)).isNew)
  expect(areNew).toEqual(expectedNew)
  expect(told(table.stored)).toBe(expected)
})

test('an old function decides by the history as it is on record', async () => {
  const table = new ReleaseMemory()
  await start(table, v1, '09:00')
  await start(table, v2, '10:00')
  const { campaign: inForce } = await start(table, v1, '10:05')
  expect(inForce.version).toBe('v1')
  expect(inForce.history?.learn?.map(({ sequence: { version } }) => version)).toEqual(['learn-1', 'learn-2'])
})

test('of two functions that start at once both read before either writes: one is new, and neither loses the other', async () => {
  const table = new ReleaseMemory()
  await start(table, v1, '09:00')
  const both = await Promise.all([start(table, v2, '10:00'), start(table, v2, '10:00')])
  expect(both.map(({ isNew }) => isNew)).toEqual([true, false])
  expect(told(table.stored)).toBe('learn-1 09:00, learn-2 10:00; v2 in force')
  expect(both[1]?.campaign.history).toEqual(both[0]?.campaign.history)
})

test('of two that start a moment apart each may record the release, and an old one after them records nothing', async () => {
  const table = new ReleaseMemory()
  await start(table, v1, '09:00')
  await Promise.all([start(table, v2, '10:00'), start(table, v2, '10:01')])
  expect(told(table.stored)).toBe('learn-1 09:00, learn-2 10:00, learn-2 10:01; v2 in force')
  const { isNew } = await start(table, v1, '10:10')
  expect(isNew).toBe(false)
})

test('the version that was replaced, and when, is read back from the table', () => {
  const item = { sk: keys.versionInForce, version: 'v2', sinceMs: at('10:00') }
  expect(readReleases([{ ...item, replaced: 'v1' }])).toEqual({
    history: {},
    versionInForce: 'v2',
    replaced: { version: 'v1', atMs: at('10:00') },
  })
  expect(readReleases([item])).toEqual({ history: {}, versionInForce: 'v2' })
})

test('a function that says nothing of its version leaves it to the one that does, which has leads looked at', async () => {
  const table = new ReleaseMemory()
  await start(table, v1, '09:00')
  const { history } = await recordCampaign(v2, at('10:00'), table)
  expect(history?.learn?.map(({ sequence: { version } }) => version)).toEqual(['learn-1', 'learn-2'])
  expect(told(table.stored)).toBe('learn-1 09:00, learn-2 10:00; v1 in force')
  expect((await start(table, v2, '10:00')).isNew).toBe(true)
  expect(told(table.stored)).toBe('learn-1 09:00, learn-2 10:00; v2 in force')
})
