/** A resource with every reference in it resolved, and how its properties are read. */
import type { ResourceIdentity } from './intrinsics.ts'
import type { Properties } from './template.ts'

export interface Resolved {
  readonly id: string
  readonly type: string
  readonly identity: ResourceIdentity
  readonly properties: Properties
}

export const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
export const list = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]
export const text = (value: unknown): string => (value === undefined ? '' : String(value))
export const number = (value: unknown, otherwise: number): number =>
  value === undefined ? otherwise : Number(value)
