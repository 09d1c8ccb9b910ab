/** The sweep's messages, lost, repeated and crossed: over the engine's own conditional writes and scans. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Engine, startEngine } from '../../local/engine/process.ts'
import { engineClient } from '../../local/services/dynamodb.ts'
import { factItem } from '../../shared/aws/fact-writer.ts'
import { type LeadPage, LeadPages } from '../../shared/aws/lead-pages.ts'
import { SweepTable } from '../../shared/aws/sweep-table.ts'
import { readSweep, type Sweep, type SweepPage } from '../../shared/contracts/messages.ts'
import { sweep } from '../../shared/flows/nurture/sweep.ts'
import { campaign, captured, hour, monday } from '../support/leads.ts'

const minute = 60_000
const folder = mkdtempSync(join(tmpdir(), 'ripen-sweep-'))
let engine: Engine
let dynamo: DynamoDBClient
let tables = 0
let tableName = ''

beforeAll(async () => {
  engine = await startEngine(folder)
  dynamo = new DynamoDBClient(engineClient(engine.endpoint))
})
afterAll(async () => {
  dynamo.destroy()
  await engine.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  tables += 1
  tableName = `Leads${tables}`
  await dynamo.send(
    new CreateTableCommand({
      TableName: tableName,
      AttributeDefinitions: ['pk', 'sk'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  )
})

const idOf = (lead: number): string => String(lead).padStart(32, '0')

/** A sweep over the table of the test; `version` is that of the campaign of whoever works the queue off. */
const world = (
  given: {
    readonly pages?: Pick<LeadPages, 'read'>
    readonly failing?: string
    readonly isLate?: boolean
  } = {},
) => {
  const queue: Sweep[] = []
  const looked: string[] = []
  const progress = new SweepTable(dynamo, tableName)
  const take = (message: Sweep, nowMs = monday, askedAtMs = monday, version = 'v1') =>
    sweep(message, askedAtMs, nowMs, {
      campaign: { ...campaign, version },
      segments: sweepSegments,
      pages: given.pages ?? new LeadPages(dynamo, tableName),
      progress,
      queue: { put: async (put) => void queue.push(readSweep(JSON.stringify(put))) },
      isLate: () => given.isLate ?? false,
      look: async (leadId) => {
        if (leadId === given.failing) throw new Error('It cannot be read.')
        looked.push(leadId)
      },
    })
  return {
    queue,
    looked,
    progress,
    take,
    /** Takes what is on the queue, and what that puts there, in turn. */
    drain: async (nowMs = monday) => {
      const results: string[] = []
      for (let message = queue.shift(); message; message = queue.shift())
        results.push((await take(message, nowMs)).kind)
      return results
    },
  }
}

const isPage = (message: Sweep): message is SweepPage => message.sweep === 'page'
const segmentsOf = (queue: readonly Sweep[]) => queue.filter(isPage).map(({ segment }) => segment)
const sweepSegments = 8
const all = Array.from({ length: sweepSegments }, (_, segment) => segment)

describe('a sweep', () => {
  test('looks once at each lead that needs it, over many pages of many segments', async () => {
    // More than a megabyte in each segment.
    const filler = 'x'.repeat(100_000)
    for (let lead = 0; lead < 200; lead += 1)
      await dynamo.send(
        new PutItemCommand({
          TableName: tableName,
          Item: { ...factItem(idOf(lead), captured()), filler: { S: filler } },
        }),
      )
    const { take, drain, looked } = world()
    await take({ sweep: 'begin' })
    const results = await drain()
    expect(results.filter((kind) => kind === 'page').length).toBeGreaterThan(sweepSegments)
    expect(looked.sort()).toEqual(Array.from({ length: 200 }, (_, lead) => idOf(lead)))
  })

  test('that is asked for twice by one message begins once', async () => {
    const { take, drain, queue } = world()
    await take({ sweep: 'begin' })
    expect(segmentsOf(queue)).toEqual(all)
    await drain()
    expect(await take({ sweep: 'begin' })).toEqual({ kind: 'begun', segments: 0 })
    expect(await take({ sweep: 'begin' }, monday + hour, monday + hour)).toEqual({
      kind: 'begun',
      segments: 8,
    })
  })

  test('does not begin where one is under way, unless that goes by another version', async () => {
    const { take, queue } = world({ pages: endless })
    await take({ sweep: 'begin' })
    for (const message of queue.splice(0)) await take(message)
    queue.length = 0
    const later = monday + 30 * minute
    expect(await take({ sweep: 'begin' }, later, later)).toEqual({ kind: 'begun', segments: 0 })
    expect(await take({ sweep: 'begin' }, later, later, 'v2')).toEqual({ kind: 'begun', segments: 8 })
    expect(queue.filter(isPage).map(({ run, page, version }) => [run, page, version])).toEqual(
      all.map(() => [later, 0, 'v2']),
    )
  })

  test('whose messages were lost goes on with the page at which it stood', async () => {
    const { take, queue } = world({ pages: endless })
    await take({ sweep: 'begin' })
    for (const message of queue.splice(0)) await take(message)
    queue.length = 0
    const tomorrow = monday + 24 * hour
    await take({ sweep: 'begin' }, tomorrow, tomorrow)
    expect(queue.filter(isPage).map(({ run, page, after }) => [run, page, after])).toEqual(
      all.map(() => [monday, 1, { pk: 'LEAD#9', sk: 'LEAD' }]),
    )
  })

  test('whose beginning was cut short begins the other segments when its message comes back', async () => {
    const { take, drain, queue } = world()
    await take({ sweep: 'begin' })
    queue.splice(3)
    await drain()
    await take({ sweep: 'begin' })
    expect(segmentsOf(queue)).toEqual([3, 4, 5, 6, 7])
  })

  test('of before there were segments is begun by segments', () => {
    const chained = { sweep: 'page', after: { pk: 'LEAD#9', sk: 'LEAD' }, looked: 12 }
    expect(readSweep(JSON.stringify(chained))).toEqual({ sweep: 'begin' })
  })
})

/** Each page is followed by another. */
const endless: Pick<LeadPages, 'read'> = {
  read: async () => ({ leads: [], next: { pk: 'LEAD#9', sk: 'LEAD' } }),
}

const first: SweepPage = {
  sweep: 'page',
  run: monday,
  version: 'v1',
  segment: 0,
  of: 8,
  page: 0,
  looks: 0,
}

describe('a page', () => {
  test('that comes again after it was read puts nothing on the queue', async () => {
    const { take, queue } = world({ pages: endless })
    await take(first)
    expect(queue).toHaveLength(1)
    expect(await take(first)).toEqual({ kind: 'past', segment: 0, page: 0 })
    expect(queue).toHaveLength(1)
  })

  test('that comes again after the last one of its segment is past', async () => {
    const { take } = world()
    expect(await take(first)).toMatchObject({ kind: 'page', isOver: true })
    expect(await take(first)).toMatchObject({ kind: 'past' })
  })

  test('that two take at once is read by one; the other waits, in case that one fails', async () => {
    const { take, progress } = world()
    await progress.take(first, monday)
    await expect(take(first, monday + minute)).rejects.toMatchObject({ name: 'PageUnderWay' })
    // The first has failed: the message comes back after six minutes.
    expect(await take(first, monday + 6 * minute)).toMatchObject({ kind: 'page' })
  })

  test('whose reader crashed before the next one was put is read again', async () => {
    const crashing = world({
      pages: {
        read: async () => {
          throw new Error('crash')
        },
      },
    })
    await expect(crashing.take(first)).rejects.toThrow('crash')
    const { take, queue } = world({ pages: endless })
    expect(await take(first, monday + 6 * minute)).toMatchObject({ kind: 'page' })
    expect(queue).toMatchObject([{ page: 1 }])
  })

  test('whose next one is taken before it is finished leaves that one its place', async () => {
    const { progress } = world()
    const second = { ...first, page: 1 }
    await progress.take(first, monday)
    expect(await progress.take(second, monday)).toBe('taken')
    await progress.finish(first, second, monday)
    expect((await progress.read()).get(0)).toMatchObject({ page: second, takenAtMs: monday })
  })

  test('of an earlier sweep is past, and of a later one takes its place', async () => {
    const { take, progress } = world({ pages: endless })
    const later = { ...first, run: monday + hour }
    await take({ ...first, page: 5 })
    await take(later)
    expect(await take({ ...first, page: 6 })).toMatchObject({ kind: 'past' })
    expect((await progress.read()).get(0)?.page).toMatchObject({ run: monday + hour, page: 1 })
  })

  test('asks for looks by ten, and says how many leads sales should have been told of', async () => {
    const standing = { campaignVersion: 'v1', factsActedOn: 0, handOffAskedAtMs: monday - 2 * hour }
    const leads = Array.from({ length: 23 }, (_, lead) => ({ leadId: idOf(lead), facts: [], standing }))
    const { take, queue } = world({ pages: { read: async () => ({ leads, next: undefined }) } })
    expect(await take(first)).toMatchObject({ leads: 23, looks: 23, isOver: true, unconfirmedHandOffs: 23 })
    expect(queue.map((message) => message.sweep === 'look' && message.leadIds.length)).toEqual([10, 10, 3])
  })
})

describe('a lead that a page’s end parts', () => {
  const kinds = (...names: string[]) => names.map((kind) => ({ kind }))
  const standing = { campaignVersion: 'v1', factsActedOn: 3 }
  const partedAfter = (sk: string): LeadPage['next'] => ({ pk: `LEAD#${idOf(1)}`, sk })
  const head: LeadPage = {
    leads: [{ leadId: idOf(1), facts: kinds('CAPTURED', 'CLICKED', 'DELIVERED'), standing: 'none' }],
    next: partedAfter('FACT#DELIVERED#learn-1#one'),
  }

  test.each<[string, LeadPage['leads'], readonly string[]]>([
    [
      'from facts and a summary that has taken note of all of them is passed over',
      [{ leadId: idOf(1), facts: kinds('SENT'), standing }],
      [],
    ],
    [
      'from facts of which its summary has not taken note is looked at',
      [{ leadId: idOf(1), facts: kinds('SENT', 'UNSUBSCRIBED'), standing }],
      [idOf(1)],
    ],
    ['from nothing has no summary, and is looked at', [], [idOf(1)]],
    [
      'from nothing but another lead has no summary, and is looked at',
      [{ leadId: idOf(2), facts: kinds('CAPTURED', 'SENT', 'CONFIRMED'), standing }],
      [idOf(1)],
    ],
  ])('%s', async (_, leads, expected) => {
    const read: LeadPage[] = [head, { leads, next: undefined }]
    const { take, queue, drain, looked } = world({ pages: { read: async () => read.shift() ?? head } })
    expect(await take(first)).toMatchObject({ leads: 0, looks: 0 })
    expect(queue).toMatchObject([{ page: 1, parted: { leadId: idOf(1), decisiveFacts: 2 } }])
    await drain()
    expect(looked).toEqual(expected)
  })

  test('after its summary was read is dealt with on the first page', async () => {
    const page = {
      leads: [{ leadId: idOf(1), facts: kinds('CAPTURED'), standing }],
      next: partedAfter('LEAD'),
    }
    const { take, queue } = world({ pages: { read: async () => page } })
    await take(first)
    expect(queue).toMatchObject([{ sweep: 'look' }, { page: 1 }])
    expect(queue[1]).not.toHaveProperty('parted')
  })
})

test('looks for which there is no time go back on the queue by themselves; the first is always tried', async () => {
  const { take, queue, looked } = world({ isLate: true })
  const result = await take({ sweep: 'look', leadIds: [idOf(1), idOf(2), idOf(3)] })
  expect(result).toMatchObject({ kind: 'looked', leads: 1, failed: [] })
  expect(looked).toEqual([idOf(1)])
  expect(queue).toEqual([{ sweep: 'look', leadIds: [idOf(2), idOf(3)] }])
})

describe('a look that fails', () => {
  test('stops no other, and stands alone from then on', async () => {
    const { take, queue, looked } = world({ failing: idOf(2) })
    const result = await take({ sweep: 'look', leadIds: [idOf(1), idOf(2), idOf(3)] })
    expect(result).toMatchObject({ kind: 'looked', leads: 2, failed: [{ leadId: idOf(2) }] })
    expect(looked).toEqual([idOf(1), idOf(3)])
    expect(queue).toEqual([{ sweep: 'look', leadIds: [idOf(2)] }])
    await expect(take({ sweep: 'look', leadIds: [idOf(2)] })).rejects.toThrow('It cannot be read.')
    expect(queue).toHaveLength(1)
  })
})

test('what is kept of a segment by another version, and cannot be read, stops no sweep', async () => {
  const { take, queue } = world()
  await dynamo.send(
    new PutItemCommand({
      TableName: tableName,
      Item: marshall({
        pk: 'SWEEP',
        sk: 'SEGMENT#0',
        run: 1,
        page: 3,
        message: 'other',
        isOver: false,
        movedAtMs: 1,
      }),
    }),
  )
  await take({ sweep: 'begin' })
  expect(segmentsOf(queue)).toEqual(all)
  expect(await take(first)).toMatchObject({ kind: 'page' })
})
