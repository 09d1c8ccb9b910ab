/** What AWS asks for, by region: each list with its date and the documents that it was read from. Free tiers left out. */

/** Each price is in US dollars for the quantity that its unit says. */
export const priceUnits = {
  httpApiRequests: 1_000_000,
  lambdaRequests: 1_000_000,
  /** Of arm64, up to 7.5 billion a month. */
  lambdaGbSeconds: 1,
  tableWriteUnits: 1_000_000,
  tableReadUnits: 1_000_000,
  tableGbMonths: 1,
  /** Continuous backups, for point-in-time recovery: as large as the table. */
  backupGbMonths: 1,
  queueRequests: 1_000_000,
  topicPublishes: 1_000_000,
  scheduleInvocations: 1_000_000,
  busEvents: 1_000_000,
  secretMonths: 1,
  secretCalls: 1_000_000,
  logGb: 1,
  logGbMonths: 1,
  metricMonths: 1,
  /** Of an alarm each metric that it watches. */
  alarmMetricMonths: 1,
  traces: 1_000_000,
  transferGb: 1,
  /** The same in every region: CloudFront, its web ACL, Route 53 and dashboards have none. */
  dashboardMonths: 1,
  webAclMonths: 1,
  webAclRuleMonths: 1,
  webAclRequests: 1_000_000,
  zoneMonths: 1,
  edgeRequests: 1_000_000,
} as const

export type PriceName = keyof typeof priceUnits
export type Prices = Readonly<Record<PriceName, number>>

/** Where a price that a region's own list does not have is taken from. */
const base = 'us-east-1'

/**
 * November 2026: AWS's price pages for US East (N. Virginia), and its price list of 2026-09-11 for DynamoDB. CloudFront
 * is priced for viewers in Europe, who cost more than those in North America.
 */
const usEast1: Prices = {
  httpApiRequests: 1,
  lambdaRequests: 0.2,
  lambdaGbSeconds: 0.0000133334,
  tableWriteUnits: 0.625,
  tableReadUnits: 0.125,
  tableGbMonths: 0.25,
  backupGbMonths: 0.2,
  queueRequests: 0.4,
  topicPublishes: 0.5,
  scheduleInvocations: 1,
  busEvents: 1,
  secretMonths: 0.4,
  secretCalls: 5,
  logGb: 0.5,
  logGbMonths: 0.03,
  metricMonths: 0.3,
  alarmMetricMonths: 0.1,
  traces: 5,
  transferGb: 0.09,
  dashboardMonths: 3,
  webAclMonths: 5,
  webAclRuleMonths: 1,
  webAclRequests: 0.6,
  zoneMonths: 0.5,
  edgeRequests: 1.2,
}

/**
 * AWS's price lists for Europe (Ireland), https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/<service>/current/
 * eu-west-1/index.json, as published between 2026-09-11 and 2026-10-02.
 */
const euWest1: Partial<Prices> = {
  httpApiRequests: 1.11,
  lambdaRequests: 0.2,
  lambdaGbSeconds: 0.0000133334,
  tableWriteUnits: 0.705,
  tableReadUnits: 0.1415,
  tableGbMonths: 0.283,
  backupGbMonths: 0.22,
  queueRequests: 0.4,
  topicPublishes: 0.5,
  secretMonths: 0.4,
  secretCalls: 5,
  logGb: 0.57,
  logGbMonths: 0.03,
  metricMonths: 0.3,
  alarmMetricMonths: 0.1,
  transferGb: 0.09,
}

/** The same lists for Europe (Frankfurt), read on 2026-09-11. */
const euCentral1: Partial<Prices> = {
  lambdaRequests: 0.2,
  lambdaGbSeconds: 0.0000133334,
  tableWriteUnits: 0.7625,
  tableReadUnits: 0.1525,
  tableGbMonths: 0.306,
  backupGbMonths: 0.2448,
  queueRequests: 0.4,
  topicPublishes: 0.5,
  logGb: 0.63,
  logGbMonths: 0.0324,
  alarmMetricMonths: 0.1,
}

const lists: Readonly<Record<string, { readonly readIn: string; readonly prices: Partial<Prices> }>> = {
  'us-east-1': { readIn: 'November 2026', prices: usEast1 },
  'eu-west-1': { readIn: 'October 2026', prices: euWest1 },
  'eu-central-1': { readIn: 'September 2026', prices: euCentral1 },
}

const everywhere: ReadonlySet<PriceName> = new Set([
  'dashboardMonths',
  'webAclMonths',
  'webAclRuleMonths',
  'webAclRequests',
  'zoneMonths',
  'edgeRequests',
])

export interface PriceList {
  readonly prices: Prices
  /** Of whose list it is: another than was asked for where that has none. */
  readonly region: string
  readonly readIn: string
  /** Prices that the region's list does not have, taken from `us-east-1`. */
  readonly borrowed: readonly PriceName[]
}

export const priceListOf = (region: string): PriceList => {
  const own = lists[region]
  const { readIn, prices } = own ?? { readIn: lists[base]?.readIn ?? '', prices: usEast1 }
  return {
    prices: { ...usEast1, ...prices },
    region: own ? region : base,
    readIn,
    borrowed: own ? names.filter((name) => prices[name] === undefined && !everywhere.has(name)) : [],
  }
}

const names = Object.keys(priceUnits) as PriceName[]
