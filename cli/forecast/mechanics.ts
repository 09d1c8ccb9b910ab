/** How the pipeline's parts shift times, each with the file it comes from: all that a forecast knows of them. */
import { placeInWindowMs } from '../../local/services/scheduler/schedule.ts'
import { seededSecret } from '../../local/services/secrets.ts'
import { flexibleMinutes } from '../../shared/aws/lead-schedule.ts'

const secondMs = 1000

/**
 * When the lead's schedule fires: shared/aws/lead-schedule.ts asks for the first whole second, and the Scheduler may take
 * a quarter of an hour from there. Where in it is the Scheduler's affair; local/services/scheduler/schedule.ts gives each
 * lead a minute of its own, and so does the forecast.
 */
export const firesAtMs = (dueAtMs: number, placeMs: number): number =>
  Math.ceil(dueAtMs / secondMs) * secondMs + placeMs

/** A lead's minute of that quarter of an hour: the schedule bears the lead's id as its name. */
export const placeOf = (leadId: string): number => placeInWindowMs(leadId, flexibleMinutes)

/** What is due soon waits on the queue, in whole seconds and 900 at most: shared/aws/message-queue.ts. */
export const leavesQueueAtMs = (atMs: number, nowMs: number): number =>
  nowMs + Math.max(0, Math.min(900, Math.ceil((atMs - nowMs) / secondMs))) * secondMs

/** An email is on its way for a second, and then it is delivered or bounces: local/services/ses/service.ts. */
export const deliveryMs = secondMs

/** Everything else, such as stream, feedback and the functions themselves, takes no time: the virtual clock stands meanwhile. */

/** The name and length of the identity key in the template of `infra/`, stage `dev`: a demo with this seed names its leads by it. */
const identitySecret = { name: 'Ripen-dev-KeysIdentityE99CE39F', length: 64 } as const

export const identityKeyFor = (seed: string): string =>
  seededSecret(seed, identitySecret.name, identitySecret.length)
