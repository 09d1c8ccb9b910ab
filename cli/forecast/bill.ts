/** What AWS would charge for what was played: units per piece of work, priced by the local pipeline's price list. */
import { type Bill, makeBill } from '../../local/bill/bill.ts'
import type { Deployment } from '../../local/bill/deployment.ts'
import { Meter, type MeteredUnit, meteredUnits } from '../../local/meter.ts'
import { defaultSweepSegments as sweepSegments } from '../../shared/contracts/names.ts'
import type { Campaign } from '../../shared/domain/campaign.ts'
import { undecisiveKinds } from '../../shared/domain/decide.ts'
import type { Measures } from './measures.ts'

/** Of what is stored, on the average: counted over the same leads. */
const bytesPerItem = 164

type Units = Partial<Record<MeteredUnit, number>>

/**
 * Counted by the local meter (local/meter.ts) over forty leads and sixty days, and divided by what caused it; a test
 * holds a bill made from this to the meter's own. GB-seconds are that machine's and not Lambda's: both are on the
 * high side where the machine is busy. Reads are those of a lead, and now and then of the releases, when a function
 * starts. Batches are left out: where many leads come at once, one invocation serves several.
 */
const units = {
  /** A form's token, counted, and its post; two functions. */
  captured: {
    apiRequests: 2,
    transferBytes: 714,
    lambdaRequests: 2,
    dynamoWriteUnits: 2,
    lambdaGbSeconds: 0.0166,
    logBytes: 300,
  },
  /** Each fact that may decide something comes to reconcile by the stream. */
  wakingFact: { lambdaRequests: 1, lambdaGbSeconds: 0.0035 },
  look: { dynamoReadUnits: 1.25, dynamoWriteUnits: 1, lambdaGbSeconds: 0.0077 },
  /** What a look or a send records itself: ENROLLED, BRANCHED, SKIPPED, ENDED, QUALIFIED, COOLED. */
  record: { dynamoWriteUnits: 1 },
  /** A message for send: put, received, deleted. It reads the lead, and whether SES answers. */
  due: { sqsRequests: 3, lambdaRequests: 1, dynamoReadUnits: 2.12, lambdaGbSeconds: 0.022, logBytes: 216 },
  /** The claim, the marker and the qualification read after it, then SENT. */
  touch: { emails: 1, dynamoWriteUnits: 2, dynamoReadUnits: 2 },
  /** Places under the caps per network, domain and hour. */
  confirmation: { dynamoWriteUnits: 3 },
  fired: { schedulerInvocations: 1 },
  /** An event of SES: published, queued, received, deleted. */
  feedback: { snsPublishes: 1, sqsRequests: 3, lambdaRequests: 1, lambdaGbSeconds: 0.006 },
  /** What it says is written, but for what the send has written itself: that is read, and now and then not seen yet. */
  feedbackRecorded: { dynamoWriteUnits: 1 },
  sentTold: { dynamoReadUnits: 0.5, dynamoWriteUnits: 0.3 },
  /** Each RESPONDED that comes with a click. */
  responded: { dynamoWriteUnits: 1 },
  /** A bounce for good or a complaint is a transaction with the suppression marker. */
  suppressing: { dynamoWriteUnits: 3 },
  handOff: {
    sqsRequests: 3,
    lambdaRequests: 1,
    dynamoReadUnits: 1.86,
    dynamoWriteUnits: 1,
    busEvents: 1,
    emails: 1,
    lambdaGbSeconds: 0.038,
    logBytes: 183,
  },
  /** SES's events about an email to sales or marketing: nothing is written of them but a line in the log. */
  otherFeedback: {
    snsPublishes: 1,
    sqsRequests: 3,
    lambdaRequests: 1,
    lambdaGbSeconds: 0.006,
    logBytes: 210,
  },
  salesAnswer: {
    apiRequests: 1,
    transferBytes: 690,
    logBytes: 145,
    lambdaRequests: 1,
    dynamoReadUnits: 1.85,
    dynamoWriteUnits: 1,
    lambdaGbSeconds: 0.02,
  },
  unsubscribed: {
    apiRequests: 1,
    transferBytes: 636,
    lambdaRequests: 1,
    dynamoWriteUnits: 4,
    lambdaGbSeconds: 0.0115,
    logBytes: 145,
  },
  confirmed: {
    apiRequests: 1,
    transferBytes: 636,
    lambdaRequests: 1,
    dynamoWriteUnits: 1,
    lambdaGbSeconds: 0.0115,
    logBytes: 145,
  },
  /** A window of tally's: once for what gathered, once at its end. */
  minuteTallied: { lambdaRequests: 2, lambdaGbSeconds: 0.0095 },
  counterAdded: { dynamoWriteUnits: 1 },
  report: {
    schedulerInvocations: 1,
    sqsRequests: 3,
    lambdaRequests: 1,
    dynamoReadUnits: 4.6,
    dynamoWriteUnits: 1,
    emails: 1,
    lambdaGbSeconds: 0.036,
    logBytes: 153,
  },
  sweep: { schedulerInvocations: 1, sqsRequests: 3, lambdaRequests: 1, logBytes: 163 },
  /** A page of each segment, in one batch. */
  sweepRound: { sqsRequests: 2, lambdaRequests: 1, lambdaGbSeconds: 0.03 },
  /** A message of the sweep's queue for each page of the table; the page is taken, read and given back. */
  sweepPage: { sqsRequests: 1, logBytes: 229, dynamoWriteUnits: 2, dynamoReadUnits: 0.5 },
  /** Read with others of its page, not consistently. */
  sweptItem: { dynamoReadUnits: 0.0217 },
  /** Keys, read when a function starts; Lambda starts it again now and then, which is not played. */
  once: { secretCalls: 7 },
} as const satisfies Readonly<Record<string, Units>>

type Cause = keyof typeof units

/** A page is a megabyte. */
const itemsPerPage = Math.floor(1024 ** 2 / bytesPerItem)

export const forecastBill = (measures: Measures, plan: Campaign, deployment: Deployment): Bill => {
  const of = (...kinds: Parameters<Measures['countOf']>[0][]) =>
    kinds.reduce((sum, kind) => sum + measures.countOf(kind), 0)
  const work = (what: Parameters<Measures['onWork']>[0]) => measures.work.get(what) ?? 0
  const reports = Math.floor(measures.days / 7) + (measures.days % 7 > 0 ? 1 : 0)
  const passedOver = new Set(undecisiveKinds(plan))
  const waking = sum([...measures.facts].map(([kind, count]) => (passedOver.has(kind) ? 0 : count)))
  const feedback = work('feedback') + of('OPENED', 'CLICKED')
  const suppressing = measures.funnel.bounced.reduce((sum, count) => sum + count, 0) + of('COMPLAINED')
  const items = measures.itemsAtDayStart()
  const rounds = items.map((count) => Math.floor(count / sweepSegments / itemsPerPage) + 1)
  const confirmations = measures.confirmationsByHour.reduce((sum, count) => sum + count, 0)
  const quantities: Readonly<Record<Cause, number>> = {
    captured: of('CAPTURED'),
    wakingFact: waking,
    look: work('look'),
    record: of('ENROLLED', 'BRANCHED', 'SKIPPED', 'ENDED', 'QUALIFIED', 'COOLED'),
    due: work('due'),
    touch: measures.touches,
    confirmation: confirmations,
    fired: work('fired'),
    feedback,
    feedbackRecorded: feedback - measures.touches,
    sentTold: measures.touches,
    suppressing,
    handOff: work('handOff'),
    // Sent and delivered, of each.
    otherFeedback: 2 * (work('handOff') + reports),
    salesAnswer: of('ACCEPTED', 'RETURNED', 'WON', 'LOST'),
    unsubscribed: of('UNSUBSCRIBED'),
    confirmed: of('CONFIRMED'),
    minuteTallied: measures.minutesTallied,
    counterAdded: measures.countersAdded,
    report: reports,
    responded: of('RESPONDED'),
    sweep: measures.days,
    sweepRound: sum(rounds),
    sweepPage: sum(rounds) * sweepSegments,
    sweptItem: sum(items),
    once: 1,
  }
  const meter = new Meter()
  for (const [cause, quantity] of Object.entries(quantities))
    for (const [unit, each] of Object.entries(unitsOf(cause))) countIn(meter, unit, cause, each * quantity)
  const stored = items.at(-1) ?? 0
  return makeBill(meter, deployment, { items: stored, bytes: stored * bytesPerItem })
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

const table: Readonly<Record<string, Units>> = units

const unitsOf = (cause: string): Units => table[cause] ?? {}

const countIn = (meter: Meter, unit: string, cause: string, quantity: number): void => {
  const known = meteredUnits.find((name) => name === unit)
  if (known) meter.count(known, cause, quantity)
}
