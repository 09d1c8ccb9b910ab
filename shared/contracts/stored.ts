/** What the table holds beside the facts, and how a stored fact is read back. */
import * as z from 'zod/mini'
import type { Fact, FactKind } from '../domain/facts.ts'
import type { Stage, SuppressionReason } from '../domain/fold.ts'
import { LoggableError } from './loggable-error.ts'

const touch = { enrolment: z.string(), step: z.string() }
const carried = { ...touch, email: z.optional(z.string()), variant: z.optional(z.string()) }
const at = { atMs: z.number() }
const bySales = { cycle: z.number(), source: z.string() }
const visit = z.record(z.string(), z.string())
const scoreLine = z.object({
  rule: z.string(),
  dimension: z.enum(['fit', 'engagement', 'negative']),
  hundredths: z.number(),
  reason: z.string(),
  because: z.string(),
  fadesAtMs: z.optional(z.number()),
})

const schemas = {
  CAPTURED: z.object({
    kind: z.literal('CAPTURED'),
    submission: z.string(),
    form: z.string(),
    formVersion: z.string(),
    email: z.string(),
    isDisposable: z.optional(z.literal(true)),
    profile: z.record(z.string(), z.string()),
    source: z.string(),
    timeZone: z.optional(z.string()),
    language: z.optional(z.string()),
    attribution: z.optional(z.object({ first: z.optional(visit), last: z.optional(visit) })),
    network: z.optional(z.string()),
    consent: z.object({
      wordingHash: z.string(),
      page: z.optional(z.string()),
      basis: z.optional(z.string()),
    }),
    ...at,
  }),
  CONFIRMED: z.object({ kind: z.literal('CONFIRMED'), form: z.string(), ...at }),
  ENROLLED: z.object({
    kind: z.literal('ENROLLED'),
    enrolment: z.string(),
    version: z.string(),
    isFirst: z.optional(z.literal(true)),
    isHeldOut: z.optional(z.literal(true)),
    ...at,
  }),
  BRANCHED: z.object({ kind: z.literal('BRANCHED'), arm: z.optional(z.string()), ...touch, ...at }),
  SKIPPED: z.object({
    kind: z.literal('SKIPPED'),
    reason: z.enum(['condition', 'late', 'hadAlready']),
    ...touch,
    ...at,
  }),
  ENDED: z.object({
    kind: z.literal('ENDED'),
    enrolment: z.string(),
    reason: z.enum(['goal', 'exit']),
    ...at,
  }),
  SNOOZED: z.object({ kind: z.literal('SNOOZED'), untilMs: z.number(), ...touch, ...at }),
  SENT: z.object({ kind: z.literal('SENT'), messageId: z.string(), ...carried, ...at }),
  UNRESOLVED: z.object({ kind: z.literal('UNRESOLVED'), ...carried, ...at }),
  DELIVERED: z.object({ kind: z.literal('DELIVERED'), ...carried, ...at }),
  OPENED: z.object({ kind: z.literal('OPENED'), ...carried, ...at }),
  CLICKED: z.object({ kind: z.literal('CLICKED'), link: z.string(), ...carried, ...at }),
  RESPONDED: z.object({ kind: z.literal('RESPONDED'), to: z.enum(['link', 'goal']), ...carried, ...at }),
  BOUNCED: z.object({
    kind: z.literal('BOUNCED'),
    bounce: z.enum(['permanent', 'transient', 'undetermined']),
    ...carried,
    ...at,
  }),
  COMPLAINED: z.object({ kind: z.literal('COMPLAINED'), ...carried, ...at }),
  UNSUBSCRIBED: z.object({
    kind: z.literal('UNSUBSCRIBED'),
    via: z.enum(['oneClick', 'page']),
    ...carried,
    ...at,
  }),
  QUALIFIED: z.object({
    kind: z.literal('QUALIFIED'),
    cycle: z.number(),
    totalHundredths: z.number(),
    lines: z.array(scoreLine),
    source: z.string(),
    isHeldOut: z.optional(z.literal(true)),
    enrolledAtMs: z.optional(z.number()),
    ...at,
  }),
  HANDEDOFF: z.object({ kind: z.literal('HANDEDOFF'), cycle: z.number(), handOffId: z.string(), ...at }),
  COOLED: z.object({ kind: z.literal('COOLED'), cycle: z.number(), ...at }),
  ACCEPTED: z.object({ kind: z.literal('ACCEPTED'), ...bySales, ...at }),
  RETURNED: z.object({ kind: z.literal('RETURNED'), reason: z.string(), ...bySales, ...at }),
  WON: z.object({ kind: z.literal('WON'), value: z.optional(z.number()), ...bySales, ...at }),
  LOST: z.object({ kind: z.literal('LOST'), ...bySales, ...at }),
} satisfies Record<FactKind, z.ZodMiniType>

/** A fact in the table that does not have the shape its kind asks for: written by other code, or by hand. */
export class UnreadableFact extends LoggableError {
  override readonly name = 'UnreadableFact'

  constructor(sortKey: string, problem: string) {
    super(
      `The stored fact ${sortKey} cannot be read: ${problem}. It was written by another version; correct or remove it.`,
    )
  }
}

/** The fact of a stored item, without the table's keys. Throws `UnreadableFact`. */
export const readFact = (item: Readonly<Record<string, unknown>>): Fact => {
  const kind = String(item.kind)
  const schema = Object.hasOwn(schemas, kind) ? schemas[kind as FactKind] : undefined
  const sortKey = String(item.sk)
  if (!schema) throw new UnreadableFact(sortKey, `its kind ${kind} is not known`)
  const read = schema.safeParse(item)
  if (read.success) return dropUndefined(read.data)
  const issue = read.error.issues[0]
  throw new UnreadableFact(sortKey, `${issue?.path.join('.')}: ${issue?.message}`)
}

/** zod types an absent optional as undefined; the domain's type asks for absence. */
const dropUndefined = (fact: z.infer<(typeof schemas)[FactKind]>): Fact => fact as Fact

/** The folded summary, `LEAD#<id>` / `LEAD`: what lists and people read; never read back by the domain. */
export interface Summary {
  /** Counts writes; a writer that read an older one is refused. */
  readonly version: number
  readonly email: string | undefined
  readonly profile: Readonly<Record<string, string>>
  readonly source: string
  readonly timeZone: string
  readonly stage: Stage
  readonly suppressionReason?: SuppressionReason
  readonly scoreHundredths: number
  readonly scoreLines: readonly {
    readonly rule: string
    readonly hundredths: number
    readonly because: string
    readonly reason: string
    readonly fadesAtMs?: number
  }[]
  /** Gates that keep the lead from sales. */
  readonly gates: readonly { readonly rule: string; readonly because: string }[]
  readonly nextTouch?: PlannedTouch
  /** The one look at the lead that is arranged: for its next touch, or because its points change with time. */
  readonly appointment?: Appointment
  /** When the hand-off was last asked for, epoch milliseconds. */
  readonly handOffAskedAtMs?: number
  readonly campaignVersion: string
  readonly updatedAtMs: number
}

export interface PlannedTouch {
  readonly enrolment: string
  readonly step: string
  readonly dueAtMs: number
}

export interface Appointment {
  readonly atMs: number
  /** The lead's one schedule, or the send queue already. */
  readonly on: 'schedule' | 'queue'
  /** The touch was due then, and waits because too many confirmations were asked for. */
  readonly deferredFromMs?: number
}

/** The ledger entry `SEND#<enrolment>#<step>`: this touch was, or is being, given to SES. */
export interface Claim {
  readonly enrolment: string
  readonly step: string
  readonly claimedAtMs: number
  /** What was to be sent; absent in claims of before it was kept. */
  readonly email?: string
  readonly variant?: string
}
