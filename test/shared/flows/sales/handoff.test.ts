import { describe, expect, test } from 'vitest'
import type { Channel } from '../../../../shared/aws/handoff-ledger.ts'
import type { SendOutcome } from '../../../../shared/aws/mailer.ts'
import type { Fact } from '../../../../shared/domain/facts.ts'
import { handOffLead } from '../../../../shared/flows/sales/handoff.ts'
import { campaign, captured, hour, monday, nothingElse } from '../../../support/leads.ts'

const leadId = 'a'.repeat(32)

const qualified: Fact = {
  kind: 'QUALIFIED',
  cycle: 1,
  totalHundredths: 1300,
  lines: [],
  source: 'Google',
  atMs: monday,
}

const world = (
  given: {
    facts?: readonly Fact[]
    told?: readonly Channel[] | 'inHand'
    busFails?: Error
    outcome?: SendOutcome
    rejects?: Error
  } = {},
) => {
  const done: string[] = []
  const { told = [] } = given
  return {
    done,
    run: (nowMs: number, refusals = 0) =>
      handOffLead({ leadId, refusals }, nowMs, {
        campaign,
        identity: {
          name: 'Test',
          senderName: 'Test',
          postalAddress: 'Here',
          sales: { email: 's@example.com' },
          report: { email: 'r@example.com' },
        },
        publicUrl: 'https://api.example.com',
        linkKey: 'key',
        table: {
          read: async () => ({
            facts: given.facts ?? [captured(), qualified],
            ...nothingElse,
          }),
          recordFact: async (_, { kind }) => {
            done.push(`record ${kind}`)
            return 'recorded'
          },
        },
        ledger: {
          take: async (_, putBacks) => {
            done.push(`take ${putBacks}`)
            return told === 'inHand' ? told : new Set(told)
          },
          markTold: async (_, channel) => void done.push(`mark ${channel}`),
          awaitPutBack: async (_, putBacks, dueAtMs) =>
            void done.push(`await ${putBacks} at ${new Date(dueAtMs).toISOString().slice(11, 19)}`),
        },
        bus: {
          publish: async () => {
            done.push('publish')
            if (given.busFails) throw given.busFails
          },
        },
        mailer: {
          send: async () => {
            done.push('send')
            if (given.rejects) throw given.rejects
            return given.outcome ?? { kind: 'accepted', messageId: 'm-1' }
          },
        },
        queue: {
          put: async ({ refusals: putBacks }, delaySeconds) =>
            void done.push(`put back ${putBacks} for ${delaySeconds}`),
        },
      }),
  }
}

const refused: SendOutcome = { kind: 'refused', reason: 'TooManyRequestsException' }

test('a ready lead is told to the bus and to sales, each is marked, and the hand-off is recorded', async () => {
  const { done, run } = world()
  expect(await run(monday)).toEqual({ kind: 'handedOff' })
  expect(done).toEqual(['take 0', 'publish', 'mark bus', 'send', 'mark email', 'record HANDEDOFF'])
})

test('nothing is done for a lead that has been handed off', async () => {
  const handedOff: Fact = { kind: 'HANDEDOFF', cycle: 1, handOffId: 'x', atMs: monday }
  const { done, run } = world({ facts: [captured(), qualified, handedOff] })
  expect(await run(monday)).toEqual({ kind: 'nothingToDo' })
  expect(done).toEqual([])
})

test('nothing is done for a hand-off that another message has in hand', async () => {
  const { done, run } = world({ told: 'inHand' })
  expect(await run(monday)).toEqual({ kind: 'inHand' })
  expect(done).toEqual(['take 0'])
})

test.each<[Channel, string[]]>([
  ['bus', ['send', 'mark email']],
  ['email', ['publish', 'mark bus']],
])('%s that was told before is not told again', async (channel, expected) => {
  const { done, run } = world({ told: [channel] })
  expect(await run(monday)).toEqual({ kind: 'handedOff' })
  expect(done).toEqual(['take 0', ...expected, 'record HANDEDOFF'])
})

describe('what a channel does not take', () => {
  test.each<[string, SendOutcome]>([
    ['refused', refused],
    ['of which nobody knows whether it was taken', { kind: 'unknown', reason: 'TimeoutError' }],
  ])('an email %s is put back, and the bus is done with', async (_, outcome) => {
    const { done, run } = world({ outcome })
    expect(await run(monday, 2)).toEqual({
      kind: 'putBack',
      untold: [{ channel: 'email', reason: 'reason' in outcome ? outcome.reason : '' }],
      isOverdue: false,
    })
    // A minute, and 10 seconds by which this lead's id (aaaa...) spreads it.
    expect(done).toEqual([
      'take 2',
      'publish',
      'mark bus',
      'send',
      'put back 3 for 70',
      'await 3 at 10:01:10',
    ])
  })

  test('an event that the bus refuses is put back, and sales has its email all the same', async () => {
    const { done, run } = world({ busFails: new TypeError('the detail of ada@example.com') })
    expect(await run(monday)).toMatchObject({ untold: [{ channel: 'bus', reason: 'TypeError' }] })
    expect(done).toEqual([
      'take 0',
      'publish',
      'send',
      'mark email',
      'put back 1 for 25',
      'await 1 at 10:00:25',
    ])
  })

  test('waits for a quarter of an hour at most, and is overdue an hour after the lead was ready', async () => {
    const { done, run } = world({ told: ['bus'], outcome: refused })
    expect(await run(monday + hour, 9)).toMatchObject({ isOverdue: false })
    expect(await run(monday + hour + 1, 9)).toMatchObject({ isOverdue: true })
    expect(done).toContain('put back 10 for 900')
  })

  test('goes to the dead letters after four days', async () => {
    const { done, run } = world({ outcome: refused })
    await expect(run(monday, 400)).rejects.toMatchObject({
      name: 'SalesNotTold',
      message: expect.stringContaining('email: TooManyRequestsException'),
    })
    expect(done.filter((what) => what.startsWith('put'))).toEqual([])
  })
})

test('an email that SES will never take fails once the bus has been told', async () => {
  const { done, run } = world({ rejects: new Error('MessageRejected') })
  await expect(run(monday)).rejects.toThrow('MessageRejected')
  expect(done).toEqual(['take 0', 'publish', 'mark bus', 'send'])
})
