import { describe, expect, test } from 'vitest'
import { readFact, readFacts } from '../../../shared/contracts/read-facts.ts'

const confirmed = { pk: 'LEAD#7f3c', sk: 'FACT#CONFIRMED#guide', kind: 'CONFIRMED', form: 'guide', atMs: 5 }
const touch = { enrolment: 'learn-1', step: 'one', atMs: 5 }
const bounced = { pk: 'LEAD#7f3c', sk: 'FACT#BOUNCED#learn-1#one#permanent', kind: 'BOUNCED', ...touch }

test('a stored fact is read without the names that the table keeps it by', () => {
  expect(readFact(confirmed)).toEqual({ kind: 'CONFIRMED', form: 'guide', atMs: 5 })
})

test('a field that this release does not know is passed over', () => {
  expect(readFact({ ...confirmed, mood: { of: ['tomorrow'] } })).toEqual(readFact(confirmed))
})

describe('what cannot be read is opaque, by its key and its kind:', () => {
  test.each<[string, Record<string, unknown>, object]>([
    [
      'a kind of tomorrow',
      { ...confirmed, kind: 'DANCED' },
      { of: 'DANCED', why: 'unknownKind', problem: 'its kind is not known' },
    ],
    [
      'a word of tomorrow where words are listed',
      { ...bounced, bounce: 'sulking' },
      {
        of: 'BOUNCED',
        why: 'unknownValue',
        problem: 'bounce: expected permanent or transient or undetermined',
      },
    ],
    [
      'a field that is missing',
      { ...confirmed, form: undefined },
      { of: 'CONFIRMED', why: 'malformed', problem: 'form: expected string' },
    ],
    [
      'a time that is text',
      { ...confirmed, atMs: 'noon' },
      { of: 'CONFIRMED', why: 'malformed', problem: 'atMs: expected number' },
    ],
    [
      'a word of tomorrow beside a time that is text',
      { ...bounced, bounce: 'sulking', atMs: 'noon' },
      { of: 'BOUNCED', why: 'malformed' },
    ],
    ['a number where words are listed', { ...bounced, bounce: 3 }, { of: 'BOUNCED', why: 'malformed' }],
    [
      'an optional field that is there and empty',
      { ...confirmed, kind: 'SENT', ...touch, messageId: 'm', email: null },
      { of: 'SENT', why: 'malformed', problem: 'email: expected string' },
    ],
    ['no kind at all', { ...confirmed, kind: undefined }, { of: 'other', why: 'malformed' }],
    [
      'a kind that is a name which every object has',
      { ...confirmed, kind: 'constructor' },
      { of: 'other', why: 'malformed', problem: 'it has no kind' },
    ],
    [
      'a kind that may be anybody’s text: it is not repeated',
      { ...confirmed, kind: 'ada@example.com' },
      { of: 'other', why: 'malformed', problem: 'it has no kind' },
    ],
  ])('%s', (_, item, read) => {
    expect(readFact(item)).toMatchObject({
      kind: 'OPAQUE',
      key: String(item.sk).slice('FACT#'.length),
      ...read,
    })
  })
})

test('those that can be read are read beside those that cannot', () => {
  const { facts, opaque } = readFacts([{ ...confirmed, kind: 'DANCED' }, confirmed])
  expect(facts).toEqual([{ kind: 'CONFIRMED', form: 'guide', atMs: 5 }])
  expect(opaque.map(({ of }) => of)).toEqual(['DANCED'])
})
