import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { VirtualClock } from '../../local/clock.ts'
import { Functions } from '../../local/lambda/functions.ts'
import { Meter } from '../../local/meter.ts'
import { monday } from '../support/leads.ts'

let codeFolder: string
beforeEach(() => {
  codeFolder = mkdtempSync(join(tmpdir(), 'ripen-function-'))
})
afterEach(() => rmSync(codeFolder, { recursive: true }))

const url = 'http://127.0.0.1:9'

/** Asks AWS before it is ready, as for a key, and has no timer that would keep it waiting. */
const bundle = `
import http from 'node:http'
const key = await new Promise((resolve) => {
  const request = http.request({ host: '127.0.0.1', port: '9', method: 'POST', path: '/' }, (response) =>
    response.once('data', (data) => resolve(String(data))),
  )
  request.end('{}')
})
export const handler = async () => key
`

test('a function that waits for AWS while it starts is waited for, however long AWS takes', async () => {
  writeFileSync(join(codeFolder, 'index.mjs'), bundle)
  let answer: () => void = () => {}
  const asked = Promise.withResolvers<void>()
  const functions = new Functions({
    functions: [
      {
        id: 'f',
        name: 'f',
        arn: 'arn:f',
        roleArn: 'arn:role',
        codeFolder,
        handler: 'index.handler',
        timeoutSeconds: 10,
        memoryMb: 128,
        environment: {},
        mayLoop: false,
        logsInvocations: false,
        logRetentionDays: 30,
        isTraced: false,
        logGroupArn: 'arn:log',
      },
    ],
    environmentFor: () => ({}),
    gateway: {
      url,
      exchange: () =>
        new Promise((resolve) => {
          answer = () => resolve({ status: 200, headers: {}, body: 'the key' })
          asked.resolve()
        }),
    },
    clock: new VirtualClock(monday),
    meter: new Meter(),
    onLog: () => {},
  })
  const started = functions.start()
  await asked.promise
  // The thread has nothing to do by then, and would end if nothing kept it.
  for (let turn = 0; turn < 1000; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  answer()
  await started
  expect(await functions.invoke('arn:f', {})).toEqual({ ok: true, result: 'the key' })
  await functions.close()
})
