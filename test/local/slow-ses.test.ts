import { describe, expect, test } from 'vitest'
import type { Pipeline, PipelineOptions } from '../../local/pipeline.ts'
import { postForm as post } from '../support/forms.ts'
import { hour, monday } from '../support/leads.ts'
import { facts, pipelinesPerTest } from '../support/pipeline.ts'

const { start, broken } = pipelinesPerTest()
const minute = 60_000
const leads = Array.from({ length: 12 }, (_, at) => `lead${at}@example.com`)

/** A pipeline whose log is kept, and the leads posted to it, three seconds apart. */
const play = async (given: Partial<PipelineOptions>, form = 'guide') => {
  const lines: string[] = []
  const pipeline = await start({ ...given, onLog: ({ line }) => lines.push(line) })
  for (const email of leads) await post(pipeline, { email }, {}, form)
  return { pipeline, lines }
}

const sentTo = ({ ses }: Pipeline): string[] =>
  ses
    .inbox()
    .map(({ to }) => to)
    .sort()

const deadLetters = ({ inventory, sqs }: Pipeline): number =>
  inventory.queues
    .filter(({ id }) => /DeadLetters/.test(id))
    .reduce((sum, { arn }) => sum + sqs.depth(arn), 0)

const headings = ({ alarms }: Pipeline): string[] =>
  alarms.ringing().map(({ description }) => /#(.+)$/.exec(description)?.[1] ?? '')

const timeOuts = (lines: readonly string[]) => lines.filter((line) => line.includes('Task timed out'))

/** The assembly with another time-out of `send`. */
const sendTimesOutAfter = (seconds: number): string =>
  broken((template) => {
    const { Resources, ...rest }: { Resources: Record<string, { Properties?: { Timeout?: number } }> } =
      JSON.parse(template)
    for (const [id, { Properties }] of Object.entries(Resources))
      if (/^sendFunction/.test(id) && Properties?.Timeout) Properties.Timeout = seconds
    return JSON.stringify({ ...rest, Resources })
  })

describe('SES takes almost as long as it is waited for', () => {
  test('a whole batch ends before its time-out, and each lead gets its email once', async () => {
    const { pipeline, lines } = await play({ ses: { slowMs: () => 7900 } })
    await pipeline.clock.advanceTo(monday + 5 * minute)
    expect(sentTo(pipeline)).toEqual([...leads].sort())
    expect(timeOuts(lines)).toEqual([])
    expect(lines.filter((line) => line.includes('messageFailed'))).toEqual([])
  })

  test('a batch that runs short of time leaves its rest to the next invocation, and loses no receive', async () => {
    const { pipeline, lines } = await play({ cdkOut: sendTimesOutAfter(20), ses: { slowMs: () => 7900 } })
    await pipeline.clock.advanceTo(monday + 5 * minute)
    expect(sentTo(pipeline)).toEqual([...leads].sort())
    expect(timeOuts(lines)).toEqual([])
  })
})

test('an invocation that waits longer than its time-out is ended by it, in the pipeline’s time', async () => {
  const { pipeline, lines } = await play({ cdkOut: sendTimesOutAfter(5), ses: { slowMs: () => 7900 } })
  await pipeline.clock.advanceTo(monday + 5 * minute)
  expect(timeOuts(lines)[0]).toContain('Task timed out after 5.00 seconds')
  expect(sentTo(pipeline)).toEqual([])
})

describe('SES does not answer for 25 minutes', () => {
  const backMs = monday + 25 * minute
  const hangs = (pipeline: () => Pipeline): NonNullable<PipelineOptions['ses']> => ({
    fault: (call) =>
      call.method === 'POST' && pipeline().clock.nowMs() < backMs ? 'timeoutBeforeAccept' : 'none',
  })

  test('five leads lose an email; the others wait, an alarm rings, and they get it when a probe is answered', async () => {
    let running: Pipeline | undefined
    const options = { ses: hangs(() => running as Pipeline) }
    const lines: string[] = []
    const pipeline = await start({ ...options, onLog: ({ line }) => lines.push(line) })
    running = pipeline
    for (const email of leads) await post(pipeline, { email })
    await pipeline.clock.advanceTo(monday + 10 * minute)
    expect(headings(pipeline)).toContain('sends-held')
    await pipeline.clock.advanceTo(monday + hour)
    const unresolved = (await facts(pipeline)).filter((sk) => sk.startsWith('FACT#UNRESOLVED'))
    expect(unresolved).toHaveLength(5)
    const welcomed = sentTo(pipeline).filter((to) => leads.includes(to))
    expect(welcomed).toHaveLength(7)
    expect(new Set(welcomed).size).toBe(7)
    expect(sentTo(pipeline).filter((to) => to === 'success@simulator.amazonses.com')).toHaveLength(1)
    expect(deadLetters(pipeline)).toBe(0)
    expect(timeOuts(lines)).toEqual([])
  })

  test('every lead gets its confirmation in the end', async () => {
    let running: Pipeline | undefined
    const pipeline = await start({ ses: hangs(() => running as Pipeline) })
    running = pipeline
    for (const email of leads) await post(pipeline, { email }, {}, 'newsletter')
    await pipeline.clock.advanceTo(monday + 2 * hour)
    expect(sentTo(pipeline).filter((to) => leads.includes(to))).toEqual([...leads].sort())
    expect(deadLetters(pipeline)).toBe(0)
  })
})
