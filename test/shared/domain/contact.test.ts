import { describe, expect, test } from 'vitest'
import { recipientOf } from '../../../shared/domain/decide.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { fold } from '../../../shared/domain/fold.ts'
import { settle } from '../../../shared/domain/settle.ts'
import { campaign, captured, day, enrolled, hour, monday, sent } from '../../support/leads.ts'

const own = 'ada@example.com'
const gone = 'ada+gone@example.com'
const work = 'ada+work@example.com'

/** `news` asks for confirmation and leads to `digest`; `guide` asks for none and leads to `learn`. */
const submits = (submission: string, days: number, email = own, form = 'news'): Fact =>
  captured({ submission, form, email, atMs: monday + days * day })
const confirms = (submission: string | undefined, days: number, form = 'news'): Fact => ({
  kind: 'CONFIRMED',
  form,
  ...(submission !== undefined && { submission }),
  atMs: monday + days * day,
})
const imported = captured({
  submission: 'import-1',
  form: 'news',
  email: own,
  consent: { wordingHash: 'imported', basis: 'said yes at the fair' },
})
const asked = (times: number, days: number): Fact =>
  sent(times === 1 ? 'confirmation' : `confirmation-${times}`, monday + days * day, 'confirm-news')
const about = (step: string, days: number) => ({ enrolment: 'digest-1', step, atMs: monday + days * day })
const bounces = (days: number, address?: string, bounce: 'permanent' | 'transient' = 'permanent'): Fact => ({
  kind: 'BOUNCED',
  bounce,
  ...about(`s${days}`, days),
  ...(address !== undefined && { address }),
})
const unsubscribes = (days: number, isAgain?: true): Fact => ({
  kind: 'UNSUBSCRIBED',
  via: 'page',
  ...about('first', days),
  ...(isAgain && { isAgain }),
})
const complains = (days: number): Fact => ({ kind: 'COMPLAINED', ...about('first', days) })

/** Where the lead's mail goes, and what forbids it. */
const contact = (facts: readonly Fact[], plan = campaign): string => {
  const { email, suppression } = fold('lead', facts, plan, monday + 90 * day)
  return `${email}${suppression ? ` ${suppression.reason} since ${(suppression.atMs - monday) / day}` : ''}`
}

/** What is next after so many days, and where it goes. */
const next = (facts: readonly Fact[], days: number): string => {
  const { decision, state } = settle('lead', facts, campaign, monday + days * day)
  return decision.kind === 'send'
    ? `${decision.touch.enrolment} ${decision.touch.step} to ${recipientOf(decision.touch, state)}`
    : `${decision.kind}: ${'reason' in decision ? decision.reason : ''}`
}

describe('a lead’s mail goes to', () => {
  test.each<[string, Fact[], string]>([
    ['the address that it gave', [submits('a', 0)], own],
    ['the first, not a later one that nobody confirmed', [submits('a', 0), submits('b', 1, gone)], own],
    ['the one that was confirmed', [submits('a', 0), submits('b', 1, work), confirms('b', 2)], work],
    [
      'the one that was confirmed last',
      [submits('a', 0), submits('b', 1, work), confirms('b', 2), confirms('a', 3)],
      own,
    ],
    [
      'the one that was confirmed, whatever is given later',
      [submits('a', 0), confirms('a', 1), submits('b', 2, gone)],
      own,
    ],
    [
      'the newest at the time of the question, where the yes says no more',
      [submits('a', 0), submits('b', 1, work), asked(1, 1), submits('c', 2, gone), confirms(undefined, 3)],
      work,
    ],
    [
      'the newest at the time of a yes that no question of ours came before',
      [submits('a', 0), confirms(undefined, 1), submits('b', 2, gone)],
      own,
    ],
    [
      'another that it gave, if the first bounces',
      [submits('a', 0, gone), bounces(1, gone), submits('b', 2)],
      own,
    ],
    [
      'another that it confirmed, if the last bounces',
      [submits('a', 0), confirms('a', 1), submits('b', 2, work), confirms('b', 3), bounces(4, work)],
      own,
    ],
  ])('%s', (_, facts, expected) => {
    expect(contact(facts)).toBe(expected)
  })
})

describe('a lead is suppressed', () => {
  test.each<[string, Fact[], string]>([
    ['by a bounce of its address', [submits('a', 0), bounces(1, own)], `${own} hardBounce since 1`],
    [
      'not by a bounce of an address that somebody else gave',
      [submits('a', 0), confirms('a', 1), submits('b', 2, gone), bounces(3, gone)],
      own,
    ],
    [
      'by a bounce that does not say of which address',
      [submits('a', 0), confirms('a', 1), submits('b', 2, work), bounces(3)],
      `${own} hardBounce since 3`,
    ],
    [
      'by bounces of all that it confirmed, though it gave another',
      [submits('a', 0), confirms('a', 1), bounces(2, own), submits('b', 3, work)],
      `${own} hardBounce since 2`,
    ],
    ['by its no', [submits('a', 0), confirms('a', 1), unsubscribes(2)], `${own} unsubscribed since 2`],
    [
      'by its no though it asks again, until it confirms',
      [submits('a', 0), confirms('a', 1), unsubscribes(2), submits('b', 3)],
      `${own} unsubscribed since 2`,
    ],
    [
      'no more once it has confirmed what it asked for since',
      [submits('a', 0), confirms('a', 1), unsubscribes(2), submits('b', 3), confirms('b', 4)],
      own,
    ],
    [
      'by its no though the link of an older question is pressed after it',
      [submits('a', 0), unsubscribes(2), confirms('a', 3)],
      `${own} unsubscribed since 2`,
    ],
    [
      'by its no though a link that names no submission is pressed after it',
      [submits('a', 0), unsubscribes(2), submits('b', 3), confirms(undefined, 4)],
      `${own} unsubscribed since 2`,
    ],
    [
      'by its next no, by whichever link',
      [submits('a', 0), unsubscribes(2), submits('b', 3), confirms('b', 4), unsubscribes(5, true)],
      `${own} unsubscribed since 5`,
    ],
    [
      'by a complaint, whatever it asks for and confirms since',
      [submits('a', 0), complains(2), submits('b', 3), confirms('b', 4)],
      `${own} complaint since 2`,
    ],
    [
      'by a complaint of later where its no is answered',
      [submits('a', 0), unsubscribes(1), complains(2), submits('b', 3), confirms('b', 4)],
      `${own} complaint since 2`,
    ],
  ])('%s', (_, facts, expected) => {
    expect(contact(facts)).toBe(expected)
  })
})

describe('mail that comes back for a passing reason', () => {
  const soft = (days: number, address = own): Fact => bounces(days, address, 'transient')
  const five = [soft(1), soft(10), soft(20), soft(30), soft(40)]
  const delivered = (days: number): Fact => ({ kind: 'DELIVERED', ...about(`s${days}`, days) })
  test.each<[string, Fact[], string]>([
    ['four times does not stop it', [submits('a', 0), ...five.slice(1)], own],
    ['five times within sixty days does', [submits('a', 0), ...five], `${own} softBounces since 40`],
    ['five times in a longer time does not', [submits('a', 0), soft(-21), ...five.slice(1)], own],
    ['from two addresses is counted for each', [submits('a', 0), ...five.slice(1), soft(15, work)], own],
    [
      'though it was delivered, as an answer that its owner is away, does not count',
      [submits('a', 0), ...five, delivered(20)],
      own,
    ],
    [
      'no longer counts once the address is confirmed anew',
      [submits('a', 0), ...five, submits('b', 50), confirms('b', 51)],
      own,
    ],
    [
      'and does so again stops it again',
      [
        submits('a', 0),
        ...five,
        submits('b', 50),
        confirms('b', 51),
        ...[52, 53, 54, 55, 56].map((on) => soft(on)),
      ],
      `${own} softBounces since 56`,
    ],
  ])('%s', (_, facts, expected) => {
    expect(contact(facts)).toBe(expected)
  })

  test('stops it as soon as the campaign says', () => {
    const plan = { ...campaign, softBounces: { emails: 2, days: 9 } }
    expect(contact([submits('a', 0), ...five], plan)).toBe(`${own} softBounces since 10`)
  })
})

describe('whether a submission was meant is asked', () => {
  const going = [
    submits('a', 0),
    asked(1, 0),
    confirms('a', 1),
    enrolled({ enrolment: 'digest-1', atMs: monday + day }),
  ]
  const done = [...going, sent('first', monday + day, 'digest-1')]
  test.each<[string, Fact[], number, string]>([
    ['at the address that it names', [submits('a', 0, work)], 0, `confirm-news confirmation to ${work}`],
    [
      'at each address that it names, though they are of one day: the first may be a stranger’s choice',
      [submits('a', 0, gone), asked(1, 0), submits('b', 0.1)],
      0.1,
      `confirm-news confirmation-2 to ${own}`,
    ],
    [
      'at an address once a day',
      [submits('a', 0, gone), asked(1, 0), submits('b', 0.1), asked(2, 0.1), submits('c', 0.2, gone)],
      0.2,
      'wait: confirmation',
    ],
    [
      'at another address than the confirmed one',
      [...done, submits('b', 5, work)],
      5,
      `confirm-news confirmation-2 to ${work}`,
    ],
    ['at another address once', [...done, submits('b', 5, work), asked(2, 5)], 6, 'stop: exhausted'],
    ['at the confirmed address no more', [...done, submits('b', 5)], 5, 'stop: exhausted'],
    [
      'at an address that takes no mail no more',
      [...done, submits('b', 5, gone), asked(2, 5), bounces(5, gone), submits('c', 7, gone)],
      7,
      'stop: exhausted',
    ],
    [
      'at the other address of a lead whose own takes no mail',
      [...done, bounces(2, own), submits('b', 5, work)],
      5,
      `confirm-news confirmation-2 to ${work}`,
    ],
    [
      'of a lead that said no and submits again',
      [...done, unsubscribes(2), submits('b', 5)],
      5,
      `confirm-news confirmation-2 to ${own}`,
    ],
    [
      'of a lead that said no, once',
      [...done, unsubscribes(2), submits('b', 5), asked(2, 5)],
      6,
      'stop: suppressed',
    ],
    [
      'not of a lead that has submitted nothing since its no',
      [...done, unsubscribes(2)],
      5,
      'stop: suppressed',
    ],
    [
      'not by a form that asks for no confirmation',
      [...done, unsubscribes(2), submits('b', 5, own, 'guide')],
      5,
      'stop: suppressed',
    ],
    [
      'not by a row that was imported after the no',
      [...done, unsubscribes(2), { ...imported, atMs: monday + 5 * day }],
      5,
      'stop: suppressed',
    ],
    ['not of a lead that complained', [...done, complains(2), submits('b', 5)], 5, 'stop: suppressed'],
    ['not after a bounce of any address', [...done, bounces(2), submits('b', 5)], 5, 'stop: suppressed'],
  ])('%s', (_, facts, days, expected) => {
    expect(next(facts, days)).toBe(expected)
  })
})

describe('a lead that said no and has confirmed anew', () => {
  const renewed = [
    submits('a', 0, own, 'guide'),
    enrolled(),
    sent('one', monday),
    unsubscribes(2),
    submits('b', 20),
    asked(1, 20),
    confirms('b', 21),
  ]
  test('is sent what it asked for', () => {
    expect(next(renewed, 21)).toBe(`digest-1 first to ${own}`)
  })

  test('is not sent the rest of what it had asked for before', () => {
    const state = fold('lead', renewed, campaign, monday + 21 * day)
    expect(state.enrolments.find(({ id }) => id === 'learn-1')?.ended).toBe('withdrawn')
  })

  test('begins the same sequence anew, without the emails that it has had', () => {
    const again = [
      submits('a', 0),
      confirms('a', 0),
      enrolled({ enrolment: 'digest-1' }),
      { ...sent('first', monday + hour, 'digest-1'), email: 'first' },
      unsubscribes(2),
      submits('b', 20),
      confirms('b', 21),
    ]
    const { records } = settle('lead', again, campaign, monday + 21 * day)
    expect(records).toMatchObject([
      { kind: 'ENROLLED', enrolment: 'digest-2', atMs: monday + 21 * day },
      { kind: 'SKIPPED', enrolment: 'digest-2', step: 'first', reason: 'hadAlready' },
    ])
  })

  test('is asked for each form again', () => {
    const another = [...renewed, submits('c', 22, own, 'club')]
    const plan = {
      ...campaign,
      forms: { ...campaign.forms, club: { id: 'club', sequence: 'learn', doubleOptIn: true } },
    }
    const { enrolments } = fold('lead', another, plan, monday + 22 * day)
    expect(enrolments.map(({ id }) => id)).toContain('confirm-club')
  })
})
