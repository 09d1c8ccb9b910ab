/** What AWS would charge for what was played: units per piece of work, priced by the local pipeline's price list. */
import { type Bill, makeBill } from '../../local/bill.ts'
import { Meter, type MeteredUnit, meteredUnits } from '../../local/meter.ts'
import { defaultSweepSegments as sweepSegments } from '../../shared/contracts/names.ts'
import type { Measures } from './measures.ts'

type Units = Partial<Record<MeteredUnit, number>>

/**
 * Counted by the local meter (local/meter.ts) over forty leads and sixty days, and divided by what caused it; a test
 * holds a bill made from this to the meter's own. GB-seconds are that machine's and not Lambda's: both are on the
 * high side where the machine is busy. Reads are those of a lead, and now and then of the releases, when a function
 * starts. Batches are left out: where many leads come at once, one invocation serves several.
 */
const units = {
  /** A form's token, counted, and its post; two functions. */
  captured: { apiRequests: 2, lambdaRequests: 2, dynamoWriteUnits: 2, lambdaGbSeconds: 0.0166 },
  /** Each fact comes to score by the stream, decisive or not. */
  fact: { lambdaRequests: 1, lambdaGbSeconds: 0.0035 },
  look: { dynamoReadUnits: 1.25, dynamoWriteUnits: 1, lambdaGbSeconds: 0.0077 },
  /** What a look or a send records itself: ENROLLED, BRANCHED, SKIPPED, ENDED, QUALIFIED, COOLED. */
  record: { dynamoWriteUnits: 1 },
  /** A message for send: put, received, deleted. It reads the lead, and whether SES answers. */
  due: { sqsRequests: 3, lambdaRequests: 1, dynamoReadUnits: 2.12, lambdaGbSeconds: 0.022, logBytes: 216 },
  /** The claim is a transaction of three items at two units each, then SENT. */
  touch: { emails: 1, dynamoWriteUnits: 7 },
  /** Places under the caps per network, domain and hour. */
  confirmation: { dynamoWriteUnits: 3 },
  fired: { schedulerInvocations: 1 },
  /** An event of SES: published, queued, received, deleted, written. */
  feedback: {
    snsPublishes: 1,
    sqsRequests: 3,
    lambdaRequests: 1,
    dynamoWriteUnits: 1,
    lambdaGbSeconds: 0.006,
  },
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
    lambdaRequests: 1,
    dynamoReadUnits: 1.85,
    dynamoWriteUnits: 1,
    lambdaGbSeconds: 0.02,
  },
  unsubscribed: { apiRequests: 1, lambdaRequests: 1, dynamoWriteUnits: 4, lambdaGbSeconds: 0.0115 },
  confirmed: { apiRequests: 1, lambdaRequests: 1, dynamoWriteUnits: 1, lambdaGbSeconds: 0.0115 },
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
  sweep: { schedulerInvocations: 1, sqsRequests: 3, lambdaRequests: 1 },
  /** A message of the sweep's queue for each page of the table; the page is taken, read and given back. */
  sweepPage: {
    sqsRequests: 3,
    lambdaRequests: 1,
    lambdaGbSeconds: 0.023,
    logBytes: 160,
    dynamoWriteUnits: 2,
  },
  /** Read with others of its page, not consistently. */
  sweptItem: { dynamoReadUnits: 0.0217 },
  /** Keys, read when a function starts; Lambda starts it again now and then, which is not played. */
  once: { secretCalls: 7 },
} as const satisfies Readonly<Record<string, Units>>

type Cause = keyof typeof units

/** A page is a megabyte; an item of such a table has some 180 bytes. */
const itemsPerPage = 5800

export const forecastBill = (measures: Measures): Bill => {
  const of = (...kinds: Parameters<Measures['countOf']>[0][]) =>
    kinds.reduce((sum, kind) => sum + measures.countOf(kind), 0)
  const work = (what: Parameters<Measures['onWork']>[0]) => measures.work.get(what) ?? 0
  const reports = Math.floor(measures.days / 7) + (measures.days % 7 > 0 ? 1 : 0)
  const facts = [...measures.facts.values()].reduce((sum, count) => sum + count, 0)
  const suppressing = measures.funnel.bounced.reduce((sum, count) => sum + count, 0) + of('COMPLAINED')
  const items = measures.itemsAtDayStart()
  const pages = items.map((count) => sweepSegments * (Math.floor(count / sweepSegments / itemsPerPage) + 1))
  const confirmations = measures.confirmationsByHour.reduce((sum, count) => sum + count, 0)
  const quantities: Readonly<Record<Cause, number>> = {
    captured: of('CAPTURED'),
    fact: facts,
    look: work('look'),
    record: of('ENROLLED', 'BRANCHED', 'SKIPPED', 'ENDED', 'QUALIFIED', 'COOLED'),
    due: work('due'),
    touch: measures.touches,
    confirmation: confirmations,
    fired: work('fired'),
    feedback: work('feedback') + of('OPENED', 'CLICKED'),
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
    sweepPage: sum(pages),
    sweptItem: sum(items),
    once: 1,
  }
  const meter = new Meter()
  for (const [cause, quantity] of Object.entries(quantities))
    for (const [unit, each] of Object.entries(unitsOf(cause))) countIn(meter, unit, cause, each * quantity)
  return makeBill(meter)
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

const table: Readonly<Record<string, Units>> = units

const unitsOf = (cause: string): Units => table[cause] ?? {}

const countIn = (meter: Meter, unit: string, cause: string, quantity: number): void => {
  const known = meteredUnits.find((name) => name === unit)
  if (known) meter.count(known, cause, quantity)
}
