import { describe, expect, test } from 'vitest'
import type { ClaimResult } from '../../../shared/aws/lead-table.ts'
import type { SendOutcome } from '../../../shared/aws/mailer.ts'
import type { Claim } from '../../../shared/contracts/stored.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { type SendDependencies, sendDueTouch } from '../../../shared/flows/send.ts'
import { campaign, captured, hour, monday, sent } from '../../support/leads.ts'

const leadId = 'a'.repeat(32)
const minute = 60_000

/** A world that remembers what was done to it. */
const world = (
  given: {
    facts?: Fact[]
    claims?: Claim[]
    claim?: ClaimResult
    outcome?: SendOutcome
    throws?: Error
  } = {},
) => {
  const done: string[] = []
  const email = {
    id: 'one',
    subject: 'Hello {{ lead.firstName }}',
    preheader: '',
    html: '<p>{{ lead.firstName }} {{ links.preferences }}</p>',
    text: 'Hi',
  }
  const dependencies: SendDependencies = {
    campaign,
    emails: { one: email, two: email, confirm: email },
    identity: {
      name: 'Test',
      senderName: 'Test',
      replyTo: 'hello@example.com',
      postalAddress: 'Here',
      sales: { email: 's@example.com' },
      report: { email: 'r@example.com' },
    },
    publicUrl: 'https://api.example.com',
    linkKey: 'key',
    table: {
      read: async () => ({
        facts: given.facts ?? [captured()],
        claims: given.claims ?? [],
        summary: undefined,
      }),
      claim: async () => {
        done.push('claim')
        return given.claim ?? 'claimed'
      },
      releaseClaim: async () => void done.push('release'),
      recordFact: async (_, fact) => {
        done.push(`record ${fact.kind}`)
        return 'recorded'
      },
    },
    mailer: {
      send: async (given_) => {
        done.push(`send ${given_.subject}`)
        if (given.throws) throw given.throws
        return given.outcome ?? { kind: 'accepted', messageId: 'm-1' }
      },
    },
    schedule: {
      put: async (_, dueAtMs) => void done.push(`schedule ${new Date(dueAtMs).toISOString()}`),
      remove: async () => void done.push('unschedule'),
    },
    sendQueue: {
      put: async ({ refusals }, delaySeconds) => void done.push(`queue ${refusals} ${delaySeconds}`),
    },
  }
  return {
    done,
    run: (nowMs: number, refusals = 0) => sendDueTouch({ leadId, refusals }, nowMs, dependencies),
  }
}

describe('a touch that is due', () => {
  test('is claimed, then sent, then recorded', async () => {
    const { done, run } = world()
    expect(await run(monday)).toMatchObject({ kind: 'sent', messageId: 'm-1' })
    expect(done).toEqual(['claim', 'send Hello', 'record SENT'])
  })

  test('that SES refuses gives its claim back and comes again later', async () => {
    const { done, run } = world({ outcome: { kind: 'refused', reason: 'TooManyRequestsException' } })
    expect(await run(monday)).toMatchObject({ kind: 'refused' })
    // 15 seconds, and 10 of the minute over which this lead's id (aaaa...) spreads it.
    expect(done).toEqual(['claim', 'send Hello', 'release', 'queue 1 25'])
  })

  test('that SES has refused a hundred times goes to the dead letters', async () => {
    const { done, run } = world({ outcome: { kind: 'refused', reason: 'TooManyRequestsException' } })
    await expect(run(monday, 100)).rejects.toMatchObject({ name: 'SendRefusedTooOften' })
    expect(done).toEqual(['claim', 'send Hello', 'release'])
  })

  test('whose fate is unknown keeps its claim and is not recorded', async () => {
    const { done, run } = world({ outcome: { kind: 'unknown', reason: 'TimeoutError' } })
    await expect(run(monday)).rejects.toMatchObject({ name: 'SendUnsettled' })
    expect(done).toEqual(['claim', 'send Hello'])
  })

  test('that SES rejects for good gives its claim back and fails', async () => {
    const { done, run } = world({ throws: new Error('MessageRejected') })
    await expect(run(monday)).rejects.toThrow('MessageRejected')
    expect(done).toEqual(['claim', 'send Hello', 'release'])
  })

  test.each(['suppressed', 'qualified'] as const)(
    'is not sent where the claim finds the lead %s',
    async (claim) => {
      const { done, run } = world({ claim })
      expect(await run(monday)).toEqual({ kind: 'nothingDue', reason: claim })
      expect(done).toEqual(['claim'])
    },
  )
})

describe('a touch that is claimed already', () => {
  const claims = [{ enrolment: 'learn-1', step: 'one', claimedAtMs: monday }]

  test('is waited for while SES may still tell', async () => {
    const { done, run } = world({ claim: 'alreadyClaimed', claims })
    await expect(run(monday + 9 * minute)).rejects.toMatchObject({ name: 'SendUnsettled' })
    expect(done).toEqual(['claim'])
  })

  test('is given up, and never sent again, ten minutes later', async () => {
    const { done, run } = world({ claim: 'alreadyClaimed', claims })
    expect(await run(monday + 10 * minute)).toMatchObject({ kind: 'unresolved' })
    expect(done).toEqual(['claim', 'record UNRESOLVED'])
  })
})

describe('nothing is sent', () => {
  test('before its time; the schedule that fired early is set anew', async () => {
    const { done, run } = world({ facts: [captured(), sent('one', monday)] })
    expect(await run(monday + hour)).toEqual({ kind: 'nothingDue', reason: 'notYet' })
    expect(done).toEqual(['schedule 2026-03-06T10:00:00.000Z'])
  })

  test('after the lead unsubscribed', async () => {
    const no: Fact = { kind: 'UNSUBSCRIBED', enrolment: 'learn-1', step: 'one', via: 'page', atMs: monday }
    const { done, run } = world({ facts: [captured(), no] })
    expect(await run(monday)).toEqual({ kind: 'nothingDue', reason: 'suppressed' })
    expect(done).toEqual([])
  })
})
