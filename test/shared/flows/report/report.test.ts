import { expect, test } from 'vitest'
import type { Email } from '../../../../shared/aws/mailer.ts'
import { ReportRefused, sendReport } from '../../../../shared/flows/report/report.ts'
import { campaign, monday } from '../../../support/leads.ts'

const identity = {
  name: 'Test',
  senderName: 'Test',
  postalAddress: '1 Test Street, Testville',
  sales: { email: 'sales@example.com' },
  report: { email: 'marketing@example.com' },
}

type Outcome = { kind: 'accepted'; messageId: string } | { kind: 'refused' | 'unknown'; reason: string }

/** A table with its claims in memory, and SES with the answers it is to give, in turn. */
const world = (...answers: (Outcome | Error)[]) => {
  const claims = new Set<string>()
  const mails: Email[] = []
  return {
    mails,
    table: {
      read: async () => new Map([['source|Google|captured', 2]]),
      readTests: async () => [],
      claimReport: async (_: string, day: string) => {
        if (claims.has(day)) return 'alreadyClaimed' as const
        claims.add(day)
        return 'claimed' as const
      },
      releaseReport: async (_: string, day: string) => void claims.delete(day),
    },
    mailer: {
      send: async (email: Email) => {
        mails.push(email)
        const answer = answers.shift() ?? { kind: 'accepted' as const, messageId: 'm' }
        if (answer instanceof Error) throw answer
        return answer
      },
    },
  }
}

test('a schedule that fires twice sends one report', async () => {
  const dependencies = world()
  expect(await sendReport(campaign, identity, monday, dependencies)).toBe('sent')
  expect(await sendReport(campaign, identity, monday + 1000, dependencies)).toBe('alreadySent')
  expect(dependencies.mails.map(({ to }) => to)).toEqual(['marketing@example.com'])
})

test('a report that SES refused is tried again, and then sent', async () => {
  const dependencies = world({ kind: 'refused', reason: 'TooManyRequestsException' })
  await expect(sendReport(campaign, identity, monday, dependencies)).rejects.toThrow(ReportRefused)
  expect(await sendReport(campaign, identity, monday, dependencies)).toBe('sent')
})

test('a report that SES will not take is not lost: once the cause is mended, it is sent', async () => {
  const dependencies = world(new Error('MessageRejected'))
  await expect(sendReport(campaign, identity, monday, dependencies)).rejects.toThrow('MessageRejected')
  expect(await sendReport(campaign, identity, monday + 1000, dependencies)).toBe('sent')
})

test('a report that may be out is not sent again', async () => {
  const dependencies = world({ kind: 'unknown', reason: 'TimeoutError' })
  expect(await sendReport(campaign, identity, monday, dependencies)).toBe('unknown')
  expect(await sendReport(campaign, identity, monday, dependencies)).toBe('alreadySent')
})
