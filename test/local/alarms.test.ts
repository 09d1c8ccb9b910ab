import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, test } from 'vitest'
import type { Pipeline } from '../../local/pipeline.ts'
import { loadInventory } from '../../local/template/load.ts'
import { postForm as post } from '../support/forms.ts'
import { day, monday } from '../support/leads.ts'
import { pipelinesPerTest } from '../support/pipeline.ts'

const { start, broken } = pipelinesPerTest()

const minute = 60_000
const hour = 60 * minute

/** Every alarm of the template, and those that rang in these tests. */
const known = new Set<string>()
const rung = new Set<string>()

/** The headings of the runbook that the alarms which ring name, each once. */
const ringing = ({ alarms }: Pick<Pipeline, 'alarms'>): string[] => {
  for (const { id, isRinging } of alarms.states()) {
    known.add(id)
    if (isRinging) rung.add(id)
  }
  const headings = alarms.ringing().map(({ description }) => /#(.+)$/.exec(description)?.[1] ?? '')
  return [...new Set(headings)].sort()
}

/** Takes an action away from the role of one function; where a resource is named, on that one only. */
const without = (action: string, role: RegExp, resource = /./): string =>
  broken((template) => {
    const { Resources, ...rest }: { Resources: Record<string, { Type: string }> } = JSON.parse(template)
    for (const [id, { Type, ...more }] of Object.entries(Resources))
      if (Type === 'AWS::IAM::Policy' && role.test(id))
        for (const statement of statementsIn(more))
          if (resource.test(JSON.stringify(statement.Resource)))
            statement.Action = [statement.Action]
              .flat()
              .map((one) => (one === action ? 'dynamodb:None' : one))
    return JSON.stringify({ ...rest, Resources })
  })

/** A copy of the assembly in which one function ends before it answers. */
const ending = (name: string): string => {
  const cdkOut = broken((template) => template.replace('"Description"', '"Description" '))
  const { functions } = loadInventory(cdkOut, { publicUrl: 'https://api', queueUrl: 'https://sqs' })
  const { codeFolder = '' } = functions.find(({ id }) => id.startsWith(`${name}Function`)) ?? {}
  expect(codeFolder.startsWith(cdkOut)).toBe(true)
  writeFileSync(
    join(codeFolder, 'index.mjs'),
    "export const handler = async () => { throw new Error('No memory is left.') }",
  )
  return cdkOut
}

interface Statement {
  Action: string | string[]
  readonly Resource: unknown
}

const statementsIn = (policy: object): Statement[] =>
  (policy as { Properties: { PolicyDocument: { Statement: Statement[] } } }).Properties.PolicyDocument
    .Statement

/** Ready at once: sales is to be told. */
const ready = { occupation: 'Working Professional', source: 'Reference', minutesOnSite: '20' }

describe('over the running pipeline', () => {
  test('no alarm rings while all is well', async () => {
    const pipeline = await start()
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + 2 * day)
    expect(ringing(pipeline)).toEqual([])
  })

  test('a message on any dead-letter queue rings until it is gone; an invocation that Lambda refuses for want of concurrency rings at once', async () => {
    const pipeline = await start()
    const ends = pipeline.inventory.queues.filter(({ id }) => /DeadLetters/.test(id))
    for (const { arn } of ends) pipeline.sqs.deliver(arn, 'what failed')
    expect(ringing(pipeline)).toEqual([
      'feedback-dead-letters',
      'hand-off-dead-letters',
      'reconcile-dead-letters',
      'report-dead-letters',
      'send-dead-letters',
      'sweep-dead-letters',
      'tally-dead-letters',
    ])
    for (const { arn } of ends)
      pipeline.sqs.delete(
        arn,
        pipeline.sqs.contents(arn).map(({ id }) => id),
      )
    expect(ringing(pipeline)).toEqual([])
    const capture = pipeline.inventory.functions.find(({ id }) => id.startsWith('captureFunction'))
    const throttles = { namespace: 'AWS/Lambda', name: 'Throttles', of: capture?.name ?? '' }
    pipeline.measurements.record(throttles, 1, pipeline.clock.nowMs())
    expect(ringing(pipeline)).toEqual(['public-function-throttles'])
  })

  test('posts that fail for want of a grant are answered, so they ring as faults of the public API alone', async () => {
    const pipeline = await start({ cdkOut: without('dynamodb:PutItem', /^captureRole/) })
    await post(pipeline, { email: 'ada@example.com' })
    expect(ringing(pipeline)).toEqual([])
    await post(pipeline, { email: 'ben@example.com' })
    expect(ringing(pipeline)).toEqual(['public-api-faults'])
    await pipeline.clock.advanceTo(pipeline.clock.nowMs() + 16 * minute)
    expect(ringing(pipeline)).toEqual([])
  })

  test('a function that ends without an answer rings as well by its own errors', async () => {
    const pipeline = await start({ cdkOut: ending('capture') })
    await post(pipeline, { email: 'ada@example.com' })
    await post(pipeline, { email: 'ben@example.com' })
    expect(ringing(pipeline)).toEqual(['public-api-faults', 'public-function-errors'])
    await pipeline.clock.advanceTo(pipeline.clock.nowMs() + 6 * minute)
    expect(ringing(pipeline)).toEqual(['public-api-faults'])
  })

  test.each([
    ['reconcile', 'sqs:SendMessage', /"HandOffQueue(?!DeadLetters)/],
    ['tally', 'dynamodb:UpdateItem', /./],
  ])(
    'facts that %s cannot work off while leads keep coming ring by their age',
    async (name, action, resource) => {
      const pipeline = await start({ cdkOut: without(action, new RegExp(`^${name}Role`), resource) })
      for (let minutes = 2; minutes <= 90; minutes += 2) {
        await post(pipeline, { email: `lead${minutes}@example.com`, ...ready })
        await pipeline.clock.advanceTo(monday + minutes * minute)
      }
      expect(ringing(pipeline)).toContain('facts-wait')
    },
  )

  test('a queue that nobody works off rings after an hour', async () => {
    const cdkOut = broken((template) => {
      const { Resources, ...rest }: { Resources: Record<string, { Type: string }> } = JSON.parse(template)
      const kept = Object.entries(Resources).filter(
        ([id, { Type }]) => Type !== 'AWS::Lambda::EventSourceMapping' || !/QueueFeed/.test(id),
      )
      return JSON.stringify({ ...rest, Resources: Object.fromEntries(kept) })
    })
    const pipeline = await start({ cdkOut })
    for (const { arn } of pipeline.inventory.queues.filter(({ redrive }) => redrive))
      pipeline.sqs.deliver(arn, '{}')
    await pipeline.clock.advanceTo(monday + 59 * minute)
    expect(ringing(pipeline)).toEqual([])
    await pipeline.clock.advanceTo(monday + hour)
    expect(ringing(pipeline)).toEqual(['work-waits'])
    expect(pipeline.alarms.ringing()).toHaveLength(5)
  })

  test('an account whose emails bounce rings by that rate, and one of whose emails leads complain by that', async () => {
    const pipeline = await start()
    await post(pipeline, { email: 'bounce@simulator.amazonses.com' })
    await pipeline.clock.advanceTo(monday + minute)
    expect(ringing(pipeline)).toEqual(['bounce-rate'])
    await post(pipeline, { email: 'complaint@simulator.amazonses.com' })
    await pipeline.clock.advanceTo(monday + 2 * minute)
    expect(ringing(pipeline)).toEqual(['bounce-rate', 'complaint-rate'])
  })

  test('a ready lead whom the bus does not take rings after an hour of attempts, and again with the next sweep', async () => {
    const pipeline = await start({ cdkOut: without('events:PutEvents', /^handoffRole/) })
    await post(pipeline, {
      email: 'ada@example.com',
      ...ready,
    })
    await pipeline.clock.advanceTo(monday + 59 * minute)
    expect(ringing(pipeline)).toEqual([])
    await pipeline.clock.advanceTo(monday + 80 * minute)
    expect(ringing(pipeline)).toEqual(['unconfirmed-hand-offs'])
    await pipeline.clock.advanceTo(monday + day - 7 * hour + 5 * minute)
    expect(ringing(pipeline)).toEqual(['unconfirmed-hand-offs'])
  })

  test.each(['bounce', 'complain'] as const)(
    'an email to sales that its mailbox answers with a %s rings',
    async (behaviour) => {
      const pipeline = await start({
        ses: { behaviour: (address) => (address === 'sales@example.com' ? behaviour : 'deliver') },
      })
      await post(pipeline, { email: 'ben@example.com' })
      await pipeline.clock.advanceTo(monday + 10 * minute)
      expect(ringing(pipeline)).toEqual([])
      await post(pipeline, { email: 'ada@example.com', ...ready })
      await pipeline.clock.advanceTo(monday + 20 * minute)
      expect(ringing(pipeline)).toContain('team-emails-lost')
    },
  )

  test('emails that are held back, because SES did not answer five times, ring', async () => {
    const pipeline = await start({
      ses: { fault: ({ method }) => (method === 'POST' ? 'timeoutBeforeAccept' : 'none') },
    })
    for (const name of ['ada', 'ben', 'cleo', 'dan', 'eve'])
      await post(pipeline, { email: `${name}@example.com` })
    await pipeline.clock.advanceTo(monday + 2 * minute)
    expect(ringing(pipeline)).toEqual([])
    await post(pipeline, { email: 'fay@example.com' })
    await pipeline.clock.advanceTo(monday + 3 * minute)
    expect(ringing(pipeline)).toEqual(['sends-held'])
  })

  test('a fact of a shape that no release writes rings, and waits with the tally’s dead letters', async () => {
    const pipeline = await start()
    const { gateway: endpoint, region, accessKey: accessKeyId, table: TableName } = pipeline.operator
    const client = new DynamoDBClient({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey: 'local' },
    })
    const Item = { pk: { S: 'LEAD#1' }, sk: { S: 'FACT#CONFIRMED#x' }, kind: { S: 'CONFIRMED' } }
    await client.send(new PutItemCommand({ TableName, Item }))
    client.destroy()
    await pipeline.clock.advanceTo(monday + 2 * minute)
    expect(ringing(pipeline)).toEqual(['malformed-facts', 'tally-dead-letters'])
  })
})

test('no alarm of the template is left out above', () => {
  expect(known.size).toBeGreaterThan(0)
  expect([...known].filter((id) => !rung.has(id))).toEqual([])
})
