import { describe, expect, test } from 'vitest'
import { clickChance, People, type SentEmail } from '../../../cli/people/model.ts'

const email = (person: number, given: Partial<SentEmail> = {}): SentEmail => ({
  to: `person-${person}@example.com`,
  purpose: 'marketing',
  enrolment: 'learn-1',
  step: 'day',
  sentAtMs: Date.parse('2026-03-02T09:00:00Z'),
  links: 3,
  ...given,
})

const count = 20_000
const shareOf = (kind: string, people: People, given: Partial<SentEmail> = {}): number => {
  let found = 0
  for (let person = 0; person < count; person += 1)
    if (people.reactions(email(person, given)).some((act) => act.kind === kind)) found += 1
  return found / count
}

describe('twenty thousand people of one seed', () => {
  const people = new People('shares')
  // Of those whose mailbox takes it (97.5 %): 42 % open, 30 % x 2/3 of them click, 0.8 % unsubscribe.
  test.each([
    ['opens', 0.409],
    ['clicks', 0.082],
    ['unsubscribes', 0.0078],
  ])('%s: a share near %d', (kind, expected) => {
    expect(Math.abs(shareOf(kind, people) / expected - 1)).toBeLessThan(kind === 'unsubscribes' ? 0.2 : 0.06)
  })

  test('a person who is asked to confirm does in seven cases of ten, and nothing else', () => {
    expect(shareOf('confirms', people, { purpose: 'confirmation' })).toBeGreaterThan(0.66)
    expect(shareOf('opens', people, { purpose: 'confirmation' })).toBe(0)
  })

  test('links are clicked alike', () => {
    const links = [0, 0, 0]
    for (let person = 0; person < count; person += 1)
      for (const act of people.reactions(email(person)))
        if (act.kind === 'clicks') links[act.link] = (links[act.link] ?? 0) + 1
    for (const clicks of links) expect(clicks / count).toBeGreaterThan(0.022)
  })
})

test('what someone does hangs on who and what it is, not on when it is asked', () => {
  const [first, second] = [new People('same'), new People('same')]
  second.reactions(email(2))
  second.answers('lead-1', 0)
  expect(second.reactions(email(1))).toEqual(first.reactions(email(1)))
  expect(second.answers('lead-9', 1000)).toEqual(first.answers('lead-9', 1000))
})

test('times are whole milliseconds, as the virtual clock knows them', () => {
  const people = new People('whole')
  const acts = Array.from({ length: 200 }, (_, person) => people.reactions(email(person))).flat()
  expect(acts.length).toBeGreaterThan(50)
  expect(acts.filter(({ atMs }) => !Number.isInteger(atMs))).toEqual([])
})

test('an email without links is not clicked', () => {
  expect(shareOf('clicks', new People('none'), { links: 0 })).toBe(0)
})

test.each([0.05, 0.2, 1 / 3, 0.5, 0.8])('with the chance for %d, that share of openers clicks', (share) => {
  const chances = {
    opens: 1,
    clicks: clickChance(share),
    unsubscribes: 0,
    bouncesForGood: 0,
    bouncesForNow: 0,
  }
  const people = new People('past', new Map([['learn|day', chances]]))
  expect(Math.abs(shareOf('clicks', people) / share - 1)).toBeLessThan(0.08)
})

test('a step with rates of its own bounces by them, whatever the address does elsewhere', () => {
  const chances = { opens: 0, clicks: 0, unsubscribes: 0, bouncesForGood: 0.5, bouncesForNow: 0 }
  const people = new People('past', new Map([['learn|day', chances]]))
  let bounced = 0
  for (let person = 0; person < 2000; person += 1)
    if (people.mailbox(`person-${person}@example.com`, { enrolment: 'learn-1', step: 'day' }) === 'bounce')
      bounced += 1
  expect(Math.abs(bounced / 1000 - 1)).toBeLessThan(0.1)
})
