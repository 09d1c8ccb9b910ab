/** What travels on the queues: "look at this lead", or at all of them, a page at a time. */
import * as z from 'zod/mini'
import { firstProblem } from './first-problem.ts'
import { LoggableError } from './loggable-error.ts'

const leadNudge = z.object({
  leadId: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  /** How often this touch, or this hand-off, was refused and put back. */
  refusals: z._default(z.number(), 0),
  /** How often a confirmation was sent of which nobody knows whether SES took it. */
  unknowns: z.optional(z.number()),
})
export type LeadNudge = z.infer<typeof leadNudge>

const place = z.object({ pk: z.string(), sk: z.string() })
const sweep = z.discriminatedUnion('sweep', [
  z.object({ sweep: z.literal('begin') }),
  z.object({ sweep: z.literal('page'), after: place, looked: z.number() }),
])
/** `begin` starts from the first lead; `page` goes on after the item that the page before it ended at. */
export type Sweep = z.infer<typeof sweep>

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
export const readSweep = (body: string): Sweep => readBy(sweep, body)

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
