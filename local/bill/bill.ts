/** What AWS would have charged: every metered call at its list price. */
import type { Meter, MeteredUnit } from '../meter.ts'

interface Price {
  readonly component: string
  readonly unit: MeteredUnit
  readonly what: string
  /** US dollars for `per` of them. */
  readonly dollars: number
  readonly per: number
}

const million = 1_000_000

/** List prices in US East, November 2026, free tiers left out; from AWS's price pages. */
const prices: readonly Price[] = [
  { component: 'API Gateway', unit: 'apiRequests', what: 'HTTP API requests', dollars: 1, per: million },
  { component: 'Lambda', unit: 'lambdaRequests', what: 'invocations', dollars: 0.2, per: million },
  { component: 'Lambda', unit: 'lambdaGbSeconds', what: 'GB-seconds, arm64', dollars: 0.0000133334, per: 1 },
  { component: 'DynamoDB', unit: 'dynamoWriteUnits', what: 'write units', dollars: 0.625, per: million },
  { component: 'DynamoDB', unit: 'dynamoReadUnits', what: 'read units', dollars: 0.125, per: million },
  { component: 'SQS', unit: 'sqsRequests', what: 'requests', dollars: 0.4, per: million },
  { component: 'SNS', unit: 'snsPublishes', what: 'publishes', dollars: 0.5, per: million },
  {
    component: 'EventBridge',
    unit: 'schedulerInvocations',
    what: 'schedule invocations',
    dollars: 1,
    per: million,
  },
  { component: 'EventBridge', unit: 'busEvents', what: 'bus events', dollars: 1, per: million },
  { component: 'Secrets Manager', unit: 'secretCalls', what: 'calls', dollars: 5, per: million },
  { component: 'CloudWatch', unit: 'logBytes', what: 'bytes logged', dollars: 0.5, per: 1024 ** 3 },
]

/** Emails, the one price that depends on the account's plan. */
export const emailPlans = [
  { plan: 'SES a la carte', dollarsPerThousand: 0.1 },
  { plan: 'SES Essentials', dollarsPerThousand: 0.16 },
] as const

/**
 * What a month costs whether or not a lead comes. Lambda polls a queue with five long polls of 20 s, whether or not
 * there is anything in it; five queues feed functions. An alarm costs by the metrics that it sums.
 */
export const monthlyFixed = [
  { what: '3 secrets', dollars: 1.2 },
  { what: 'alarms on 26 metrics', dollars: 2.6 },
  { what: 'a dashboard', dollars: 3 },
  { what: 'polling 5 empty queues', dollars: ((5 * 5 * 3 * 60 * 24 * 30) / million) * 0.4 },
] as const

export interface Bill {
  readonly lines: readonly {
    readonly component: string
    readonly what: string
    readonly quantity: number
    readonly dollars: number
  }[]
  readonly emails: number
  /** Without email. */
  readonly pipelineDollars: number
  readonly totals: readonly {
    readonly plan: string
    readonly emailDollars: number
    readonly dollars: number
  }[]
}

export const makeBill = (meter: Meter): Bill => {
  const lines = prices.map(({ component, unit, what, dollars, per }) => {
    const quantity = meter.total(unit)
    return { component, what, quantity, dollars: (quantity / per) * dollars }
  })
  const emails = meter.total('emails')
  const pipelineDollars = lines.reduce((sum, line) => sum + line.dollars, 0)
  const totals = emailPlans.map(({ plan, dollarsPerThousand }) => {
    const emailDollars = (emails / 1000) * dollarsPerThousand
    return { plan, emailDollars, dollars: pipelineDollars + emailDollars }
  })
  return { lines, emails, pipelineDollars, totals }
}

/** The bill as lines of text; `leads` gives the cost of a thousand of them. */
export const billText = (bill: Bill, leads: number): string => {
  const money = (dollars: number) => `$${dollars.toFixed(4)}`.padStart(11)
  const perThousand = (dollars: number) => `$${((dollars / leads) * 1000).toFixed(3)}`
  const count = (quantity: number) => Math.round(quantity).toLocaleString('en-US').padStart(14)
  return [
    'The bill, at list prices without free tiers',
    ...bill.lines.map(
      ({ component, what, quantity, dollars }) =>
        `  ${component.padEnd(16)}${what.padEnd(22)}${count(quantity)} ${money(dollars)}`,
    ),
    `  ${'the pipeline'.padEnd(52)} ${money(bill.pipelineDollars)}   ${perThousand(bill.pipelineDollars)} per 1,000 leads`,
    ...bill.totals.map(
      ({ plan, emailDollars, dollars }) =>
        `  ${`${plan}: ${bill.emails.toLocaleString('en-US')} emails`.padEnd(52)} ${money(emailDollars)}   in all ${money(dollars).trim()}, ${perThousand(dollars)} per 1,000 leads`,
    ),
    `  fixed each month: ${monthlyFixed.map(({ what, dollars }) => `${what} $${dollars.toFixed(2)}`).join(', ')}`,
  ].join('\n')
}
