import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pipeline } from '../../local/pipeline.ts'
import type { AwsCall } from '../../local/service.ts'
import type { SendFault } from '../../local/services/ses/service.ts'
import { postForm as post } from '../support/forms.ts'
import { day, monday } from '../support/leads.ts'
import { facts, pipelinesPerTest } from '../support/pipeline.ts'

const { broken, running, start } = pipelinesPerTest()

describe('a submission', () => {
  test('is one write, is answered 202, and becomes the first email', async () => {
    const pipeline = await start({ imports: 'atOnce' })
    const before = pipeline.meter
      .readings()
      .filter(({ cause }) => cause.includes('capture') && cause.includes('Function'))
    expect((await post(pipeline, { email: 'ada@example.com', firstName: 'Ada' })).status).toBe(202)
    const capture = pipeline.meter
      .readings()
      .filter(({ cause, unit }) => cause.includes('captureFunction') && !unit.startsWith('lambda'))
    expect(capture).toEqual([
      ...before,
      { unit: 'dynamoWriteUnits', cause: expect.stringMatching(/^\S+ CAPTURED$/), quantity: 1 },
    ])
    await pipeline.clock.advanceTo(monday + 60_000)
    expect(pipeline.ses.inbox().map(({ to, subject }) => [to, subject])).toEqual([
      ['ada@example.com', 'Your guide, and one question to start with'],
    ])
    expect(pipeline.ses.inbox()[0]?.html).toContain('Hello Ada,')
    expect(pipeline.ses.inbox()[0]?.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
    expect(await facts(pipeline)).toEqual([
      expect.stringMatching(/^FACT#CAPTURED#[\w-]+$/),
      'FACT#DELIVERED#learn-1#welcome',
      'FACT#ENROLLED#learn-1',
      'FACT#SENT#learn-1#welcome',
    ])
  })

  test('that is wrong is answered with the field and the fix, and is not stored; one that comes twice is one fact', async () => {
    const pipeline = await start()
    const response = await post(pipeline, { email: 'ada' })
    expect(response.status).toBe(422)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({
      errors: [{ field: 'email', message: 'Email: The address has no @.' }],
    })
    expect(await facts(pipeline)).toEqual([])
    for (const _ of [1, 2])
      expect((await post(pipeline, { email: 'ada@example.com' }, { 'idempotency-key': 'k-1' })).status).toBe(
        202,
      )
    await pipeline.clock.activity.idle()
    expect((await facts(pipeline)).filter((sk) => sk.includes('CAPTURED'))).toEqual(['FACT#CAPTURED#k-1'])
  })
})

describe('a signed link', () => {
  test('changes nothing when it is looked at, and unsubscribes by a post of either encoding, without a redirect', async () => {
    const pipeline = await start()
    const multipart = new FormData()
    multipart.set('List-Unsubscribe', 'One-Click')
    const bodies = {
      'ada@example.com': new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
      'bob@example.com': multipart,
    }
    for (const email of Object.keys(bodies)) await post(pipeline, { email })
    await pipeline.clock.advanceTo(monday + 60_000)
    for (const [address, body] of Object.entries(bodies)) {
      const email = pipeline.ses.inbox().find(({ to }) => to === address)
      const url = /<(http[^>]+)>/.exec(email?.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''
      const before = await facts(pipeline)
      for (const method of ['GET', 'HEAD']) await fetch(url, { method })
      await pipeline.clock.activity.idle()
      expect(await facts(pipeline)).toEqual(before)
      expect((await fetch(url, { method: 'POST', body, redirect: 'manual' })).status).toBe(200)
      expect((await fetch(`${url}x`, { method: 'POST' })).status).toBe(404)
    }
    await pipeline.clock.advanceTo(monday + 60 * day)
    const unsubscribed = (await pipeline.table.scan()).filter(({ kind }) => kind === 'UNSUBSCRIBED')
    expect(unsubscribed.map(({ via }) => via)).toEqual(['oneClick', 'oneClick'])
    expect(pipeline.ses.inbox().filter(({ tags }) => tags.purpose === 'marketing')).toHaveLength(2)
    // The stack's own, and none of the leads'.
    expect(pipeline.scheduler.outstanding().map(({ name }) => name)).toEqual([
      expect.stringContaining('DailySweep'),
      expect.stringContaining('WeeklyReport'),
    ])
  })

  test('confirms, and only then marketing begins', async () => {
    const pipeline = await start()
    await post(pipeline, { email: 'ada@example.com', firstName: 'Adalovelace' }, {}, 'newsletter')
    await pipeline.clock.advanceTo(monday + 6 * day)
    const confirmations = () => pipeline.ses.inbox().filter(({ tags }) => tags.lead)
    expect(confirmations().map(({ subject }) => subject)).toEqual(['Please confirm your address'])
    const [email] = confirmations()
    expect(`${email?.html}${email?.text}${email?.subject}`).not.toContain('Adalovelace')
    const url = /href="([^"]+\/confirm\/[^"]+)"/.exec(email?.html ?? '')?.[1] ?? ''
    expect((await fetch(url)).status).toBe(200)
    expect((await facts(pipeline)).some((sk) => sk.includes('CONFIRMED'))).toBe(false)
    expect((await fetch(url, { method: 'POST' })).status).toBe(200)
    await pipeline.clock.advanceTo(monday + 7 * day)
    expect(confirmations().map(({ subject }) => subject)).toEqual([
      'Please confirm your address',
      'The digest: three things worth ten minutes',
    ])
  })
})

test('a lead who is ready is handed to sales with the reasons, and is sent nothing more', async () => {
  const pipeline = await start()
  await post(pipeline, {
    email: 'ada@example.com',
    occupation: 'Working Professional',
    source: 'Reference',
    minutesOnSite: '20',
  })
  await pipeline.clock.advanceTo(monday + 60 * day)
  const sales = pipeline.ses.inbox().filter(({ to }) => to === 'sales@example.com')
  expect(sales).toHaveLength(1)
  expect(sales[0]?.text).toContain(
    '+5.00  Works already; our courses are made for evenings after work (occupation is Working Professional)',
  )
  expect(sales[0]?.text).toContain('WHY (13.00 points)')
  expect(pipeline.events.published().map(({ detail }) => detail)).toMatchObject([
    { email: 'ada@example.com', score: 13 },
  ])
  expect(pipeline.ses.inbox().filter(({ tags }) => tags.purpose === 'marketing')).toEqual([])
})

describe('SES', () => {
  /** More refusals than the messages that Lambda lets a function send itself in one chain. */
  const refusedTwentyTimes = (): SendFault[] => Array.from({ length: 20 }, () => 'refuse')
  const faults: Record<string, SendFault[]> = {
    'lost@example.com': ['timeoutBeforeAccept'],
    'taken@example.com': ['timeoutAfterAccept'],
    'refused@example.com': refusedTwentyTimes(),
  }
  let pipeline: Pipeline
  let factsOf: (email: string) => Promise<string[]>

  beforeAll(async () => {
    pipeline = await start({
      ses: { fault: ({ body }) => faults[recipientOf(body)]?.shift() ?? 'none' },
    })
    running.splice(0)
    for (const email of Object.keys(faults)) await post(pipeline, { email })
    await pipeline.clock.advanceTo(monday + 10 * day)
    factsOf = async (email) => {
      const items = await pipeline.table.scan()
      const pk = items.find((item) => item.kind === 'CAPTURED' && item.email === email)?.pk
      return items.filter((item) => item.pk === pk).map(({ sk }) => String(sk))
    }
  })
  afterAll(() => pipeline.close())

  const recipientOf = (body: AwsCall['body']): string => {
    const { ToAddresses = [] } = body.Destination as { ToAddresses?: string[] }
    return ToAddresses[0] ?? ''
  }
  const stepsTo = (email: string) =>
    pipeline.ses
      .inbox()
      .filter(({ to }) => to === email)
      .map(({ tags }) => tags.step)

  test('that never answers and never took the email is not asked again, and the sequence goes on', async () => {
    expect(await factsOf('lost@example.com')).toContain('FACT#UNRESOLVED#learn-1#welcome')
    expect(stepsTo('lost@example.com')).toEqual(['day'])
  })

  test('that took the email and never answered settles it by its Send event', async () => {
    expect(await factsOf('taken@example.com')).toContain('FACT#SENT#learn-1#welcome')
    expect(stepsTo('taken@example.com')).toEqual(['welcome', 'day'])
  })

  test('that refuses is asked again later, however often, and the email goes out once', () => {
    expect(faults['refused@example.com']).toEqual([])
    expect(stepsTo('refused@example.com')).toEqual(['welcome', 'day'])
    expect(pipeline.inventory.queues.reduce((sum, { arn }) => sum + pipeline.sqs.depth(arn), 0)).toBe(0)
  })

  test('that refuses is not asked again after sixteen times where Lambda may stop the loop', async () => {
    const cdkOut = broken((template) =>
      template.replaceAll('"RecursiveLoop":"Allow"', '"RecursiveLoop":"Terminate"'),
    )
    const faults = refusedTwentyTimes()
    const pipeline = await start({ cdkOut, ses: { fault: () => faults.shift() ?? 'none' } })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + day)
    expect(pipeline.ses.inbox().filter(({ tags }) => tags.step === 'welcome')).toEqual([])
    const parked = pipeline.inventory.queues.filter(({ arn }) => pipeline.sqs.depth(arn) > 0)
    expect(parked.map(({ id }) => id)).toEqual([expect.stringMatching(/^SendQueueDeadLetters/)])
  })
})

test('a schedule that has fired is deleted late, by its name, and the sequence goes on', async () => {
  const pipeline = await start()
  const deleted: string[] = []
  const at = pipeline.clock.at.bind(pipeline.clock)
  pipeline.clock.at = (atMs, label, run) => {
    if (label.endsWith('is deleted')) deleted.push(label)
    return at(atMs, label, run)
  }
  await post(pipeline, { email: 'ada@example.com' })
  await pipeline.clock.advanceTo(monday + 60 * day, { grainMs: 900_000 })
  // One for each firing, and no two of the same name.
  expect(deleted.length).toBeGreaterThanOrEqual(5)
  expect(new Set(deleted).size).toBe(deleted.length)
  expect(pipeline.scheduler.outstanding().filter(({ group }) => group !== 'default')).toEqual([])
  expect(
    pipeline.ses
      .inbox()
      .filter(({ tags }) => tags.lead)
      .map(({ tags }) => tags.step),
  ).toEqual(['welcome', 'day', 'good-course', 'example', 'cost', 'adviser'])
})

test('a mailbox of SES’s simulator leads to the notice it stands for, and to a suppression where it should', async () => {
  const mailboxes = [
    ['success@simulator.amazonses.com', 'DELIVERED', false],
    ['bounce@simulator.amazonses.com', 'BOUNCED', true],
    ['complaint+one@simulator.amazonses.com', 'COMPLAINED', true],
  ] as const
  const pipeline = await start()
  for (const [email] of mailboxes) await post(pipeline, { email })
  await pipeline.clock.advanceTo(monday + 6 * day)
  const items = await pipeline.table.scan()
  for (const [email, kind, isSuppressed] of mailboxes) {
    const pk = items.find((item) => item.kind === 'CAPTURED' && item.email === email)?.pk
    const kinds = items.filter((item) => item.pk === pk).map((item) => item.kind)
    expect({ email, kinds }).toEqual({ email, kinds: expect.arrayContaining([kind]) })
    const sent = pipeline.ses.inbox().filter(({ to }) => to === email)
    expect({ email, sent: sent.length }).toEqual({ email, sent: isSuppressed ? 1 : 2 })
  }
  expect(items.filter(({ sk }) => sk === 'SUPPRESSED')).toHaveLength(2)
})

describe('work that fails for good waits in a dead-letter queue:', () => {
  test('a message after five deliveries, and it can be sent back', async () => {
    const pipeline = await start()
    const [feedback] = pipeline.inventory.queues.filter(
      ({ id, redrive }) => id.startsWith('FeedbackQueue') && redrive,
    )
    const deadLetterArn = feedback?.redrive?.deadLetterArn ?? ''
    pipeline.sqs.deliver(feedback?.arn ?? '', 'not json')
    await pipeline.clock.advanceTo(monday + 3_600_000)
    expect(pipeline.sqs.contents(deadLetterArn)).toMatchObject([{ body: 'not json', receiveCount: 5 }])
    expect(pipeline.sqs.redrive(deadLetterArn)).toBe(1)
    expect(pipeline.sqs.depth(deadLetterArn)).toBe(0)
  })

  test('a batch of the stream after eleven attempts, and the document names its place in the stream', async () => {
    const cdkOut = broken((template) =>
      template.replaceAll('"scheduler:CreateSchedule"', '"scheduler:GetSchedule"'),
    )
    const pipeline = await start({ cdkOut })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + 3_600_000)
    // Of the stream's function: the sweep that follows a new version asks for a look, too.
    expect(pipeline.denials.filter(({ caller }) => caller.includes('reconcile'))).toHaveLength(11)
    const [dead] = pipeline.inventory.queues.filter(({ id }) => id.startsWith('ReconcileDeadLetters'))
    const [message] = pipeline.sqs.contents(dead?.arn ?? '')
    expect(JSON.parse(message?.body ?? '{}')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted' },
      // The releases, the count of tokens, the capture and what came of it were written before: this is SENT.
      DDBStreamBatchInfo: { startSequenceNumber: '9', endSequenceNumber: '9', batchSize: 1 },
    })
  })
})

test('a taken port is told, with the way out', async () => {
  const other = createServer()
  const port = await new Promise<number>((resolve) =>
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port)),
  )
  await expect(start({ port })).rejects.toThrow(
    `Port ${port} is taken by another program; stop it, or choose another with --port.`,
  )
  other.close()
})

test('data that another version kept is not read, and the way out is told', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'ripen-data-'))
  const old = new DatabaseSync(join(dataFolder, 'state.sqlite'))
  old.exec('CREATE TABLE document (collection TEXT, key TEXT, value TEXT, PRIMARY KEY (collection, key))')
  old.close()
  await expect(start({ dataFolder })).rejects.toThrow(
    `The data in ${dataFolder} was kept by another version of Ripen; start once with --fresh to empty it.`,
  )
  expect((await start({ dataFolder, isFresh: true })).ses.inbox()).toEqual([])
})

test('the data of a folder is there at the next start, and gone after a fresh one', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'ripen-data-'))
  const first = await start({ dataFolder })
  await post(first, { email: 'ada@example.com' })
  await first.clock.advanceTo(monday + day)
  await running.pop()?.close()
  const second = await start({ dataFolder })
  expect(second.ses.inbox()).toHaveLength(1)
  await second.clock.advanceTo(monday + 6 * day)
  expect(
    second.ses
      .inbox()
      .filter(({ tags }) => tags.lead)
      .map(({ tags }) => tags.step),
  ).toEqual(['welcome', 'day'])
  await running.pop()?.close()
  const third = await start({ dataFolder, isFresh: true })
  expect(third.ses.inbox()).toEqual([])
  // Nothing but what each start notes of the campaign.
  expect((await third.table.scan()).filter(({ pk }) => !String(pk).startsWith('RELEASE#'))).toEqual([])
})
