/** Ties a schema to the type that it guards, so that the compiler tells of a field that the schema lacks. */
import type * as z from 'zod/mini'

/**
 * An object's schema that gives a `T` and names each of its fields, the optional ones too. A name that `T` does not have
 * passes: a test that compares the types finds it.
 */
export type SchemaOf<T> = z.ZodMiniType<T> & {
  readonly shape: { readonly [Field in keyof T]-?: z.core.$ZodType }
}
