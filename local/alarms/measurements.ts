/** What CloudWatch would have measured: values by metric and time, of the last day on the pipeline's clock. */
import type { MetricResource } from '../inventory.ts'

/** Of what a value is: an alarm's metric names the same. */
export type Measured = Pick<MetricResource, 'namespace' | 'name' | 'of'>

interface Value {
  readonly atMs: number
  readonly value: number
}

/** As long as any alarm looks back, and short enough to keep. */
const keptMs = 24 * 60 * 60 * 1000

/** Trimmed when there are this many, and then when there are twice as many as were kept: not at every value. */
const leastTrimmed = 1024

export class Measurements {
  readonly #values = new Map<string, { values: Value[]; trimAt: number }>()

  record(measured: Measured, value: number, atMs: number): void {
    const key = keyOf(measured)
    const kept = this.#values.get(key) ?? { values: [], trimAt: leastTrimmed }
    kept.values.push({ atMs, value })
    this.#values.set(key, kept)
    if (kept.values.length < kept.trimAt) return
    kept.values = kept.values.filter((one) => one.atMs > atMs - keptMs)
    kept.trimAt = Math.max(leastTrimmed, kept.values.length * 2)
  }

  /** The statistic over the period that ends at `untilMs`; nothing where nothing was measured in it. */
  statistic(metric: MetricResource, untilMs: number): number | undefined {
    const fromMs = untilMs - metric.periodSeconds * 1000
    const values = (this.#values.get(keyOf(metric))?.values ?? [])
      .filter(({ atMs }) => atMs > fromMs && atMs <= untilMs)
      .map(({ value }) => value)
    if (values.length === 0) return undefined
    if (metric.statistic === 'Maximum') return Math.max(...values)
    const sum = values.reduce((all, value) => all + value, 0)
    return metric.statistic === 'Sum' ? sum : sum / values.length
  }

  /**
   * Takes a log line in CloudWatch's embedded metric format, and gives what it measured; any other line is none of its
   * business.
   */
  readLog(line: string): Measured[] {
    if (!line.startsWith('{"_aws":')) return []
    const measured: Measured[] = []
    const given = JSON.parse(line) as EmbeddedMetrics
    const { Timestamp, CloudWatchMetrics } = given._aws
    for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics)
      for (const dimensions of Dimensions)
        for (const { Name } of Metrics) {
          const of = dimensions.map((dimension) => String(given[dimension])).join(' ')
          const one = { namespace: Namespace, name: Name, of }
          this.record(one, Number(given[Name]), Timestamp)
          measured.push(one)
        }
    return measured
  }
}

interface EmbeddedMetrics {
  readonly [name: string]: unknown
  readonly _aws: {
    readonly Timestamp: number
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string
      readonly Dimensions: readonly (readonly string[])[]
      readonly Metrics: readonly { readonly Name: string }[]
    }[]
  }
}

const keyOf = ({ namespace, name, of }: Measured): string => `${namespace}|${name}|${of}`
