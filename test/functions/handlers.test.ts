import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import middy from '@middy/core'
import { describe, expect, test, vi } from 'vitest'
import { noEarlyAnswer } from '../../functions/lib/no-early-answer.ts'
import { functionNames } from '../../shared/contracts/names.ts'
import { lambdaContext } from '../support/http-event.ts'

const root = resolve(import.meta.dirname, '..', '..')

/** The last lines of each handler's file: what it is made of, written out. */
const chains: Readonly<Record<(typeof functionNames)[number], string>> = {
  forms: 'middy(answer, noEarlyAnswer).use(securityHeaders).use(formCors(forms)).use(problemJson)',
  capture:
    'middy(answer, noEarlyAnswer).use(securityHeaders).use(formCors(forms)).use(problemJson).use(decodedBody)',
  preferences: 'middy(answer, noEarlyAnswer).use(securityHeaders).use(problemJson).use(decodedBody)',
  sales: 'middy(answer, noEarlyAnswer).use(securityHeaders).use(problemJson).use(decodedBody)',
  reconcile: 'middy(inOrder(reconcileBatch), noEarlyAnswer).use(failureLog)',
  send: 'middy(eachMessage(send, leave), noEarlyAnswer).use(failureLog)',
  feedback: 'middy(eachMessage(record), noEarlyAnswer).use(failureLog)',
  handoff: 'middy(eachMessage(handOff, leave), noEarlyAnswer).use(failureLog)',
  report: 'middy(eachMessage(report), noEarlyAnswer).use(failureLog)',
  sweep: 'middy(eachMessageAtOnce(sweepOn), noEarlyAnswer).use(failureLog)',
  tally: 'middy(countWindow, noEarlyAnswer).use(loggableFailure)',
}

describe.each(functionNames)('the function %s', (name) => {
  test('is one chain, in which every failure is answered or logged without personal data', () => {
    const code = readFileSync(join(root, 'functions', `${name}.ts`), 'utf8')
    const [, chain = ''] = code.split('export const handler = ')
    expect(chain.replaceAll(/\s+/g, '')).toBe(chains[name].replaceAll(/\s+/g, ''))
  })
})

test('no function is answered for while it still runs: middy never asks how much time is left', async () => {
  const getRemainingTimeInMillis = vi.fn(() => 0)
  const context = { ...lambdaContext(), getRemainingTimeInMillis }
  await middy(async () => 'ended', noEarlyAnswer)({}, context)
  expect(getRemainingTimeInMillis).not.toHaveBeenCalled()
})
