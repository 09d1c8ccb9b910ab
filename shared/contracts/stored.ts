/** What the table holds: the schema of each kind of fact, and what stands beside the facts. */
import * as z from 'zod/mini'
import type { SuppressionReason } from '../domain/contact.ts'
import type { Consent, Fact, FactKind, ScoreLine } from '../domain/facts.ts'
import type { Stage } from '../domain/fold.ts'
import { firstProblem } from './first-problem.ts'
import type { Loggable } from './loggable-error.ts'
import type { SchemaOf } from './schema-of.ts'
import { UserError } from './user-error.ts'

const touch = { enrolment: z.string(), step: z.string() }
const carried = { ...touch, email: z.exactOptional(z.string()), variant: z.exactOptional(z.string()) }
const at = { atMs: z.number() }
const bySales = { cycle: z.number(), source: z.string() }
const visit = z.record(z.string(), z.string())
const scoreLine = z.object({
  rule: z.string(),
  dimension: z.enum(['fit', 'engagement', 'negative']),
  hundredths: z.number(),
  reason: z.string(),
  because: z.string(),
  fadesAtMs: z.exactOptional(z.number()),
}) satisfies SchemaOf<ScoreLine>
const consent = z.object({
  wordingHash: z.string(),
  page: z.exactOptional(z.string()),
  basis: z.exactOptional(z.string()),
}) satisfies SchemaOf<Consent>

/** By kind. A field that a schema or its fact's type lacks does not compile, here or in the test of this file. */
export const factSchemas = {
  CAPTURED: z.object({
    kind: z.literal('CAPTURED'),
    submission: z.string(),
    form: z.string(),
    formVersion: z.string(),
    email: z.string(),
    isDisposable: z.exactOptional(z.literal(true)),
    profile: z.record(z.string(), z.string()),
    source: z.string(),
    timeZone: z.exactOptional(z.string()),
    language: z.exactOptional(z.string()),
    attribution: z.exactOptional(z.object({ first: z.exactOptional(visit), last: z.exactOptional(visit) })),
    network: z.exactOptional(z.string()),
    consent,
    ...at,
  }),
  CONFIRMED: z.object({
    kind: z.literal('CONFIRMED'),
    form: z.string(),
    submission: z.exactOptional(z.string()),
    ...at,
  }),
  ENROLLED: z.object({
    kind: z.literal('ENROLLED'),
    enrolment: z.string(),
    version: z.string(),
    isFirst: z.exactOptional(z.literal(true)),
    isHeldOut: z.exactOptional(z.literal(true)),
    ...at,
  }),
  BRANCHED: z.object({ kind: z.literal('BRANCHED'), arm: z.exactOptional(z.string()), ...touch, ...at }),
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
    address: z.exactOptional(z.string()),
    ...carried,
    ...at,
  }),
  COMPLAINED: z.object({ kind: z.literal('COMPLAINED'), ...carried, ...at }),
  UNSUBSCRIBED: z.object({
    kind: z.literal('UNSUBSCRIBED'),
    via: z.enum(['oneClick', 'page']),
    isAgain: z.exactOptional(z.literal(true)),
    ...carried,
    ...at,
  }),
  QUALIFIED: z.object({
    kind: z.literal('QUALIFIED'),
    cycle: z.number(),
    totalHundredths: z.number(),
    lines: z.array(scoreLine),
    source: z.string(),
    isHeldOut: z.exactOptional(z.literal(true)),
    enrolledAtMs: z.exactOptional(z.number()),
    ...at,
  }),
  HANDEDOFF: z.object({ kind: z.literal('HANDEDOFF'), cycle: z.number(), handOffId: z.string(), ...at }),
  COOLED: z.object({ kind: z.literal('COOLED'), cycle: z.number(), ...at }),
  ACCEPTED: z.object({ kind: z.literal('ACCEPTED'), ...bySales, ...at }),
  RETURNED: z.object({ kind: z.literal('RETURNED'), reason: z.string(), ...bySales, ...at }),
  WON: z.object({ kind: z.literal('WON'), value: z.exactOptional(z.number()), ...bySales, ...at }),
  LOST: z.object({ kind: z.literal('LOST'), ...bySales, ...at }),
} satisfies { [Kind in FactKind]: SchemaOf<Extract<Fact, { kind: Kind }>> }

/** As the table gives it, keys and all. */
type Item = Readonly<Record<string, unknown>>

/**
 * The folded summary, `LEAD#<id>` / `LEAD`. Lists and people read it, and the next look reads in it what is arranged
 * and what has been asked for. Whatever is decided about a lead is decided on its facts alone.
 */
export interface Summary {
  /** Counts writes; a writer that read an older one is refused. */
  readonly version: number
  /** Absent until a submission has named it. */
  readonly email?: string | undefined
  readonly profile: Readonly<Record<string, string>>
  readonly source: string
  readonly timeZone: string
  readonly stage: Stage
  readonly suppressionReason?: SuppressionReason
  readonly scoreHundredths: number
  readonly scoreLines: readonly ScoreLine[]
  /** Gates that keep the lead from sales. */
  readonly gates: readonly { readonly rule: string; readonly because: string }[]
  readonly nextTouch?: PlannedTouch
  /** The one look at the lead that is arranged: for its next touch, or because its points change with time. */
  readonly appointment?: Appointment
  /** When the hand-off was last asked for, epoch milliseconds. */
  readonly handOffAskedAtMs?: number
  /** How many of the facts that can change a decision a reconciling look has acted on; absent where none has said. */
  readonly factsActedOn?: number
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

const plannedTouch = z.object({ ...touch, dueAtMs: z.number() }) satisfies SchemaOf<PlannedTouch>

const appointment = z.object({
  ...at,
  on: z.enum(['schedule', 'queue']),
  deferredFromMs: z.exactOptional(z.number()),
}) satisfies SchemaOf<Appointment>

export const summarySchema = z.object({
  version: z.number(),
  email: z.optional(z.string()),
  profile: z.record(z.string(), z.string()),
  source: z.string(),
  timeZone: z.string(),
  stage: z.enum(['pending', 'nurturing', 'qualified', 'accepted', 'won', 'lost', 'exhausted', 'suppressed']),
  suppressionReason: z.exactOptional(z.enum(['unsubscribed', 'hardBounce', 'softBounces', 'complaint'])),
  scoreHundredths: z.number(),
  scoreLines: z.array(scoreLine),
  // Summaries of before there were gates have none.
  gates: z._default(z.array(z.object({ rule: z.string(), because: z.string() })), []),
  nextTouch: z.exactOptional(plannedTouch),
  appointment: z.exactOptional(appointment),
  handOffAskedAtMs: z.exactOptional(z.number()),
  factsActedOn: z.exactOptional(z.number()),
  campaignVersion: z.string(),
  updatedAtMs: z.number(),
}) satisfies SchemaOf<Summary>

export const claimSchema = z.object({ ...carried, claimedAtMs: z.number() }) satisfies SchemaOf<Claim>

/** The summary of a stored item, without the table's keys. One that cannot be read is none: it is made from the facts. */
export const readSummary = (item: Item): Summary | undefined => summarySchema.safeParse(item).data

/** The version of a stored summary, readable or not, for the writer that replaces it; 0 where there is none. */
export const summaryVersionOf = (item: Item): number => (typeof item.version === 'number' ? item.version : 0)

/** What a summary says of what has been done about its lead, without who the lead is. */
const standingSchema = z.pick(summarySchema, {
  campaignVersion: true,
  appointment: true,
  handOffAskedAtMs: true,
  factsActedOn: true,
})
export type Standing = Pick<Summary, 'campaignVersion' | 'appointment' | 'handOffAskedAtMs' | 'factsActedOn'>
export const standingFields = Object.keys(standingSchema.shape)

/** As much of a summary as says what has been done about its lead; absent where it cannot be read. */
export const readStanding = (item: Item): Standing | undefined => standingSchema.safeParse(item).data

/** A claim that does not have the shape of one. Nothing may be sent to its lead until a person has looked. */
export class UnreadableClaim extends UserError implements Loggable {
  override readonly name = 'UnreadableClaim'
  readonly isLoggable = true

  constructor({ pk, sk }: Item, problem: string) {
    super(
      `The stored claim ${pk} / ${sk} cannot be read: ${problem}. It was written by another version; correct it, and do not remove it: without it the email could be sent twice.`,
    )
  }
}

/** The claim of a stored item, without the table's keys. Throws `UnreadableClaim`. */
export const readClaim = (item: Item): Claim => {
  const read = claimSchema.safeParse(item)
  if (read.success) return read.data
  throw new UnreadableClaim(item, firstProblem(read.error))
}
