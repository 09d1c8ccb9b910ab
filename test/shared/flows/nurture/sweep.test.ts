import { describe, expect, test } from 'vitest'
import type { PlaceInTable } from '../../../../shared/aws/lead-pages.ts'
import type { Sweep } from '../../../../shared/contracts/messages.ts'
import type { Summary } from '../../../../shared/contracts/stored.ts'
import { sweepPage } from '../../../../shared/flows/nurture/sweep.ts'
import { day, hour, monday } from '../../../support/leads.ts'

const summary = (given: Partial<Summary> = {}): Summary => ({
  version: 1,
  email: 'ada@example.com',
  profile: {},
  source: 'Google',
  timeZone: 'UTC',
  stage: 'nurturing',
  scoreHundredths: 0,
  scoreLines: [],
  gates: [],
  campaignVersion: 'v1',
  updatedAtMs: monday - day,
  ...given,
})
const due = (atMs: number): Summary => summary({ appointment: { atMs, on: 'schedule' } })
const asked = (atMs: number): Summary => summary({ stage: 'qualified', handOffAskedAtMs: atMs })

const place: PlaceInTable = { pk: 'LEAD#bob', sk: 'SUMMARY' }

/** One page that holds these leads, swept on Monday. */
const swept = async (
  summaries: Readonly<Record<string, Summary | undefined>>,
  message: Sweep = { sweep: 'begin' },
  next?: PlaceInTable,
) => {
  const looked: string[] = []
  const queued: Sweep[] = []
  const read: (PlaceInTable | undefined)[] = []
  const result = await sweepPage(message, monday, {
    campaignVersion: 'v1',
    pages: {
      read: async (after) => {
        read.push(after)
        const leads = Object.entries(summaries).map(([leadId, one]) => ({ leadId, summary: one }))
        return { leads, next }
      },
    },
    queue: { put: async (more) => void queued.push(more) },
    look: async (leadId) => void looked.push(leadId),
  })
  return { looked, queued, read, result }
}

describe('a lead is looked at', () => {
  test.each<[string, Summary | undefined, boolean]>([
    ['that was never decided on', undefined, true],
    ['that was decided on by another version', summary({ campaignVersion: 'v0' }), true],
    ['whose appointment is more than an hour overdue', due(monday - hour - 1), true],
    ['whose appointment is an hour overdue', due(monday - hour), false],
    ['whose appointment is to come', due(monday + hour), false],
    ['that has nothing coming', summary(), false],
  ])('%s', async (_, one, isLookedAt) => {
    const { looked, result } = await swept({ ada: one })
    expect(looked).toEqual(isLookedAt ? ['ada'] : [])
    expect(result.looked).toBe(isLookedAt ? 1 : 0)
  })
})

describe('a hand-off is unconfirmed', () => {
  test.each<[string, Summary | undefined, number]>([
    ['that was asked for more than an hour ago', asked(monday - hour - 1), 1],
    ['not one that was asked for an hour ago', asked(monday - hour), 0],
    ['not one of a lead that asked for none', summary(), 0],
    ['not one of a lead that was never decided on', undefined, 0],
  ])('%s', async (_, one, count) => {
    expect((await swept({ ada: one })).result.unconfirmedHandOffs).toBe(count)
  })
})

test('a sweep begins at the first page, and goes on with the next while there is one', async () => {
  const { read, queued, result } = await swept({ ada: undefined, bob: undefined }, { sweep: 'begin' }, place)
  expect(read).toEqual([undefined])
  expect(queued).toEqual([{ sweep: 'page', after: place, looked: 2 }])
  expect(result).toEqual({ looked: 2, isOver: false, unconfirmedHandOffs: 0 })
})

test('a later page adds to what was looked at before, and the last one ends the sweep', async () => {
  const { read, queued, result } = await swept(
    { eve: undefined, kim: summary() },
    { sweep: 'page', after: place, looked: 2 },
  )
  expect(read).toEqual([place])
  expect(queued).toEqual([])
  expect(result).toEqual({ looked: 3, isOver: true, unconfirmedHandOffs: 0 })
})
