import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { expect, test } from 'vitest'
import { postForm } from '../support/forms.ts'
import { day, hour, monday } from '../support/leads.ts'
import { pipelinesPerTest } from '../support/pipeline.ts'
import { factsBy, newWords, tomorrows } from '../support/stored-items.ts'

const { start } = pipelinesPerTest()

test('today’s functions over yesterday’s and tomorrow’s facts: leads go on, what can be counted is, and only what cannot waits', async () => {
  const lines: string[] = []
  const pipeline = await start({ onLog: ({ line }) => lines.push(line) })
  const { operator, table, clock } = pipeline
  const client = new DynamoDBClient({
    endpoint: operator.gateway,
    region: operator.region,
    credentials: { accessKeyId: operator.accessKey, secretAccessKey: 'local' },
  })
  const put = (item: Readonly<Record<string, unknown>>) =>
    client.send(
      new PutItemCommand({
        TableName: operator.table,
        Item: marshall(item, { removeUndefinedValues: true }),
      }),
    )
  await postForm(pipeline, { email: 'ada@example.com' })
  await clock.advanceTo(monday + hour)
  const lead = (await table.scan()).find(({ sk }) => sk === 'LEAD') ?? {}
  const inMinute = { pk: lead.pk, atMs: monday + 1000 }

  // All in one minute, with a new lead's facts among them.
  const click = factsBy('0.1.0').find(({ kind }) => kind === 'CLICKED')
  const opened = factsBy('0.1.0').find(({ kind }) => kind === 'OPENED')
  if (!click || !opened) throw new Error('The fixture lacks a click or an open.')
  for (const { of } of tomorrows) await put({ ...of(click), ...inMinute })
  await put({ ...opened, ...inMinute, sk: 'FACT#OPENED#learn-1#welcome', step: 'welcome' })
  const bounce = { ...inMinute, ...newWords.BOUNCED, kind: 'BOUNCED', enrolment: 'learn-1', step: 'day' }
  await put({ ...bounce, sk: 'FACT#BOUNCED#learn-1#day#sulking' })
  await put({ ...click, ...inMinute, sk: 'FACT#CLICKED#learn-1#day#x', atMs: 'noon' })
  await put({ ...lead, stage: 'asleep' })
  await postForm(pipeline, { email: 'ben@example.com' })
  await clock.advanceTo(monday + 2 * hour)

  const parked = pipeline.inventory.queues.find(({ id }) => id.startsWith('TallyDeadLetters'))?.arn ?? ''
  const waiting = pipeline.sqs.contents(parked).map(({ body }) => JSON.parse(body))
  expect(waiting.map(({ uncounted, why }) => `${why} ${uncounted.sk}`).sort()).toEqual([
    'malformed FACT#CLICKED#learn-1#day#x',
    'unknownKind FACT#RECLICKED#learn-1#example#https://www.example.com/wobble',
    'unknownValue FACT#BOUNCED#learn-1#day#sulking',
  ])
  expect(waiting.every(({ uncounted }) => uncounted.pk === lead.pk)).toBe(true)
  const counted = new Map(
    (await table.scan())
      .filter(({ pk }) => String(pk).startsWith('TALLY#'))
      .map(({ sk, count }) => [String(sk).split('#')[0], count]),
  )
  expect(counted.get('step|learn|example|clicked')).toBe(1)
  expect(counted.get('step|learn|welcome|opened')).toBe(1)
  expect(counted.get('source|direct|captured')).toBe(2)

  // What is malformed rings by its own alarm while it is met, and all that is not counted by the queue.
  const ringing = pipeline.alarms.ringing().map(({ description }) => /#(.+)$/.exec(description)?.[1])
  expect(ringing).toContain('tally-dead-letters')
  const metrics = lines.filter((line) => line.startsWith('{"_aws"')).map((line) => JSON.parse(line))
  for (const kind of ['RECLICKED', 'BOUNCED', 'CLICKED'])
    expect(metrics.some((metric) => metric.opaqueFacts > 0 && metric.kind === kind)).toBe(true)
  expect(metrics.some((metric) => metric.malformedFacts > 0)).toBe(true)
  expect(lines.join('\n')).not.toMatch(/ada@example|recordFailed|messageFailed/)

  // The lead goes on, its summary is made again, and what could not be read is still there.
  await clock.advanceTo(monday + 12 * day)
  expect(
    pipeline.ses.inbox().filter(({ tags }) => tags.lead === String(lead.pk).slice(5)).length,
  ).toBeGreaterThan(1)
  const items = await table.scan()
  expect(items.find(({ pk, sk }) => pk === lead.pk && sk === 'LEAD')).toMatchObject({ stage: 'nurturing' })
  expect(items.map(({ sk }) => sk)).toEqual(
    expect.arrayContaining(['FACT#CLICKED#learn-1#day#x', 'FACT#BOUNCED#learn-1#day#sulking']),
  )
  client.destroy()
})
