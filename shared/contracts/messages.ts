/** What travels on the queues: "look at this lead", or at all of them, a page of the table at a time. */
import * as z from 'zod/mini'
import { firstProblem } from './first-problem.ts'
import { LoggableError } from './loggable-error.ts'

const leadId = z.string().check(z.regex(/^[0-9a-f]{32}$/))

const leadNudge = z.object({
  leadId,
  /** How often this touch, or this hand-off, was refused and put back. */
  refusals: z._default(z.number(), 0),
  /** How often a confirmation was sent of which nobody knows whether SES took it. */
  unknowns: z.optional(z.number()),
})
export type LeadNudge = z.infer<typeof leadNudge>

const sweepPage = z.object({
  sweep: z.literal('page'),
  /** When the sweep was asked for, epoch milliseconds: the later of two takes a segment's place from the earlier. */
  run: z.number(),
  /** Of the campaign: leads that were decided on by another are looked at. */
  version: z.string(),
  segment: z.number(),
  of: z.number(),
  /** From 0. */
  page: z.number(),
  /** The item that the page before it ended at. */
  after: z.exactOptional(z.object({ pk: z.string(), sk: z.string() })),
  /** The lead that the page's end parted from its summary, and how many decisive facts of it were read by then. */
  parted: z.exactOptional(z.object({ leadId: z.string(), decisiveFacts: z.number() })),
  /** Leads that this segment's pages so far have asked a look for. */
  looks: z.number(),
})
export type SweepPage = z.infer<typeof sweepPage>

const sweep = z.union([
  z.object({ sweep: z.literal('begin') }),
  sweepPage,
  z.object({ sweep: z.literal('look'), leadIds: z.array(leadId) }),
])
/**
 * `begin` starts a sweep, or goes on with what of the last one was lost; `page` reads one page of a segment of the table;
 * `look` looks at leads that a page has found.
 */
export type Sweep = z.infer<typeof sweep>

/** On the queue when a version arrives that sweeps in segments: a sweep of those before, which was a chain of pages. */
const chainedPage = z.object({ sweep: z.literal('page'), after: z.unknown(), looked: z.number() })

/** A message whose body is not one of ours. Retrying cannot help; the dead-letter queue keeps it for a person. */
export class UnreadableMessage extends LoggableError {
  override readonly name = 'UnreadableMessage'

  constructor(what: string, problem: string, options?: ErrorOptions) {
    super(`${what} cannot be read: ${problem}.`, options)
  }
}

/** The message of the send or the hand-off queue. Throws `UnreadableMessage`. */
export const readLeadNudge = (body: string): LeadNudge => readBy(leadNudge, body)

/** The message of the sweep queue. Throws `UnreadableMessage`. */
export const readSweep = (body: string): Sweep => {
  const message = readBy(z.union([sweep, chainedPage]), body)
  return 'looked' in message ? { sweep: 'begin' } : message
}

/** The page at which a segment stands, as it was kept. Throws `UnreadableMessage`. */
export const readSweepPage = (body: string): SweepPage => readBy(sweepPage, body)

const readBy = <S extends z.ZodMiniType>(schema: S, body: string): z.infer<S> => {
  const read = schema.safeParse(parseJson(body, 'A queue message'))
  if (read.success) return read.data
  throw new UnreadableMessage('A queue message', firstProblem(read.error, 'body'))
}

/** Throws `UnreadableMessage`, naming `what`. */
export const parseJson = (text: string, what: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UnreadableMessage(what, 'it is not JSON', { cause })
  }
}
