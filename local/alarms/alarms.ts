/** The template's alarms, evaluated on one machine against what its parts know, so that each can be seen to ring. */
import type { VirtualClock } from '../clock.ts'
import type { AlarmResource, Inventory, MetricResource } from '../inventory.ts'
import type { SqsService } from '../services/sqs.ts'
import type { Measurements } from './measurements.ts'

export interface AlarmState {
  readonly id: string
  /** What has happened, and the heading of docs/runbook.md that says what to do. */
  readonly description: string
  readonly isRinging: boolean
  /** Of the latest period; absent where nothing was measured. */
  readonly value: number | undefined
  readonly threshold: number
}

interface AlarmsOptions {
  readonly inventory: Pick<Inventory, 'alarms' | 'queues'>
  readonly sqs: SqsService
  readonly clock: VirtualClock
  readonly measurements: Measurements
}

export class Alarms {
  readonly #options: AlarmsOptions

  constructor(options: AlarmsOptions) {
    this.#options = options
  }

  states(): AlarmState[] {
    return this.#options.inventory.alarms.map((alarm) => {
      const { id, description, threshold, periods } = alarm
      const values = Array.from({ length: periods }, (_, ago) => this.#valueOf(alarm, ago))
      const isRinging = values.every((value) => value !== undefined && value >= threshold)
      return { id, description, isRinging, value: values[0], threshold }
    })
  }

  ringing(): AlarmState[] {
    return this.states().filter(({ isRinging }) => isRinging)
  }

  #valueOf({ metrics }: AlarmResource, periodsAgo: number): number | undefined {
    const values = metrics.flatMap((metric) => this.#measure(metric, periodsAgo) ?? [])
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0)
  }

  #measure(metric: MetricResource, periodsAgo: number): number | undefined {
    const { clock, measurements } = this.#options
    if (metric.namespace === 'AWS/SQS') return this.#queueNow(metric)
    return measurements.statistic(metric, clock.nowMs() - periodsAgo * metric.periodSeconds * 1000)
  }

  /** A queue is asked as it is: what lies on it has lain there since it was sent. */
  #queueNow({ name, of }: MetricResource): number | undefined {
    const { inventory, sqs, clock } = this.#options
    const arn = inventory.queues.find((queue) => queue.name === of)?.arn
    if (arn === undefined) return undefined
    const nowMs = clock.nowMs()
    const messages = sqs.contents(arn)
    if (name === 'ApproximateNumberOfMessagesVisible')
      return messages.filter(({ visibleAtMs }) => visibleAtMs <= nowMs).length
    if (name !== 'ApproximateAgeOfOldestMessage') return undefined
    // A message that is delayed and was never received is not on the queue yet.
    const sentAtMs = messages
      .filter(({ receiveCount, visibleAtMs }) => receiveCount > 0 || visibleAtMs <= nowMs)
      .map((message) => message.sentAtMs)
    return sentAtMs.length === 0 ? undefined : (nowMs - Math.min(...sentAtMs)) / 1000
  }
}
