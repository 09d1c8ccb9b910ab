/** How fast an account may send: per second and per 24 hours, counted on the pipeline's clock. */
import { AwsError } from '../../service.ts'

const secondMs = 1000
const dayMs = 86_400_000

export class SendRate {
  readonly #limits: { readonly maxSendRate: number; readonly max24HourSend: number }
  /** In order of time, so that what has grown too old is always at the front. */
  readonly #sentAtMs: number[]
  #dayFrom = 0
  #secondFrom = 0

  constructor(limits: { maxSendRate: number; max24HourSend: number }, sentAtMs: readonly number[]) {
    this.#limits = limits
    this.#sentAtMs = [...sentAtMs]
  }

  /** Throws `TooManyRequestsException` where one more email would be too many. */
  check(nowMs: number): void {
    this.#move(nowMs)
    if (this.#sentAtMs.length - this.#dayFrom >= this.#limits.max24HourSend)
      throw new AwsError('TooManyRequestsException', 'Daily message quota exceeded.', 429)
    if (this.#sentAtMs.length - this.#secondFrom >= this.#limits.maxSendRate) throw this.exceeded()
  }

  count(nowMs: number, copies: number): void {
    for (let copy = 0; copy < copies; copy += 1) this.#sentAtMs.push(nowMs)
  }

  exceeded(): AwsError {
    return new AwsError('TooManyRequestsException', 'Maximum sending rate exceeded.', 429)
  }

  quota(nowMs: number) {
    this.#move(nowMs)
    const { maxSendRate, max24HourSend } = this.#limits
    return {
      Max24HourSend: max24HourSend,
      MaxSendRate: maxSendRate,
      SentLast24Hours: this.#sentAtMs.length - this.#dayFrom,
    }
  }

  #move(nowMs: number): void {
    this.#dayFrom = this.#firstAfter(this.#dayFrom, nowMs - dayMs)
    this.#secondFrom = this.#firstAfter(this.#secondFrom, nowMs - secondMs)
  }

  #firstAfter(from: number, atMs: number): number {
    let index = from
    while ((this.#sentAtMs[index] ?? Number.POSITIVE_INFINITY) <= atMs) index += 1
    return index
  }
}
