import { describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod/mini'
import type { SchemaOf } from '../../../shared/contracts/schema-of.ts'
import { type factSchemas, readFact } from '../../../shared/contracts/stored.ts'
import type { Fact, FactKind, LinkClicked } from '../../../shared/domain/facts.ts'

/** What zod gives may be written to, a fact may not: that apart, the two must be one type. */
type Fixed<T> = { readonly [Field in keyof T]: Fixed<T[Field]> }
type Stored = { [Kind in FactKind]: Fixed<z.infer<(typeof factSchemas)[Kind]>> }
type Told = { [Kind in FactKind]: Fixed<Extract<Fact, { kind: Kind }>> }

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

describe('a stored fact', () => {
  const item = { pk: 'LEAD#7f3c', sk: 'FACT#CONFIRMED#guide', kind: 'CONFIRMED', form: 'guide', atMs: 5 }

  test('is read without the names that the table keeps it by', () => {
    expect(readFact(item)).toEqual({ kind: 'CONFIRMED', form: 'guide', atMs: 5 })
  })

  test.each([
    [
      'of a kind that this version does not know',
      { ...item, kind: 'DANCED' },
      'its kind DANCED is not known',
    ],
    [
      'whose kind is a name that every object has',
      { ...item, kind: 'constructor' },
      'its kind constructor is not known',
    ],
    ['that lacks a field', { ...item, form: undefined }, 'form: Invalid input'],
    [
      'whose optional field is there and empty',
      { ...item, kind: 'SENT', enrolment: 'learn-1', step: 'one', messageId: 'm', email: undefined },
      'email: Invalid input',
    ],
  ])('%s is refused by its name, with what to do', (_, stored, problem) => {
    expect(() => readFact(stored)).toThrow(
      `The stored fact FACT#CONFIRMED#guide cannot be read: ${problem}. It was written by another version; correct or remove it.`,
    )
  })
})
