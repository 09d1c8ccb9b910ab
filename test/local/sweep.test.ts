/** The sweep, with everything lost that can be lost: it alone brings every lead on, and one bad lead stops no other. */
import { type AttributeValue, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { describe, expect, test } from 'vitest'
import type { Pipeline } from '../../local/pipeline.ts'
import { engineClient } from '../../local/services/dynamodb.ts'
import { factItem } from '../../shared/aws/fact-writer.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { postForm as post } from '../support/forms.ts'
import { captured, day, hour, monday } from '../support/leads.ts'
import { facts, pipelinesPerTest } from '../support/pipeline.ts'

const { broken, start } = pipelinesPerTest()

/** No new fact ever reaches reconcile. */
const withoutNudges = (): string =>
  broken((template) => {
    const { Resources, ...rest }: { Resources: Record<string, { Type: string }> } = JSON.parse(template)
    const kept = Object.entries(Resources).filter(([id]) => !/Factsreconcile/.test(id))
    return JSON.stringify({ ...rest, Resources: Object.fromEntries(kept) })
  })

/** Written past the functions, as if long ago. */
const store = async (pipeline: Pipeline, items: readonly Record<string, AttributeValue>[]): Promise<void> => {
  const engine = new DynamoDBClient(engineClient(pipeline.table.endpoint))
  const TableName = pipeline.inventory.tables[0]?.name
  for (const Item of items) await engine.send(new PutItemCommand({ TableName, Item }))
  engine.destroy()
}

const summaries = async (pipeline: Pipeline): Promise<Record<string, unknown>[]> =>
  (await pipeline.table.scan()).filter(({ sk }) => sk === 'LEAD')

const idOf = (lead: number): string => String(lead).padStart(32, '0')

const minute = 60_000

describe('the sweep alone', () => {
  test('brings a lead through its sequence, and to sales when it submits again after the end', async () => {
    const pipeline = await start({ cdkOut: withoutNudges(), imports: 'atOnce' })
    await post(pipeline, { email: 'ada@example.com', source: 'Reference' })
    await pipeline.clock.advanceTo(monday + 60 * day)
    expect(await summaries(pipeline)).toMatchObject([{ stage: 'exhausted' }])
    await post(pipeline, {
      email: 'ada@example.com',
      occupation: 'Working Professional',
      minutesOnSite: '20',
    })
    await pipeline.clock.advanceTo(monday + 63 * day)
    expect(pipeline.events.published().map(({ detail }) => detail)).toMatchObject([
      { email: 'ada@example.com' },
    ])
    expect(await facts(pipeline)).toContain('FACT#HANDEDOFF#1')
    // And then lets it be: the summary has taken note of that, too.
    const [before] = await summaries(pipeline)
    await pipeline.clock.advanceTo(monday + 66 * day)
    expect(await summaries(pipeline)).toEqual([before])
  })

  test('looks at every lead but the one that cannot be read, which waits by its id for a person', async () => {
    const pipeline = await start({ cdkOut: withoutNudges(), imports: 'atOnce' })
    const leads = Array.from({ length: 25 }, (_, lead) => lead)
    await store(pipeline, [
      ...leads.map((lead) =>
        factItem(idOf(lead), captured({ email: `lead${lead}@example.com`, atMs: monday - day })),
      ),
      marshall({ pk: `LEAD#${idOf(13)}`, sk: 'SEND#learn-1#welcome', claimedAtMs: 'at ten' }),
    ])
    await pipeline.clock.advanceTo(monday + day)
    expect((await summaries(pipeline)).map(({ pk }) => pk).sort()).toEqual(
      leads.filter((lead) => lead !== 13).map((lead) => `LEAD#${idOf(lead)}`),
    )
    const deadLetters = pipeline.inventory.queues.find(({ id }) => /^SweepQueueDeadLetters/.test(id))
    const dead = JSON.stringify({ sweep: 'look', leadIds: [idOf(13)] })
    // Once for the new version, and once for the day.
    expect(pipeline.sqs.contents(deadLetters?.arn ?? '').map(({ body }) => body)).toEqual([dead, dead])
    expect(pipeline.alarms.ringing().map(({ description }) => description)).toEqual([
      expect.stringContaining('runbook.md#sweep-dead-letters'),
    ])
  })

  test('goes on at the page where it was left lying for an hour', async () => {
    const pipeline = await start({ cdkOut: withoutNudges(), imports: 'atOnce' })
    const { version } = (await synthesiseForTest()).campaign.plan
    const left = { sweep: 'page', run: monday - 6 * hour, segment: 3, of: 8, page: 7, looks: 2 }
    const places = Array.from({ length: 8 }, (_, segment) => ({
      pk: 'SWEEP',
      sk: `SEGMENT#${segment}`,
      run: left.run,
      page: 7,
      message: JSON.stringify({ ...left, version, segment }),
      isOver: segment !== 3,
      movedAtMs: monday - 5 * hour,
    }))
    await store(
      pipeline,
      places.map((place) => marshall(place)),
    )
    // Five minutes after the functions first started with this version.
    await pipeline.clock.advanceTo(monday + hour)
    const after = (await pipeline.table.scan()).filter(({ pk }) => pk === 'SWEEP')
    // The others began anew; the one left lying ended the sweep that it was in.
    expect(after.map(({ sk, run, page, isOver }) => [sk, run === left.run, page, isOver])).toEqual(
      places.map(({ sk }, segment) => [sk, segment === 3, segment === 3 ? 7 : 0, true]),
    )
  })
})

/** As if the Scheduler had lost what our functions had set. */
const loseSchedules = async (pipeline: Pipeline): Promise<void> => {
  for (const { group, name } of pipeline.scheduler.outstanding().filter(({ isDeclared }) => !isDeclared))
    await pipeline.scheduler.handle({
      service: 'scheduler',
      method: 'DELETE',
      path: `/schedules/${name}`,
      query: new URLSearchParams({ groupName: group }),
      target: undefined,
      text: '',
      body: {},
      roleArn: '',
      caller: 'test',
    })
}

describe('what is lost while the stream works', () => {
  test('the schedule of a confirmation that had to wait for its hour: it comes with the next sweep', async () => {
    const pipeline = await start({ imports: 'atOnce' })
    const asked = Array.from({ length: 21 }, (_, lead) =>
      factItem(
        idOf(lead),
        captured({ email: `lead${lead}@example.com`, form: 'newsletter', network: 'n', atMs: monday }),
      ),
    )
    await store(pipeline, asked)
    await pipeline.clock.advanceTo(monday + 10 * minute)
    const confirmed = () => pipeline.ses.inbox().filter(({ tags }) => tags.purpose === 'confirmation').length
    expect(confirmed()).toBe(20)
    await loseSchedules(pipeline)
    await pipeline.clock.advanceTo(monday + 2 * hour)
    expect(confirmed()).toBe(20)
    await pipeline.clock.advanceTo(monday + day)
    expect(confirmed()).toBe(21)
  })
})
