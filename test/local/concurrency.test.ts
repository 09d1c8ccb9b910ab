import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { VirtualClock } from '../../local/clock.ts'
import type { FunctionResource } from '../../local/inventory.ts'
import { Functions } from '../../local/lambda/functions.ts'
import { Meter } from '../../local/meter.ts'
import { monday } from '../support/leads.ts'

/** Asks AWS once in each invocation, and is done when it is answered. */
const bundle = `
import http from 'node:http'
export const handler = () => new Promise((resolve) => {
  const request = http.request({ host: '127.0.0.1', port: '9', method: 'POST', path: '/' }, (response) =>
    response.once('data', (data) => resolve(String(data))),
  )
  request.end('{}')
})
`

let codeFolder: string
let running: Functions | undefined
/** Answers the calls that are waited for, oldest first. */
let waiting: (() => void)[]

beforeEach(() => {
  codeFolder = mkdtempSync(join(tmpdir(), 'ripen-function-'))
  writeFileSync(join(codeFolder, 'index.mjs'), bundle)
  waiting = []
})
afterEach(async () => {
  await running?.close()
  rmSync(codeFolder, { recursive: true })
})

const resource = (name: string, reservedConcurrency?: number): FunctionResource => ({
  id: name,
  name,
  arn: `arn:${name}`,
  roleArn: 'arn:role',
  codeFolder,
  handler: 'index.handler',
  timeoutSeconds: 10,
  memoryMb: 128,
  environment: {},
  logGroupArn: 'arn:log',
  mayLoop: false,
  logsInvocations: true,
  logRetentionDays: 30,
  isTraced: false,
  ...(reservedConcurrency !== undefined && { reservedConcurrency }),
})

const start = (functions: readonly FunctionResource[], concurrency?: number): Functions => {
  running = new Functions({
    functions,
    ...(concurrency !== undefined && { concurrency }),
    environmentFor: () => ({}),
    gateway: {
      url: 'http://127.0.0.1:9',
      exchange: () =>
        new Promise((resolve) => {
          waiting.push(() => resolve({ status: 200, headers: {}, body: 'done' }))
        }),
    },
    clock: new VirtualClock(monday),
    meter: new Meter(),
    onLog: () => {},
  })
  return running
}

/** Resolves once so many invocations wait for AWS at the same time. */
const waits = async (count: number): Promise<void> => {
  while (waiting.length < count) await new Promise((resolve) => setImmediate(resolve))
}
const answerAll = () => {
  for (const answer of waiting.splice(0)) answer()
}
const done = { ok: true, result: 'done' }
const throttled = { ok: false, errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' }

test('by itself a function is invoked once at a time, and the others wait in order', async () => {
  const functions = start([resource('f')])
  const both = [functions.invoke('arn:f', {}), functions.invoke('arn:f', {})]
  await waits(1)
  for (let turn = 0; turn < 1000; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  expect(waiting).toHaveLength(1)
  answerAll()
  await waits(1)
  answerAll()
  expect(await Promise.all(both)).toEqual([done, done])
})

describe('in an account of three', () => {
  test('three run side by side, of whatever functions, and the fourth is throttled', async () => {
    const functions = start([resource('f'), resource('g')], 3)
    const three = ['f', 'f', 'g'].map((name) => functions.invoke(`arn:${name}`, {}))
    expect(await functions.invoke('arn:g', {})).toEqual(throttled)
    await waits(3)
    answerAll()
    expect(await Promise.all(three)).toEqual([done, done, done])
    const next = functions.invoke('arn:g', {})
    await waits(1)
    answerAll()
    expect(await next).toEqual(done)
  })

  test('what one function has reserved is kept for it, and is the most that it gets', async () => {
    const functions = start([resource('public', 1), resource('worker')], 3)
    const workers = [functions.invoke('arn:worker', {}), functions.invoke('arn:worker', {})]
    expect(await functions.invoke('arn:worker', {})).toEqual(throttled)
    const visitor = functions.invoke('arn:public', {})
    expect(await functions.invoke('arn:public', {})).toEqual(throttled)
    await waits(3)
    answerAll()
    expect(await Promise.all([...workers, visitor])).toEqual([done, done, done])
  })
})
