/** Custom metrics as CloudWatch bills them: each name with each combination of dimensions, for each hour in which it has a value. */
import type { Measured } from '../alarms/measurements.ts'
import type { Meter } from '../meter.ts'

const hourMs = 60 * 60 * 1000

export class MetricHours {
  readonly #meter: Meter
  /** The last hour that was counted, by metric. */
  readonly #hours = new Map<string, number>()

  constructor(meter: Meter) {
    this.#meter = meter
  }

  count({ namespace, name, of }: Measured, atMs: number): void {
    const metric = `${namespace} ${name} ${of}`
    const hour = Math.floor(atMs / hourMs)
    if (this.#hours.get(metric) === hour) return
    this.#hours.set(metric, hour)
    this.#meter.count('metricHours', metric)
  }
}
