/** Ties a schema to the type that it guards, so that the compiler reports a field that the schema lacks. */
import type * as z from 'zod/mini'

/**
 * An object's schema that gives a `T` and names each of its fields, the optional ones too. A field that `T` does not
 * have passes here; test/shared/contracts/stored.test.ts compares the types and finds it.
 */
export type SchemaOf<T> = z.ZodMiniType<T> & {
  readonly shape: { readonly [Field in keyof T]-?: z.core.$ZodType }
}
