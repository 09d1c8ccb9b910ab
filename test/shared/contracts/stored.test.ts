import { describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod/mini'
import type { SchemaOf } from '../../../shared/contracts/schema-of.ts'
import {
  type Claim,
  type claimSchema,
  type factSchemas,
  readClaim,
  readSummary,
  type Summary,
  type summarySchema,
} from '../../../shared/contracts/stored.ts'
import type { Fact, FactKind, LinkClicked } from '../../../shared/domain/facts.ts'

/** What zod gives may be written to, a fact may not: that apart, the two must be one type. */
type Fixed<T> = { readonly [Field in keyof T]: Fixed<T[Field]> }
type Stored = { [Kind in FactKind]: Fixed<z.infer<(typeof factSchemas)[Kind]>> }
type Told = { [Kind in FactKind]: Fixed<Extract<Fact, { kind: Kind }>> }

test('the schemas of summaries and claims have the fields of their types, and no other', () => {
  expectTypeOf<Fixed<z.infer<typeof summarySchema>>>().toEqualTypeOf<Fixed<Summary>>()
  expectTypeOf<Fixed<z.infer<typeof claimSchema>>>().toEqualTypeOf<Fixed<Claim>>()
})

describe('the schema of a fact', () => {
  test('has every field that its type has, and no other, down to what is inside them', () => {
    expectTypeOf<Stored>().toEqualTypeOf<Told>()
  })

  const clicked = { kind: z.literal('CLICKED'), link: z.string(), enrolment: z.string(), step: z.string() }
  const carried = { email: z.exactOptional(z.string()), variant: z.exactOptional(z.string()) }
  const whole = z.object({ ...clicked, ...carried, atMs: z.number() })

  test('compiles only with every field of its type, the optional ones too', () => {
    const lacksOptional = z.object({ ...clicked, email: z.exactOptional(z.string()), atMs: z.number() })
    const lacksRequired = z.object({ ...clicked, ...carried })
    const allowsUndefined = z.object({
      ...clicked,
      ...carried,
      email: z.optional(z.string()),
      atMs: z.number(),
    })
    expectTypeOf(whole).toExtend<SchemaOf<LinkClicked>>()
    expectTypeOf(lacksOptional).not.toExtend<SchemaOf<LinkClicked>>()
    expectTypeOf(lacksRequired).not.toExtend<SchemaOf<LinkClicked>>()
    expectTypeOf(allowsUndefined).not.toExtend<SchemaOf<LinkClicked>>()
  })

  test('is told apart from its type by a field that the type lacks', () => {
    const more = z.object({
      ...clicked,
      ...carried,
      atMs: z.number(),
      userAgent: z.exactOptional(z.string()),
    })
    expectTypeOf<Fixed<z.infer<typeof whole>>>().toEqualTypeOf<Fixed<LinkClicked>>()
    expectTypeOf<Fixed<z.infer<typeof more>>>().not.toEqualTypeOf<Fixed<LinkClicked>>()
  })
})

describe('a stored summary', () => {
  const item = {
    pk: 'LEAD#7f3c',
    sk: 'LEAD',
    version: 3,
    email: 'ada@example.com',
    profile: { occupation: 'Analyst' },
    source: 'Google',
    timeZone: 'Europe/Berlin',
    stage: 'nurturing',
    scoreHundredths: 1250,
    scoreLines: [
      {
        rule: 'analyst',
        dimension: 'fit',
        hundredths: 1250,
        because: 'occupation is Analyst',
        reason: 'Knows the field',
      },
    ],
    gates: [{ rule: 'student', because: 'occupation is Student' }],
    nextTouch: { enrolment: 'learn-1', step: 'two', dueAtMs: 1772442000000 },
    appointment: { atMs: 1772442000000, on: 'schedule', deferredFromMs: 1772438400000 },
    handOffAskedAtMs: 1772438400000,
    campaignVersion: 'v2',
    updatedAtMs: 1772438400000,
  }

  test('is read without the names that the table keeps it by', () => {
    const { pk: _, sk: __, ...summary } = item
    expect(readSummary(item)).toEqual(summary)
  })

  test('of a lead that is suppressed and has nothing coming is as readable', () => {
    const { email: _, nextTouch: __, appointment: ___, handOffAskedAtMs: ____, ...rest } = item
    const read = readSummary({ ...rest, stage: 'suppressed', suppressionReason: 'hardBounce' })
    expect(read).toMatchObject({ stage: 'suppressed', suppressionReason: 'hardBounce' })
    expect(read).not.toHaveProperty('appointment')
  })

  test('of the first release, before there were gates and appointments, is read', () => {
    const first = {
      pk: 'LEAD#7f3c',
      sk: 'LEAD',
      version: 1,
      email: 'ada@example.com',
      profile: {},
      source: 'direct',
      timeZone: 'UTC',
      stage: 'nurturing',
      scoreHundredths: 0,
      scoreLines: [],
      nextTouch: { enrolment: 'learn-1', step: 'one', dueAtMs: 1772442000000, on: 'schedule' },
      campaignVersion: 'v1',
      updatedAtMs: 1772438400000,
    }
    expect(readSummary(first)).toEqual({
      version: 1,
      email: 'ada@example.com',
      profile: {},
      source: 'direct',
      timeZone: 'UTC',
      stage: 'nurturing',
      scoreHundredths: 0,
      scoreLines: [],
      gates: [],
      nextTouch: { enrolment: 'learn-1', step: 'one', dueAtMs: 1772442000000 },
      campaignVersion: 'v1',
      updatedAtMs: 1772438400000,
    })
  })

  test('of a later release, with a field that this one does not know, is read without it', () => {
    expect(readSummary({ ...item, mood: 'keen' })).toEqual(readSummary(item))
  })

  test.each([
    ['a version that is text', { version: '3' }],
    ['a stage that is none', { stage: 'asleep' }],
    ['an appointment without a time', { appointment: { on: 'queue' } }],
    ['a score line without points', { scoreLines: [{ rule: 'a' }] }],
  ])('with %s counts as none: the next look makes a new one from the facts', (_, wrong) => {
    expect(readSummary({ ...item, ...wrong })).toBeUndefined()
  })
})

describe('a stored claim', () => {
  const item = {
    pk: 'LEAD#7f3c',
    sk: 'SEND#learn-1#one',
    enrolment: 'learn-1',
    step: 'one',
    email: 'welcome',
    variant: 'question',
    claimedAtMs: 1772442000000,
  }

  test('is read without the names that the table keeps it by', () => {
    const { pk: _, sk: __, ...claim } = item
    expect(readClaim(item)).toEqual(claim)
  })

  test('of before its email was kept is read', () => {
    const { email: _, variant: __, ...old } = item
    expect(readClaim(old)).toEqual({ enrolment: 'learn-1', step: 'one', claimedAtMs: 1772442000000 })
  })

  test('without its time is refused, and must not simply be removed', () => {
    const { claimedAtMs: _, ...without } = item
    expect(() => readClaim(without)).toThrow(
      expect.objectContaining({
        name: 'UnreadableClaim',
        message:
          'The stored claim LEAD#7f3c / SEND#learn-1#one cannot be read: claimedAtMs: expected number. It was written by another version; correct it, and do not remove it: without it the email could be sent twice.',
      }),
    )
  })
})
