import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Synthesis } from '../../infra/synthesise.ts'
import { type Pipeline, type PipelineOptions, startPipeline } from '../../local/pipeline.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { postForm } from '../support/forms.ts'
import { day, monday } from '../support/leads.ts'

let synthesis: Synthesis
const running: Pipeline[] = []

beforeAll(async () => {
  synthesis = await synthesiseForTest()
})
afterEach(async () => {
  for (const pipeline of running.splice(0)) await pipeline.close()
})

const start = async (given: Partial<PipelineOptions> = {}): Promise<Pipeline> => {
  const pipeline = await startPipeline({
    cdkOut: synthesis.assembly.directory,
    port: 0,
    startMs: monday,
    seed: 'test',
    ...given,
  })
  running.push(pipeline)
  return pipeline
}

const post = postForm

const facts = async (pipeline: Pipeline): Promise<string[]> =>
  (await pipeline.table.scan())
    .map(({ sk }) => String(sk))
    .filter((sk) => sk.startsWith('FACT#'))
    .sort()

/** The template with one thing in it changed. */
const broken = (change: (template: string) => string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-broken-'))
  cpSync(synthesis.assembly.directory, folder, { recursive: true })
  const file = join(folder, 'Ripen-dev.template.json')
  const before = readFileSync(file, 'utf8')
  const after = change(JSON.stringify(JSON.parse(before)))
  expect(after).not.toBe(JSON.stringify(JSON.parse(before)))
  writeFileSync(file, after)
  return folder
}

describe('a submission', () => {
  test('is one write, is answered 202, and becomes the first email', async () => {
    const pipeline = await start()
    const before = pipeline.meter
      .readings()
      .filter(({ cause }) => cause.includes('capture') && cause.includes('Function'))
    expect((await post(pipeline, { email: 'ada@example.com', firstName: 'Ada' })).status).toBe(202)
    const capture = pipeline.meter
      .readings()
      .filter(({ cause, unit }) => cause.includes('captureFunction') && !unit.startsWith('lambda'))
    expect(capture).toEqual([...before, { unit: 'dynamoWriteUnits', cause: expect.any(String), quantity: 1 }])
    await pipeline.clock.advanceTo(monday + 60_000)
    expect(pipeline.ses.inbox().map(({ to, subject }) => [to, subject])).toEqual([
      ['ada@example.com', 'Your guide, and one question to start with'],
    ])
    expect(pipeline.ses.inbox()[0]?.html).toContain('Hello Ada,')
    expect(pipeline.ses.inbox()[0]?.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
    expect(await facts(pipeline)).toEqual([
      expect.stringMatching(/^FACT#CAPTURED#[\w-]+$/),
      'FACT#DELIVERED#learn-1#welcome',
      'FACT#SENT#learn-1#welcome',
    ])
  })

  test('that comes twice with one idempotency key is one fact', async () => {
    const pipeline = await start()
    for (const _ of [1, 2])
      expect((await post(pipeline, { email: 'ada@example.com' }, { 'idempotency-key': 'k-1' })).status).toBe(
        202,
      )
    await pipeline.clock.activity.idle()
    expect((await facts(pipeline)).filter((sk) => sk.includes('CAPTURED'))).toEqual(['FACT#CAPTURED#k-1'])
  })

  test('that is wrong is answered with the field and the fix, and is not stored', async () => {
    const pipeline = await start()
    const response = await post(pipeline, { email: 'ada' })
    expect(response.status).toBe(422)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({
      errors: [{ field: 'email', message: 'Email: The address has no @.' }],
    })
    expect(await pipeline.table.scan()).toEqual([])
  })
})

describe('a signed link', () => {
  test('changes nothing when it is looked at, and unsubscribes when it is posted to', async () => {
    const pipeline = await start()
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + 60_000)
    const url = /<(http[^>]+)>/.exec(pipeline.ses.inbox()[0]?.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''
    const before = await facts(pipeline)
    for (const method of ['GET', 'HEAD']) await fetch(url, { method })
    await pipeline.clock.activity.idle()
    expect(await facts(pipeline)).toEqual(before)
    const answer = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    })
    expect(answer.status).toBe(200)
    await pipeline.clock.advanceTo(monday + 60 * day)
    expect(pipeline.ses.inbox().filter(({ tags }) => tags.purpose === 'marketing')).toHaveLength(1)
    expect(pipeline.scheduler.outstanding().map(({ name }) => name)).toEqual([
      expect.stringContaining('WeeklyReport'),
    ])
    expect((await fetch(`${url}x`, { method: 'POST' })).status).toBe(404)
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
  test('that never answers and never took the email is not asked again, and the sequence goes on', async () => {
    let faults = 1
    const pipeline = await start({
      ses: { fault: (call) => (call.method === 'POST' && faults-- > 0 ? 'timeoutBeforeAccept' : 'none') },
    })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + 10 * day)
    expect(await facts(pipeline)).toContain('FACT#UNRESOLVED#learn-1#welcome')
    expect(
      pipeline.ses
        .inbox()
        .filter(({ tags }) => tags.lead)
        .map(({ tags }) => tags.step),
    ).toEqual(['day'])
  })

  test('that took the email and never answered settles it by its Send event', async () => {
    let faults = 1
    const pipeline = await start({
      ses: { fault: (call) => (call.method === 'POST' && faults-- > 0 ? 'timeoutAfterAccept' : 'none') },
    })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + day)
    expect(await facts(pipeline)).toContain('FACT#SENT#learn-1#welcome')
    expect(pipeline.ses.inbox().filter(({ tags }) => tags.step === 'welcome')).toHaveLength(1)
  })

  test('that refuses is asked again later, and the email goes out once', async () => {
    let faults = 3
    const pipeline = await start({
      ses: { fault: (call) => (call.method === 'POST' && faults-- > 0 ? 'refuse' : 'none') },
    })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + day)
    expect(pipeline.ses.inbox().filter(({ tags }) => tags.step === 'welcome')).toHaveLength(1)
    expect(pipeline.inventory.queues.reduce((sum, { arn }) => sum + pipeline.sqs.depth(arn), 0)).toBe(0)
  })
})

describe('a mailbox of SES’s simulator', () => {
  test.each([
    ['success@simulator.amazonses.com', 'DELIVERED', false],
    ['bounce@simulator.amazonses.com', 'BOUNCED', true],
    ['complaint+one@simulator.amazonses.com', 'COMPLAINED', true],
  ])('%s leads to %s', async (email, kind, isSuppressed) => {
    const pipeline = await start()
    await post(pipeline, { email })
    await pipeline.clock.advanceTo(monday + 6 * day)
    const items = await pipeline.table.scan()
    expect(items.map((item) => item.kind)).toContain(kind)
    expect(items.some(({ sk }) => sk === 'SUPPRESSED')).toBe(isSuppressed)
    expect(pipeline.ses.inbox().filter(({ tags }) => tags.lead)).toHaveLength(isSuppressed ? 1 : 2)
  })
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
    const cdkOut = broken((template) => template.replaceAll('"dynamodb:Query"', '"dynamodb:Scan"'))
    const pipeline = await start({ cdkOut })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + 3_600_000)
    expect(pipeline.denials).toHaveLength(11)
    const [dead] = pipeline.inventory.queues.filter(({ id }) => id.startsWith('ScoreDeadLetters'))
    const [message] = pipeline.sqs.contents(dead?.arn ?? '')
    expect(JSON.parse(message?.body ?? '{}')).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted' },
      // The first write was the count of tokens that forms keeps.
      DDBStreamBatchInfo: { startSequenceNumber: '2', endSequenceNumber: '2', batchSize: 1 },
    })
  })
})

describe('what infra forgot is told:', () => {
  test('a missing environment variable, at start, by function and name', async () => {
    const cdkOut = broken((template) => template.replace(/,"HANDOFF_QUEUE_URL":\{[^}]*\}/, ''))
    await expect(start({ cdkOut })).rejects.toThrow(
      /scoreFunction.*MissingVariable: The environment variable HANDOFF_QUEUE_URL is not set/s,
    )
  })

  test('a missing grant of a key, at start, with the statement to add', async () => {
    const cdkOut = broken((template) =>
      template.replaceAll('secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'),
    )
    await expect(start({ cdkOut })).rejects.toThrow(
      /captureFunction.*Add \{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"[^"]+"\}/s,
    )
  })

  test('a missing grant to read a queue, at start, with the statement to add', async () => {
    const cdkOut = broken((template) => template.replaceAll('"sqs:ReceiveMessage",', ''))
    await expect(start({ cdkOut })).rejects.toThrow(
      /sendFunction.*needs \{"Effect":"Allow","Action":"sqs:ReceiveMessage"/s,
    )
  })

  test('a missing grant on the table, at the first call, with the statement to add', async () => {
    const cdkOut = broken((template) => template.replaceAll('"dynamodb:Query"', '"dynamodb:Scan"'))
    const pipeline = await start({ cdkOut })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.activity.idle()
    expect(pipeline.denials[0]?.statement).toMatch(
      /^\{"Effect":"Allow","Action":"dynamodb:Query","Resource":"arn:aws:dynamodb:[^"]+"\}$/,
    )
  })

  test('a missing stream filter, by the record that should not have come', async () => {
    const lines: string[] = []
    const cdkOut = broken((template) =>
      template.replaceAll(/"FilterCriteria":\{"Filters":\[\{"Pattern":"(?:[^"\\]|\\.)*"\}\]\},/g, ''),
    )
    const pipeline = await start({ cdkOut, onLog: ({ line }) => lines.push(line) })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + 1000)
    expect(lines.join('\n')).toContain('must filter for INSERT of FACT#*')
  })

  test('a topic that SES may not publish to, and a queue that the topic may not send to, at start', async () => {
    const closed = broken((template) =>
      template.replaceAll('"Service":"ses.amazonaws.com"', '"Service":"s3.amazonaws.com"'),
    )
    await expect(start({ cdkOut: closed })).rejects.toThrow(
      /the policy of topic MailEvents\w+ must let ses.amazonaws.com sns:Publish/,
    )
    const deaf = broken((template) =>
      template.replaceAll('"Service":"sns.amazonaws.com"', '"Service":"s3.amazonaws.com"'),
    )
    await expect(start({ cdkOut: deaf })).rejects.toThrow(
      /the policy of queue FeedbackQueue\w+ must let sns.amazonaws.com sqs:SendMessage/,
    )
  })

  test('a grant to count, after eleven attempts to close the window, in the dead-letter queue', async () => {
    const cdkOut = broken((template) =>
      template.replace(
        /("tallyRoleDefaultPolicy\w+":\{"Type".*?)"dynamodb:UpdateItem"/s,
        '$1"dynamodb:Scan"',
      ),
    )
    const pipeline = await start({ cdkOut })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + day)
    const [dead] = pipeline.inventory.queues.filter(({ id }) => id.startsWith('TallyDeadLetters'))
    expect(pipeline.sqs.depth(dead?.arn ?? '')).toBe(1)
    expect(pipeline.denials).toHaveLength(11)
  })

  test('a resource type that is not served, by type and name', async () => {
    const cdkOut = broken((template) =>
      template.replaceAll('AWS::Events::EventBus', 'AWS::Events::EventButton'),
    )
    await expect(start({ cdkOut })).rejects.toThrow(
      /HandOffs\w+ is a AWS::Events::EventButton, a type that the pipeline on one machine does not serve/,
    )
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
  expect(await third.table.scan()).toEqual([])
})
