/** How the table keeps the releases of sequences, and how they are read back. */
import * as z from 'zod/mini'
import type { Campaign, Release, Sequence } from '../domain/campaign.ts'
import type { Loggable } from './loggable-error.ts'
import { keys } from './names.ts'
import { UserError } from './user-error.ts'

export interface StoredReleases {
  /** By sequence, oldest first. */
  readonly history: Readonly<Record<string, readonly Release[]>>
  /** The campaign's version that was seen last; absent before the first. */
  readonly versionInForce: string | undefined
  /** The version that it came in place of, and when; absent of the first, and where that was not kept yet. */
  readonly replaced?: { readonly version: string; readonly atMs: number }
  /** What that version says beside its sequences' steps; absent where it was recorded before this was kept. */
  readonly outline?: Outline
}

/** A campaign without the steps of its sequences: the releases have those. For whoever compares another with it. */
export interface Outline {
  readonly plan: Omit<Campaign, 'sequences' | 'history'>
  /** Versions by id; so are the others. */
  readonly sequences: Readonly<Record<string, string>>
  readonly forms: Readonly<Record<string, string>>
  readonly emails: Readonly<Record<string, string>>
}

const release = z.object({ sinceMs: z.number(), sequence: z.string() })
const inForce = z.object({
  version: z.string(),
  sinceMs: z.number(),
  replaced: z.optional(z.string()),
  outline: z.optional(z.string()),
})
const versions = z.record(z.string(), z.string())

/** What is looked at of a stored outline: it was written from one by code of ours. */
const outline = z.object({
  plan: z.looseObject({ name: z.string(), version: z.string(), forms: z.object({}), scoring: z.object({}) }),
  sequences: versions,
  forms: versions,
  emails: versions,
})

/** What is looked at of a stored sequence: it was written from one by code of ours. */
const sequence = z.looseObject({ id: z.string(), version: z.string(), steps: z.array(z.unknown()) })

/** An item of the releases that does not have their shape: written by other code, or by hand. */
export class UnreadableRelease extends UserError implements Loggable {
  override readonly name = 'UnreadableRelease'
  readonly isLoggable = true

  constructor(sortKey: string, options?: ErrorOptions) {
    super(
      `The stored release ${sortKey} cannot be read. It was written by another version; correct or remove it.`,
      options,
    )
  }
}

/** Throws `UnreadableRelease`. */
export const readReleases = (items: readonly Readonly<Record<string, unknown>>[]): StoredReleases => {
  const history: Record<string, Release[]> = {}
  let versionInForce: string | undefined
  let replaced: StoredReleases['replaced']
  let inForceOutline: Outline | undefined
  for (const item of items.toSorted((a, b) => Number(a.sinceMs) - Number(b.sinceMs))) {
    const sortKey = String(item.sk)
    if (sortKey === keys.versionInForce) {
      const read = inForce.safeParse(item)
      if (!read.success) throw new UnreadableRelease(sortKey)
      versionInForce = read.data.version
      if (read.data.replaced !== undefined)
        replaced = { version: read.data.replaced, atMs: read.data.sinceMs }
      if (read.data.outline !== undefined) inForceOutline = readOutline(sortKey, read.data.outline)
      continue
    }
    const read = release.safeParse(item)
    if (!read.success) throw new UnreadableRelease(sortKey)
    const stored = readSequence(sortKey, read.data.sequence)
    const releases = history[stored.id] ?? []
    releases.push({ sinceMs: read.data.sinceMs, sequence: stored })
    history[stored.id] = releases
  }
  return {
    history,
    versionInForce,
    ...(replaced && { replaced }),
    ...(inForceOutline && { outline: inForceOutline }),
  }
}

const readSequence = (sortKey: string, text: string): Sequence => {
  try {
    return sequence.parse(JSON.parse(text)) as unknown as Sequence
  } catch (cause) {
    throw new UnreadableRelease(sortKey, { cause })
  }
}

const readOutline = (sortKey: string, text: string): Outline => {
  try {
    const value: unknown = JSON.parse(text)
    outline.parse(value)
    return value as Outline
  } catch (cause) {
    throw new UnreadableRelease(sortKey, { cause })
  }
}
