/** One page for whoever is woken: in the order of a lead's journey, what comes in, what waits, what fails, what SES thinks. */
import { Duration } from 'aws-cdk-lib'
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2'
import {
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  Metric,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { RipenFunction } from './ripen-function.ts'
import type { WorkQueue } from './work-queue.ts'

export interface DashboardProps {
  readonly api: HttpApi
  readonly publicFunctions: readonly RipenFunction[]
  readonly streamFunctions: readonly RipenFunction[]
  /** Those that nobody waits for. */
  readonly workers: readonly RipenFunction[]
  readonly workQueues: Readonly<Record<string, WorkQueue>>
}

const summed = { period: Duration.minutes(5), statistic: Stats.SUM }
const highest = { period: Duration.minutes(5), statistic: Stats.MAXIMUM }

/** The first three dashboards of an account are free; it has no name of its own, so that two stacks may stand side by side. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id)
    const { api, publicFunctions, streamFunctions, workers, workQueues } = props
    const functions = [...publicFunctions, ...workers]
    const queues = Object.entries(workQueues)
    const dashboard = new CloudWatchDashboard(this, 'Page', { defaultInterval: Duration.days(1) })
    dashboard.addWidgets(
      graph('Requests', [api.metricCount(summed)]),
      graph('Answers with errors', [api.metricClientError(summed), api.metricServerError(summed)]),
      graph('Time to answer, 95 of 100 (ms)', [api.metricLatency({ statistic: Stats.percentile(95) })]),
    )
    dashboard.addWidgets(
      graph(
        'Errors',
        functions.map(({ name, lambda }) => lambda.metricErrors({ ...summed, label: name })),
      ),
      graph(
        'Throttles',
        functions.map(({ name, lambda }) => lambda.metricThrottles({ ...summed, label: name })),
      ),
      graph(
        'How long facts wait (ms)',
        streamFunctions.map(({ name, lambda }) => lambda.metric('IteratorAge', { ...highest, label: name })),
      ),
    )
    dashboard.addWidgets(
      graph(
        'How long work waits (s)',
        queues.map(([label, { queue }]) => queue.metricApproximateAgeOfOldestMessage({ ...highest, label })),
      ),
      graph(
        'Dead letters',
        queues.map(([label, { deadLetters }]) =>
          deadLetters.queue.metricApproximateNumberOfMessagesVisible({ ...highest, label }),
        ),
      ),
      graph('SES: bounces and complaints, as AWS judges the account', [
        reputation('Reputation.BounceRate'),
        reputation('Reputation.ComplaintRate'),
      ]),
    )
  }
}

const graph = (title: string, left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 8 })

const reputation = (metricName: string): Metric =>
  new Metric({ namespace: 'AWS/SES', metricName, period: Duration.hours(1), statistic: Stats.AVERAGE })
