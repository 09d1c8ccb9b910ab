/** The components of a bill, for whoever shows one: what is counted of the work, and what a month costs whatever happens. */
import type { Meter } from '../meter.ts'
import type { Deployment } from './deployment.ts'
import type { PriceName } from './prices.ts'

/** A line before it is priced. */
export interface Component {
  readonly component: string
  readonly what: string
  readonly price: PriceName
  readonly quantity: number
  /** Shown only where there is some of it: most deployments have none. */
  readonly isOptional?: boolean
}

const gib = 1024 ** 3
const hoursPerMonth = 730
const daysPerMonth = hoursPerMonth / 24

/** All that the pipeline did, from the first lead to the last. */
export const componentsOfWork = (meter: Meter, deployment: Deployment): Component[] => {
  const total = (unit: Parameters<Meter['total']>[0]) => meter.total(unit)
  const logGb = total('logBytes') / gib
  const apiRequests = total('apiRequests')
  return [
    {
      component: 'API Gateway',
      what: 'HTTP API requests',
      price: 'httpApiRequests',
      quantity: apiRequests,
    },
    {
      component: 'API Gateway',
      what: 'GB sent out',
      price: 'transferGb',
      quantity: total('transferBytes') / gib,
    },
    { component: 'Lambda', what: 'invocations', price: 'lambdaRequests', quantity: total('lambdaRequests') },
    {
      component: 'Lambda',
      what: 'GB-seconds, arm64',
      price: 'lambdaGbSeconds',
      quantity: total('lambdaGbSeconds'),
    },
    // Lambda reads the stream for its functions at no charge, and what TTL deletes costs nothing.
    {
      component: 'DynamoDB',
      what: 'write units',
      price: 'tableWriteUnits',
      quantity: total('dynamoWriteUnits'),
    },
    {
      component: 'DynamoDB',
      what: 'read units',
      price: 'tableReadUnits',
      quantity: total('dynamoReadUnits'),
    },
    { component: 'SQS', what: 'requests', price: 'queueRequests', quantity: total('sqsRequests') },
    // That it passes a message on to a queue costs nothing at SNS; the queue counts a request.
    { component: 'SNS', what: 'publishes', price: 'topicPublishes', quantity: total('snsPublishes') },
    {
      component: 'EventBridge',
      what: 'schedule invocations',
      price: 'scheduleInvocations',
      quantity: total('schedulerInvocations'),
    },
    { component: 'EventBridge', what: 'bus events', price: 'busEvents', quantity: total('busEvents') },
    { component: 'Secrets Manager', what: 'calls', price: 'secretCalls', quantity: total('secretCalls') },
    { component: 'CloudWatch', what: 'GB logged', price: 'logGb', quantity: logGb },
    {
      component: 'CloudWatch',
      what: 'GB-months of logs',
      price: 'logGbMonths',
      quantity: (logGb * deployment.logRetentionDays) / daysPerMonth,
    },
    {
      component: 'CloudWatch',
      what: 'metric-months',
      price: 'metricMonths',
      quantity: total('metricHours') / hoursPerMonth,
      isOptional: true,
    },
    {
      component: 'X-Ray',
      what: 'traces at most',
      price: 'traces',
      quantity: deployment.isTraced ? total('lambdaRequests') : 0,
      isOptional: true,
    },
    // Nothing is kept at the edge, so what comes to the API has come to CloudFront and its web ACL.
    {
      component: 'CloudFront',
      what: 'requests',
      price: 'edgeRequests',
      quantity: deployment.webAcls > 0 ? apiRequests : 0,
      isOptional: true,
    },
    {
      component: 'WAF',
      what: 'requests',
      price: 'webAclRequests',
      quantity: deployment.webAcls > 0 ? apiRequests : 0,
      isOptional: true,
    },
  ]
}

/**
 * Lambda keeps five long polls of 20 s open on a queue that feeds a function; the fewer of a quiet queue are not for
 * mappings with a maximum concurrency, which all of ours have. "Configuring scaling behavior for SQS event source
 * mappings", Lambda's guide.
 */
const pollsPerHour = 5 * 3 * 60

/** What a month costs whether or not a lead comes. */
export const componentsOfMonth = (deployment: Deployment): Component[] => [
  {
    component: 'CloudWatch',
    what: 'metrics watched by alarms',
    price: 'alarmMetricMonths',
    quantity: deployment.alarmMetrics,
  },
  {
    component: 'CloudWatch',
    what: 'dashboards',
    price: 'dashboardMonths',
    quantity: deployment.dashboards,
    isOptional: true,
  },
  { component: 'Secrets Manager', what: 'secrets', price: 'secretMonths', quantity: deployment.secrets },
  {
    component: 'SQS',
    what: `polls of ${deployment.polledQueues} empty queues`,
    price: 'queueRequests',
    quantity: deployment.polledQueues * pollsPerHour * hoursPerMonth,
  },
  {
    component: 'WAF',
    what: 'web ACLs',
    price: 'webAclMonths',
    quantity: deployment.webAcls,
    isOptional: true,
  },
  {
    component: 'WAF',
    what: 'rules, one for each web ACL',
    price: 'webAclRuleMonths',
    quantity: deployment.webAcls,
    isOptional: true,
  },
  { component: 'Route 53', what: 'zones', price: 'zoneMonths', quantity: deployment.zones, isOptional: true },
]

/** DynamoDB adds so many bytes to each item: "Storage capacity", its guide on item sizes. */
const bytesBesideAnItem = 100

export interface StoredBytes {
  readonly items: number
  readonly bytes: number
}

/** What the table costs a month as it stands at the end. */
export const componentsOfStore = (stored: StoredBytes, { hasBackups }: Deployment): Component[] => {
  const quantity = (stored.bytes + stored.items * bytesBesideAnItem) / gib
  return [
    { component: 'DynamoDB', what: 'GB stored', price: 'tableGbMonths', quantity },
    {
      component: 'DynamoDB',
      what: 'GB in continuous backups',
      price: 'backupGbMonths',
      quantity: hasBackups ? quantity : 0,
      isOptional: true,
    },
  ]
}
