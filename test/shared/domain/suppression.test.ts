import { describe, expect, test } from 'vitest'
import type { Fact, TouchRef } from '../../../shared/domain/facts.ts'
import { fold } from '../../../shared/domain/fold.ts'
import { settle } from '../../../shared/domain/settle.ts'
import { campaign, captured, day, enrolled, monday, sent } from '../../support/leads.ts'

const about: TouchRef & { readonly atMs: number } = { enrolment: 'learn-1', step: 'one', atMs: monday + day }
const begun = [captured(), enrolled(), sent('one', monday)]

describe('a lead', () => {
  test.each<[string, Fact, string | undefined]>([
    ['that unsubscribed on the page', { kind: 'UNSUBSCRIBED', via: 'page', ...about }, 'unsubscribed'],
    ['that unsubscribed by one click', { kind: 'UNSUBSCRIBED', via: 'oneClick', ...about }, 'unsubscribed'],
    ['that complained', { kind: 'COMPLAINED', ...about }, 'complaint'],
    ['whose address does not exist', { kind: 'BOUNCED', bounce: 'permanent', ...about }, 'hardBounce'],
    ['whose mailbox was full', { kind: 'BOUNCED', bounce: 'transient', ...about }, undefined],
    [
      'whose email came back for a reason not known',
      { kind: 'BOUNCED', bounce: 'undetermined', ...about },
      undefined,
    ],
    ['that asked for a pause', { kind: 'SNOOZED', untilMs: monday + 2 * day, ...about }, undefined],
  ])('%s', (_, fact, reason) => {
    const facts = [...begun, fact]
    const { suppression, stage } = fold('lead-1', facts, campaign, monday + 5 * day)
    const { kind } = settle('lead-1', facts, campaign, monday + 5 * day).decision
    expect({ suppression, stage, kind }).toEqual(
      reason === undefined
        ? { suppression: undefined, stage: 'nurturing', kind: 'send' }
        : { suppression: { reason, atMs: monday + day }, stage: 'suppressed', kind: 'stop' },
    )
  })

  test('stays suppressed for the first reason, whatever it does later', () => {
    const facts: Fact[] = [
      ...begun,
      { kind: 'COMPLAINED', ...about, atMs: monday + 2 * day },
      { kind: 'UNSUBSCRIBED', via: 'page', ...about },
      captured({ submission: 's-2', atMs: monday + 3 * day }),
    ]
    expect(fold('lead-1', facts, campaign, monday + 5 * day).suppression).toEqual({
      reason: 'unsubscribed',
      atMs: monday + day,
    })
  })
})
