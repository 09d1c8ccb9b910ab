import { describe, expect, test } from 'vitest'
import type { Pipeline } from '../../local/pipeline.ts'
import type { AwsCall } from '../../local/service.ts'
import { postForm as post } from '../support/forms.ts'
import { day, hour, monday } from '../support/leads.ts'
import { facts, pipelinesPerTest } from '../support/pipeline.ts'

const { start } = pipelinesPerTest()
const minute = 60_000

const ready = {
  email: 'ada@example.com',
  occupation: 'Working Professional',
  source: 'Reference',
  minutesOnSite: '20',
}

const isToSales = ({ method, body }: AwsCall): boolean =>
  method === 'POST' && JSON.stringify(body.EmailTags).includes('"sales"')

const toSales = ({ ses }: Pipeline) => ses.inbox().filter(({ tags }) => tags.purpose === 'sales')

const deadLetters = ({ inventory, sqs }: Pipeline): number =>
  inventory.queues
    .filter(({ id }) => /DeadLetters/.test(id))
    .reduce((sum, { arn }) => sum + sqs.depth(arn), 0)

/** The headings of the runbook that the alarms which ring name. */
const headings = ({ alarms }: Pipeline): string[] =>
  alarms.ringing().map(({ description }) => /#(.+)$/.exec(description)?.[1] ?? '')

describe('SES takes no email for sales', () => {
  test('for an hour: the bus has one event, and sales one email within a quarter of an hour after', async () => {
    let asked = 0
    const pipeline = await start({
      ses: {
        fault: (call) => {
          if (!isToSales(call)) return 'none'
          asked += 1
          return pipeline.clock.nowMs() < monday + hour ? 'refuse' : 'none'
        },
      },
    })
    await post(pipeline, ready)
    await pipeline.clock.advanceTo(monday + hour - minute)
    expect(pipeline.events.published()).toHaveLength(1)
    expect(await facts(pipeline)).not.toContain('FACT#HANDEDOFF#1')
    await pipeline.clock.advanceTo(monday + hour + 16 * minute)
    expect(toSales(pipeline)).toHaveLength(1)
    expect(await facts(pipeline)).toContain('FACT#HANDEDOFF#1')
    // Nine times in the first hour, most of them at its beginning; the tenth goes through.
    expect(asked).toBe(10)
    await pipeline.clock.advanceTo(monday + 3 * day)
    expect(toSales(pipeline)).toHaveLength(1)
    expect(pipeline.events.published()).toHaveLength(1)
    expect(deadLetters(pipeline)).toBe(0)
  })

  test('for three days: sweeps that ask again in the meantime do not make it two', async () => {
    const backMs = monday + 3 * day
    const pipeline = await start({
      ses: {
        fault: (call) => (isToSales(call) && pipeline.clock.nowMs() < backMs ? 'refuse' : 'none'),
      },
    })
    await post(pipeline, ready)
    const queue =
      pipeline.inventory.queues.find(({ id }) => /^HandOffQueue(?!DeadLetters)/.test(id))?.arn ?? ''
    await pipeline.clock.advanceTo(monday + day)
    const [waiting] = pipeline.sqs.contents(queue)
    const { leadId } = JSON.parse(waiting?.body ?? '{}') as { leadId: string }
    pipeline.sqs.deliver(queue, JSON.stringify({ leadId }))
    await pipeline.clock.advanceTo(monday + day + 2 * hour)
    expect(pipeline.sqs.contents(queue)).toHaveLength(1)
    expect(headings(pipeline)).toEqual(['unconfirmed-hand-offs'])
    await pipeline.clock.advanceTo(backMs + hour)
    expect(toSales(pipeline)).toHaveLength(1)
    expect(pipeline.events.published()).toHaveLength(1)
    expect(deadLetters(pipeline)).toBe(0)
  })
})

test('sales’ email whose fate is unknown is sent again, under the id that the event and the first one have', async () => {
  let faults = 1
  const pipeline = await start({
    ses: { fault: (call) => (isToSales(call) && faults-- > 0 ? 'timeoutAfterAccept' : 'none') },
  })
  await post(pipeline, ready)
  await pipeline.clock.advanceTo(monday + hour)
  const ids = toSales(pipeline).map(({ headers }) => headers['X-Ripen-Hand-Off'])
  const published = pipeline.events
    .published()
    .map(({ detail }) => (detail as { handOffId: string }).handOffId)
  expect(published).toHaveLength(1)
  expect(ids).toEqual([...published, ...published])
})
