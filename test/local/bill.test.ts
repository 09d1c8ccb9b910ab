import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { accessLogBytes } from '../../local/bill/access-log.ts'
import { type Bill, makeBill } from '../../local/bill/bill.ts'
import { billText, countText, pricesText } from '../../local/bill/bill-text.ts'
import { type Deployment, deploymentOf } from '../../local/bill/deployment.ts'
import { storedBytesOf } from '../../local/bill/item-size.ts'
import { MetricHours } from '../../local/bill/metric-hours.ts'
import { Meter, type MeteredUnit } from '../../local/meter.ts'
import { loadInventory } from '../../local/template/load.ts'
import { pipelinesPerTest } from '../support/pipeline.ts'

const { broken, start } = pipelinesPerTest()

const plain: Deployment = {
  region: 'us-east-1',
  alarmMetrics: 0,
  dashboards: 0,
  secrets: 0,
  polledQueues: 0,
  webAcls: 0,
  distributions: 0,
  zones: 0,
  isTraced: false,
  hasBackups: false,
  logRetentionDays: 30,
}

const nothing = { items: 0, bytes: 0 }

const billOf = (
  counts: Partial<Record<MeteredUnit, number>>,
  deployment: Partial<Deployment> = {},
  stored = nothing,
): Bill => {
  const meter = new Meter()
  for (const [unit, quantity] of Object.entries(counts) as [MeteredUnit, number][])
    meter.count(unit, 'test', quantity)
  return makeBill(meter, { ...plain, ...deployment }, stored)
}

const dollarsOf = ({ lines, monthly, stored }: Bill, component: string, what: string): number | undefined =>
  [...lines, ...monthly, ...stored].find((line) => line.component === component && line.what === what)
    ?.dollars

const gib = 1024 ** 3

describe('what is done costs, in us-east-1:', () => {
  test.each<[string, string, MeteredUnit, number, number]>([
    ['API Gateway', 'HTTP API requests', 'apiRequests', 3_000_000, 3],
    ['API Gateway', 'GB sent out', 'transferBytes', 10 * gib, 0.9],
    ['Lambda', 'invocations', 'lambdaRequests', 5_000_000, 1],
    ['Lambda', 'GB-seconds, arm64', 'lambdaGbSeconds', 1_000_000, 13.3334],
    ['DynamoDB', 'write units', 'dynamoWriteUnits', 80_000_000, 50],
    ['DynamoDB', 'read units', 'dynamoReadUnits', 8_000_000, 1],
    ['SQS', 'requests', 'sqsRequests', 50_000_000, 20],
    ['SNS', 'publishes', 'snsPublishes', 16_000_000, 8],
    ['EventBridge', 'schedule invocations', 'schedulerInvocations', 7_000_000, 7],
    ['EventBridge', 'bus events', 'busEvents', 100_000, 0.1],
    ['Secrets Manager', 'calls', 'secretCalls', 20_000, 0.1],
    ['CloudWatch', 'GB logged', 'logBytes', 2 * gib, 1],
    // Two metrics in each of 365 hours: half a month of both.
    ['CloudWatch', 'metric-months', 'metricHours', 730, 0.3],
  ])('%s: %s', (component, what, unit, quantity, dollars) => {
    const bill = billOf({ [unit]: quantity })
    expect(dollarsOf(bill, component, what)).toBeCloseTo(dollars, 9)
  })

  test('a log is stored for as long as it is kept', () => {
    // 73 days are 2.4 months of 30 days and 10 hours.
    const bill = billOf({ logBytes: 5 * gib }, { logRetentionDays: 73 })
    expect(dollarsOf(bill, 'CloudWatch', 'GB-months of logs')).toBeCloseTo(5 * 2.4 * 0.03, 9)
  })

  test('tracing, CloudFront and WAF are on the bill where they are switched on, and else not', () => {
    const counts = { lambdaRequests: 1_000_000, apiRequests: 2_000_000 }
    const with_ = billOf(counts, { isTraced: true, webAcls: 1, distributions: 1, zones: 1 })
    expect(dollarsOf(with_, 'X-Ray', 'traces at most')).toBeCloseTo(5, 9)
    expect(dollarsOf(with_, 'CloudFront', 'requests')).toBeCloseTo(2.4, 9)
    expect(dollarsOf(with_, 'WAF', 'requests')).toBeCloseTo(1.2, 9)
    expect(dollarsOf(with_, 'WAF', 'web ACLs')).toBeCloseTo(5, 9)
    expect(dollarsOf(with_, 'WAF', 'rules, one for each web ACL')).toBeCloseTo(1, 9)
    expect(dollarsOf(with_, 'Route 53', 'zones')).toBeCloseTo(0.5, 9)
    const components = new Set(billOf(counts).lines.map(({ component }) => component))
    for (const component of ['X-Ray', 'CloudFront', 'WAF', 'Route 53'])
      expect(components).not.toContain(component)
  })

  test('what the table holds costs each month, and its backups as much again at their price', () => {
    // Ten million items of 973 bytes, and 100 that DynamoDB adds to each: ten times 1,073 million bytes.
    const stored = { items: 10_000_000, bytes: 9_737_418_240 }
    const bill = billOf({}, { hasBackups: true }, stored)
    expect(dollarsOf(bill, 'DynamoDB', 'GB stored')).toBeCloseTo(2.5, 9)
    expect(dollarsOf(bill, 'DynamoDB', 'GB in continuous backups')).toBeCloseTo(2, 9)
    expect(bill.pipelineDollars).toBe(0)
  })

  test('emails cost by the account’s plan, and are no part of the pipeline', () => {
    const { totals, pipelineDollars } = billOf({ emails: 6_000_000, apiRequests: 1_000_000 })
    expect(pipelineDollars).toBeCloseTo(1, 9)
    expect(totals.map(({ dollars }) => dollars)).toEqual([expect.closeTo(601, 6), expect.closeTo(961, 6)])
  })
})

describe('an idle month', () => {
  test('costs by alarms’ metrics, dashboards, secrets and polls of empty queues', () => {
    const bill = billOf({}, { alarmMetrics: 31, dashboards: 1, secrets: 3, polledQueues: 5 })
    expect(bill.monthly.map(({ what, dollars }) => [what, Number(dollars.toFixed(4))])).toEqual([
      ['metrics watched by alarms', 3.1],
      ['dashboards', 3],
      ['secrets', 1.2],
      // Five long polls of 20 s on each of five queues, 730 hours: 3,285,000.
      ['polls of 5 empty queues', 1.314],
    ])
    expect(bill.monthlyDollars).toBeCloseTo(8.614, 9)
  })

  test('of the sample’s stack costs 0.10 more with one alarm more, and 0.40 more with an alarm on a sum of four', () => {
    const alarm = (of: object) => ({
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        EvaluationPeriods: 1,
        Threshold: 1,
        TreatMissingData: 'notBreaching',
        AlarmActions: [],
        ...of,
      },
    })
    const metric = { Namespace: 'AWS/Lambda', MetricName: 'Errors' }
    const names = ['a', 'b', 'c', 'd']
    const sum = {
      Metrics: [
        { Id: 'sum', Expression: names.map((name) => `FILL(${name}, 0)`).join(' + ') },
        ...names.map((Id) => ({
          Id,
          MetricStat: { Metric: metric, Period: 300, Stat: 'Sum' },
          ReturnData: false,
        })),
      ],
    }
    const one = { ...metric, Period: 300, Statistic: 'Sum' }
    const withAlarm = (of?: object) =>
      makeBill(new Meter(), of ? deploymentWith({ Another: alarm(of) }) : deploymentWith({}), nothing)
    const before = withAlarm().monthlyDollars
    expect(withAlarm(one).monthlyDollars - before).toBeCloseTo(0.1, 9)
    expect(withAlarm(sum).monthlyDollars - before).toBeCloseTo(0.4, 9)
  })

  test('of the sample’s stack is on the bill with all that its template has', () => {
    const deployment = deploymentWith({})
    expect(deployment).toMatchObject({
      region: 'eu-central-1',
      dashboards: 1,
      secrets: 3,
      polledQueues: 5,
      webAcls: 0,
      zones: 0,
      isTraced: false,
      hasBackups: true,
      logRetentionDays: 30,
    })
  })

  /** Of the sample's template with these resources more; a tag makes it another template where there are none. */
  const deploymentWith = (more: Readonly<Record<string, unknown>>): Deployment => {
    const cdkOut = broken((text) => {
      const template = JSON.parse(text) as { Resources: object }
      return JSON.stringify({
        ...template,
        Description: 'changed',
        Resources: { ...template.Resources, ...more },
      })
    })
    expect(readFileSync(join(cdkOut, 'Ripen-dev.template.json'), 'utf8')).toContain('changed')
    return deploymentOf(loadInventory(cdkOut, { publicUrl: '', queueUrl: '' }))
  }
})

describe('prices', () => {
  test('are those of the stack’s region', () => {
    const counts = { dynamoWriteUnits: 1_000_000, logBytes: gib }
    const of = (region: string) => {
      const bill = billOf(counts, { region })
      return [dollarsOf(bill, 'DynamoDB', 'write units'), dollarsOf(bill, 'CloudWatch', 'GB logged')]
    }
    expect(of('us-east-1')).toEqual([0.625, 0.5])
    expect(of('eu-west-1')).toEqual([0.705, 0.57])
    expect(of('eu-central-1')).toEqual([0.7625, 0.63])
  })

  test('that a region’s list does not have are those of us-east-1, and the bill names them', () => {
    const bill = billOf({ schedulerInvocations: 1_000_000 }, { region: 'eu-west-1' })
    expect(dollarsOf(bill, 'EventBridge', 'schedule invocations')).toBe(1)
    expect(bill.prices.borrowed).toEqual(['EventBridge schedule invocations', 'EventBridge bus events'])
    expect(pricesText(bill)).toBe(
      'list prices of eu-west-1, October 2026, without free tiers; from us-east-1, for want of others: EventBridge schedule invocations, EventBridge bus events',
    )
  })

  test('of a region without a list are those of us-east-1, and the bill says so', () => {
    const bill = billOf({ dynamoWriteUnits: 1_000_000 }, { region: 'ap-south-2' })
    expect(dollarsOf(bill, 'DynamoDB', 'write units')).toBe(0.625)
    expect(billText(bill, 1)).toContain(
      'The bill, at list prices of us-east-1, November 2026, without free tiers: those of ap-south-2 are not known here',
    )
  })
})

test('a metric is billed once for each hour in which it has a value', () => {
  const meter = new Meter()
  const hours = new MetricHours(meter)
  const refused = { namespace: 'Ripen', name: 'refused', of: 'guide tooFast' }
  const minute = 60_000
  for (const atMs of [0, 30 * minute, 59 * minute, 61 * minute, 200 * minute]) hours.count(refused, atMs)
  hours.count({ ...refused, of: 'guide forged' }, 30 * minute)
  expect(meter.total('metricHours')).toBe(4)
})

test('an item is as large as DynamoDB counts it', () => {
  // Names 2 + 2 + 4 + 2 + 1, texts 6 + 9, a number of 13 digits 8, a flag 1, a list 3 + (1 + 1) + (1 + 2): 43.
  const item = { pk: 'LEAD#1', sk: 'FACT#SENT', atMs: 1_790_000_000_123, ok: true, l: ['a', 'bc'] }
  expect(storedBytesOf([item, item])).toEqual({ items: 2, bytes: 86 })
})

test('a request is logged in the stage’s format', () => {
  const format =
    '{"route":"$context.routeKey","status":"$context.status","latencyMs":"$context.responseLatency"}'
  const line = '{"route":"GET /forms/{form}","status":"200","latencyMs":"25"}\n'
  expect(accessLogBytes(format, 'GET /forms/{form}', 200)).toBe(line.length)
  expect(accessLogBytes('', 'GET /forms/{form}', 200)).toBe(0)
})

test('quantities are shown whole, and of parts three digits', () => {
  expect([0, 0.000123456, 0.5, 12.345, 1234.6].map(countText)).toEqual([
    '0',
    '0.000123',
    '0.5',
    '12.3',
    '1,235',
  ])
})

test('a visitor’s requests are on the bill: their bytes out, and a line in the API’s log', async () => {
  const pipeline = await start()
  const before = pipeline.meter.total('transferBytes')
  const page = await fetch(`${pipeline.url}/forms/guide`)
  const bytes = (await page.arrayBuffer()).byteLength
  const sent = pipeline.meter.total('transferBytes') - before
  expect(sent).toBeGreaterThan(bytes)
  expect(sent).toBeLessThan(bytes + 2000)
  const logged = pipeline.meter.readings().find(({ cause }) => cause === 'GET /forms/{form} access')
  expect(logged?.quantity).toBeGreaterThan(100)
})
