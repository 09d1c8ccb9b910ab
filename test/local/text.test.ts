import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { expect, test } from 'vitest'
import { checkInvariants } from '../../local/invariants.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { failureOf } from '../support/aws-refusals.ts'
import { postForm } from '../support/forms.ts'
import { hour, monday } from '../support/leads.ts'
import { pipelinesPerTest } from '../support/pipeline.ts'

const { start } = pipelinesPerTest()

test('an emoji that a cut goes through costs neither its own count nor those of the minute', async () => {
  const pipeline = await start()
  // The eightieth UTF-16 unit is the first half of the emoji.
  const halved = `${'a'.repeat(79)}🎉 and more`
  expect((await postForm(pipeline, { email: 'ada@example.com', source: halved })).status).toBe(202)
  expect((await postForm(pipeline, { email: 'ben@example.com', source: 'plain' })).status).toBe(202)
  // Longer than a sort key may be, in bytes.
  const long = { utm_source: 'ひ'.repeat(450) }
  expect((await postForm(pipeline, { email: 'eve@example.com', ...long })).status).toBe(202)
  await pipeline.clock.advanceTo(monday + hour)
  const items = await pipeline.table.scan()
  const counted = items
    .filter(({ pk, sk }) => String(pk).startsWith('TALLY#') && String(sk).includes('|captured#'))
    .map(({ sk, count }) => [String(sk).split('|')[1], count])
  expect(counted.sort()).toEqual([
    [`${'a'.repeat(79)}🎉`, 1],
    ['plain', 1],
    ['ひ'.repeat(80), 1],
  ])
  const { campaign } = await synthesiseForTest()
  const evidence = { items, inbox: pipeline.ses.inbox(), schedules: pipeline.scheduler.outstanding() }
  expect(checkInvariants({ ...evidence, nowMs: pipeline.clock.nowMs() }, campaign.plan)).toEqual([])
  expect(pipeline.alarms.ringing()).toEqual([])
})

test('the table refuses what DynamoDB refuses: half a pair of surrogates, and keys that are too long', async () => {
  const { operator } = await start()
  const config = {
    endpoint: operator.gateway,
    region: operator.region,
    credentials: { accessKeyId: operator.accessKey, secretAccessKey: 'local' },
  }
  const client = new DynamoDBClient(config)
  const put = (pk: string, sk: string, text = '') =>
    client.send(
      new PutItemCommand({
        TableName: operator.table,
        Item: { pk: { S: pk }, sk: { S: sk }, text: { S: text } },
      }),
    )
  expect(await failureOf(put('LEAD#1', 'a', 'half \ud83c'))).toMatchObject({ name: 'SerializationException' })
  expect(await failureOf(put('LEAD#1', 'half \udf89'))).toMatchObject({ name: 'SerializationException' })
  // The limit is in bytes: these have 513 and 1,025 characters.
  expect(await failureOf(put('LEAD#1', 'é'.repeat(513)))).toMatchObject({ name: 'ValidationException' })
  expect(await failureOf(put('é'.repeat(1025), 'a'))).toMatchObject({ name: 'ValidationException' })
  await put('é'.repeat(1024), 'é'.repeat(512), 'whole 🎉')
  client.destroy()
})
