import { describe, expect, test } from 'vitest'
import { keys } from '../../../shared/contracts/names.ts'
import { isOpaque, readFact, readFacts } from '../../../shared/contracts/read-facts.ts'
import { factSchemas, readClaim, readSummary } from '../../../shared/contracts/stored.ts'
import { factKey } from '../../../shared/domain/facts.ts'
import { fold } from '../../../shared/domain/fold.ts'
import { settle } from '../../../shared/domain/settle.ts'
import { apart, countFacts } from '../../../shared/flows/report/tally.ts'
import { campaign, day, monday } from '../../support/leads.ts'
import { factsBy, newWords, storedBy, tomorrows } from '../../support/stored-items.ts'

const yesterday = factsBy('0.1.0')
const nowMs = monday + 90 * day

describe('what release 0.1.0 has stored', () => {
  test('is a fact of each kind of then', () => {
    const kinds = yesterday.map(({ kind }) => kind)
    expect(new Set(kinds).size).toBe(kinds.length)
    for (const kind of kinds) expect(factSchemas).toHaveProperty(String(kind))
    expect(kinds).toHaveLength(23)
  })

  test.each(yesterday.map((item) => [item.sk, item] as const))(
    '%s is read, under the key that it has',
    (sk, item) => {
      const fact = readFact(item)
      expect(isOpaque(fact)).toBe(false)
      if (!isOpaque(fact)) expect(keys.fact(factKey(fact))).toBe(sk)
      const { pk: _, sk: __, ...content } = item
      expect(fact).toEqual(content)
    },
  )

  test('is folded, decided on and counted', () => {
    const { facts } = readFacts(yesterday)
    const { state, decision } = settle('lead', facts, campaign, nowMs)
    expect(state.suppression).toEqual({ reason: 'unsubscribed', atMs: 1777284000000 })
    expect(decision).toEqual({ kind: 'stop', reason: 'suppressed' })
    expect(Object.keys(countFacts({}, facts)).length).toBeGreaterThan(15)
  })

  test('its summary and its claim are read', () => {
    const at = (begin: string) => storedBy('0.1.0').find(({ sk }) => sk.startsWith(begin)) ?? {}
    expect(readSummary(at('LEAD'))?.version).toBeGreaterThan(0)
    expect(readClaim(at('SEND#'))).toMatchObject({ enrolment: 'learn-1' })
  })
})

/** Beside all that is known today, as a lead would have it. */
const foldedWith = (items: Parameters<typeof readFacts>[0]) => {
  const { facts } = readFacts([...yesterday, ...items])
  return JSON.stringify(fold('lead', facts, campaign, nowMs))
}

describe.each(tomorrows)('what a later release writes, with $named,', ({ of, isReadable }) => {
  test.each(yesterday.map((item) => [item.kind, item] as const))('%s stops nobody', (_, item) => {
    const later = of(item)
    const read = readFact(later)
    expect(isOpaque(read)).toBe(!isReadable)
    if (isOpaque(read)) {
      expect(read.why).toBe('unknownKind')
      expect(foldedWith([later])).toBe(foldedWith([]))
    } else expect(keys.fact(factKey(read))).toBe(later.sk)
    const { facts, unreadable } = apart([
      { leadId: 'l', fact: read },
      { leadId: 'l', fact: readFact(item) },
    ])
    // The minute's other facts count, whatever this one is.
    expect(facts.length + unreadable.length).toBe(2)
    expect(unreadable).toHaveLength(isReadable ? 0 : 1)
  })
})

test.each(Object.entries(newWords))(
  '%s with a word of tomorrow is opaque, and not a defect',
  (kind, words) => {
    const item = yesterday.find((one) => one.kind === kind) ?? {}
    expect(readFact({ ...item, ...words })).toMatchObject({ kind: 'OPAQUE', of: kind, why: 'unknownValue' })
  },
)
