/** An alarm for each symptom that somebody would otherwise suffer in silence: visitors, leads, sales, the sender's reputation. */
import { Duration } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { metrics } from '../../shared/contracts/names.ts'
import { addAlarm } from './alarms.ts'
import type { RipenFunction } from './ripen-function.ts'
import type { WorkQueue } from './work-queue.ts'

export interface SymptomsProps {
  readonly topic: ITopic
  readonly api: HttpApi
  /** Those that a person waits for. */
  readonly publicFunctions: readonly RipenFunction[]
  /** Those that the table's stream feeds. */
  readonly streamFunctions: readonly RipenFunction[]
  readonly workQueues: Readonly<Record<string, WorkQueue>>
  /** Both count leads that are ready and of whom sales has not been told for an hour. */
  readonly sweep: RipenFunction
  readonly handOff: RipenFunction
  readonly feedback: RipenFunction
  /** Those that look at a lead whatever has happened to it: between them they meet every fact that decides anything. */
  readonly lookers: readonly RipenFunction[]
  readonly send: RipenFunction
}

const fiveMinutes = { period: Duration.minutes(5) }
const hourly = { period: Duration.hours(1) }

/** An hour is longer than any retry takes: five receives of at most six minutes. What is older is not being worked on. */
const oldestMessageSeconds = 60 * 60

/** A lead is looked at within seconds; a quarter of an hour late is an outage, with most of the stream's day still left. */
const iteratorAgeMs = 15 * 60 * 1000

/** At 5 % bounces or 0.1 % complaints AWS puts an account under review; at twice and five times that it may stop it. */
const reviewRates = { bounce: 0.05, complaint: 0.001 }

export class SymptomAlarms extends Construct {
  constructor(scope: Construct, id: string, props: SymptomsProps) {
    super(scope, id)
    const { topic, api, publicFunctions, streamFunctions, workQueues } = props
    const { sweep, handOff, feedback, send, lookers } = props
    // One may pass, and the visitor tries again; a second within a quarter of an hour is no chance, and each may be a lead.
    addAlarm(this, 'PublicFaults', topic, {
      description: 'Visitors are answered with errors of ours',
      heading: 'public-api-faults',
      metric: api.metricServerError({ period: Duration.minutes(15), statistic: Stats.SUM }),
      threshold: 2,
    })
    // Those that end without an answer, for want of time, memory or a start; an error that one answers is a fault above.
    addAlarm(this, 'PublicErrors', topic, {
      description: 'A function that visitors wait for fails',
      heading: 'public-function-errors',
      metric: sumOf(publicFunctions, (one) => one.lambda.metricErrors(fiveMinutes)),
      threshold: 2,
    })
    // A single one: whoever was throttled was turned away, and the account is at its limit.
    addAlarm(this, 'PublicThrottles', topic, {
      description: 'A function that visitors wait for is throttled',
      heading: 'public-function-throttles',
      metric: sumOf(publicFunctions, (one) => one.lambda.metricThrottles(fiveMinutes)),
      threshold: 1,
    })
    for (const { name, lambda } of streamFunctions)
      addAlarm(this, `StreamAge-${name}`, topic, {
        description: `New facts wait for ${name}`,
        heading: 'facts-wait',
        metric: lambda.metric('IteratorAge', { ...fiveMinutes, statistic: Stats.MAXIMUM }),
        threshold: iteratorAgeMs,
      })
    for (const [name, { queue }] of Object.entries(workQueues))
      addAlarm(this, `QueueAge-${name}`, topic, {
        description: `Work waits on the ${name} queue`,
        heading: 'work-waits',
        metric: queue.metricApproximateAgeOfOldestMessage({ ...fiveMinutes, statistic: Stats.MAXIMUM }),
        threshold: oldestMessageSeconds,
      })
    // Of the account, as AWS judges it; other programs that send from it count too.
    addAlarm(this, 'BounceRate', topic, {
      description: 'So many emails bounce that AWS reviews the account',
      heading: 'bounce-rate',
      metric: reputation('Reputation.BounceRate'),
      threshold: reviewRates.bounce,
    })
    addAlarm(this, 'ComplaintRate', topic, {
      description: 'So many recipients complain that AWS reviews the account',
      heading: 'complaint-rate',
      metric: reputation('Reputation.ComplaintRate'),
      threshold: reviewRates.complaint,
    })
    // A single one: no release writes it, so somebody changed the table or a defect did, and there may be more.
    addAlarm(this, 'MalformedFacts', topic, {
      description: 'Facts in the table have a shape that no release writes',
      heading: 'malformed-facts',
      metric: sumOf(lookers, (one) => countedBy(one, metrics.malformedFacts, fiveMinutes)),
      threshold: 1,
    })
    // Any: a ready lead that sales does not know of is what Ripen exists to prevent. The hand-off counts what it tries
    // in vain, and the daily sweep what nobody tries.
    addAlarm(this, 'UnconfirmedHandOffs', topic, {
      description: 'Leads are ready and sales was not told within the hour',
      heading: 'unconfirmed-hand-offs',
      metric: sumOf([sweep, handOff], (one) => countedBy(one, metrics.unconfirmedHandOffs, hourly), hourly),
      threshold: 1,
    })
    // Any: five calls in a row got no answer before one is held back.
    addAlarm(this, 'SendsHeld', topic, {
      description: 'SES does not answer, and emails are held back',
      heading: 'sends-held',
      metric: countedBy(send, metrics.sendsHeld, hourly),
      threshold: 1,
    })
    // Any: behind an email to sales stands a lead that nobody calls.
    addAlarm(this, 'TeamEmailsLost', topic, {
      description: 'An email to sales or marketing came back',
      heading: 'team-emails-lost',
      metric: countedBy(feedback, metrics.teamEmailsLost, hourly),
      threshold: 1,
    })
  }
}

/**
 * One alarm for several functions. It costs as much as one for each, and rings once. A function that was not called
 * measures nothing, and without FILL a sum with a gap in it is a gap.
 */
const sumOf = (
  functions: readonly RipenFunction[],
  metricOf: (one: RipenFunction) => IMetric,
  { period } = fiveMinutes,
): MathExpression =>
  new MathExpression({
    expression: functions.map(({ name }) => `FILL(${name}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(functions.map((one) => [one.name, metricOf(one)])),
    period,
  })

/** What one of our functions counts in its log. */
const countedBy = (one: RipenFunction, metricName: string, over: { readonly period: Duration }): Metric =>
  new Metric({
    namespace: metrics.namespace,
    metricName,
    dimensionsMap: { [metrics.functionDimension]: one.lambda.functionName },
    statistic: Stats.SUM,
    ...over,
  })

const reputation = (metricName: string): Metric =>
  new Metric({ namespace: 'AWS/SES', metricName, period: Duration.hours(1), statistic: Stats.AVERAGE })
