/** Reads an alarm: one metric, or a sum of several, and when it rings. */
import type { AlarmResource, MetricResource } from '../inventory.ts'
import { list, number, type Resolved, record, text } from './resolved.ts'

/** Throws for what is not evaluated on one machine, naming it. */
export const readAlarm = ({ id, identity, properties }: Resolved): AlarmResource => {
  const { ComparisonOperator, TreatMissingData } = properties
  if (ComparisonOperator !== 'GreaterThanOrEqualToThreshold' || TreatMissingData !== 'notBreaching')
    throw notEvaluated(id, `${text(ComparisonOperator)}, missing data ${text(TreatMissingData)}`)
  return {
    id,
    arn: text(identity.attributes.Arn),
    description: text(properties.AlarmDescription),
    topicArns: list(properties.AlarmActions).map(text),
    metrics: properties.Metrics === undefined ? [readMetric(id, properties)] : readSum(id, properties),
    threshold: number(properties.Threshold, 0),
    periods: number(properties.EvaluationPeriods, 1),
  }
}

const readSum = (id: string, properties: Resolved['properties']): MetricResource[] => {
  const parts = list(properties.Metrics).map(record)
  const expression = text(parts.find(({ Expression }) => Expression !== undefined)?.Expression)
  const measured = parts.filter(({ MetricStat }) => MetricStat !== undefined)
  const sum = measured.map(({ Id }) => `FILL(${text(Id)}, 0)`).join(' + ')
  if (expression !== sum) throw notEvaluated(id, `the expression ${expression}`)
  return measured.map(({ MetricStat }) => {
    const { Metric, Period, Stat } = record(MetricStat)
    return readMetric(id, { ...record(Metric), Period, Statistic: Stat })
  })
}

const readMetric = (id: string, properties: Readonly<Record<string, unknown>>): MetricResource => {
  const { Namespace, MetricName, Period, Statistic, Dimensions } = properties
  if (Statistic !== 'Sum' && Statistic !== 'Maximum' && Statistic !== 'Average')
    throw notEvaluated(id, `the statistic ${text(Statistic)}`)
  return {
    namespace: text(Namespace),
    name: text(MetricName),
    of: list(Dimensions)
      .map((dimension) => text(record(dimension).Value))
      .join(' '),
    statistic: Statistic,
    periodSeconds: number(Period, 60),
  }
}

const notEvaluated = (id: string, what: string): Error =>
  new Error(
    `${id} rings by ${what}, which is not evaluated on one machine; add it to local/template/alarms.ts.`,
  )
