import { describe, expect, test } from 'vitest'
import type { Recorded } from '../../../../shared/aws/fact-writer.ts'
import type { Summary } from '../../../../shared/contracts/stored.ts'
import type { Fact } from '../../../../shared/domain/facts.ts'
import { reconcileLead } from '../../../../shared/flows/nurture/reconcile.ts'
import { campaign, captured, enrolled, hour, monday, nothingElse, sent } from '../../../support/leads.ts'

const leadId = 'c'.repeat(32)

/** A lead's table in which others write too: each list says, call by call, how this function's own writes fare. */
const world = (
  facts: readonly Fact[],
  fates: { readonly facts?: Recorded[]; readonly summaries?: ('written' | 'outdated')[] } = {},
) => {
  const done: string[] = []
  const stored: Fact[] = [...facts]
  const summaries: Summary[] = []
  return {
    done,
    summaries,
    run: () =>
      reconcileLead(leadId, monday + hour, {
        campaign,
        table: {
          read: async () => ({
            facts: [...stored],
            ...nothingElse,
            summary: summaries.at(-1),
            summaryVersion: summaries.at(-1)?.version ?? 0,
          }),
          recordFact: async (_, fact) => {
            const fate = fates.facts?.shift() ?? 'recorded'
            done.push(`${fact.kind} ${fate}`)
            stored.push(fact)
            return fate
          },
          writeSummary: async (_, summary) => {
            const fate = fates.summaries?.shift() ?? 'written'
            done.push(`summary ${summary.version} ${fate}`)
            // The other writer's, a version ahead: it names the same appointment.
            summaries.push(summary)
            return fate
          },
        },
        schedule: {
          put: async (_, atMs) => void done.push(`schedule ${new Date(atMs).toISOString()}`),
          remove: async (_, atMs) => void done.push(`unschedule ${new Date(atMs).toISOString()}`),
        },
        sendQueue: { put: async () => void done.push('enqueue') },
        handOffQueue: { put: async () => void done.push('hand-off') },
      }),
  }
}

const going = [captured(), enrolled(), sent('one', monday)]

describe('a lead at which two functions look at once', () => {
  test('is decided on anew where the other recorded the same fact first', async () => {
    const { done, run } = world([captured()], { facts: ['alreadyRecorded'] })
    await run()
    // The first look stops at the enrolment; the second finds it on record, and arranges what follows from it.
    expect(done).toEqual(['ENROLLED alreadyRecorded', 'enqueue', 'summary 1 written'])
  })

  test('is arranged anew where the other wrote the summary first, although that names the same appointment', async () => {
    const { done, run } = world(going, { summaries: ['outdated'] })
    await run()
    expect(done).toEqual([
      'schedule 2026-03-06T10:00:00.000Z',
      'summary 1 outdated',
      'schedule 2026-03-06T10:00:00.000Z',
    ])
  })
})

test('a lead that never stops changing under the look is an error that names it', async () => {
  let submission = 0
  const contended = reconcileLead(leadId, monday + hour, {
    campaign,
    table: {
      // Each read finds the lead as it was before anything was recorded of it.
      read: async () => {
        submission += 1
        return { ...nothingElse, facts: [captured({ submission: `s-${submission}` })] }
      },
      recordFact: async () => 'alreadyRecorded',
      writeSummary: async () => 'written',
    },
    schedule: { put: async () => {}, remove: async () => {} },
    sendQueue: { put: async () => {} },
    handOffQueue: { put: async () => {} },
  })
  await expect(contended).rejects.toMatchObject({ name: 'LeadContended' })
  await expect(contended).rejects.toThrow(leadId)
  expect(submission).toBe(5)
})
