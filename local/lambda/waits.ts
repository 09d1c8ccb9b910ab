/** Lets the pipeline's time pass while a function waits for AWS: until the answer comes, or the function gives up. */
import type { MessagePort } from 'node:worker_threads'
import type { VirtualClock } from '../clock.ts'

/** To a worker: which timers run there, and that the time of one has come. */
export type ToTimers = { readonly timers: 'wanted' } | { readonly fire: number }

/** From a worker. `gaveUp` names a call whose answer is not waited for any more. */
export type FromTimers =
  | { readonly timers: readonly { readonly timer: number; readonly atMs: number }[] }
  | { readonly fired: number }
  | { readonly gaveUp: number }

/** Lambda's own patience with an invocation. */
export interface Deadline {
  readonly atMs: number
  readonly end: () => void
}

/** The waits of one worker. */
export class Waits {
  /** Of the invocation under way. */
  deadline: Deadline | undefined
  readonly #port: MessagePort
  readonly #clock: VirtualClock
  readonly #waits = new Map<number, () => void>()
  readonly #fires = new Map<number, () => void>()
  #isOver = false
  #told: ((timers: Extract<FromTimers, { timers: unknown }>['timers']) => void)[] = []

  constructor(port: MessagePort, clock: VirtualClock) {
    this.#port = port
    this.#clock = clock
  }

  take(message: FromTimers): void {
    if ('timers' in message) this.#told.shift()?.(message.timers)
    else if ('fired' in message) this.#fires.get(message.fired)?.()
    else this.#waits.get(message.gaveUp)?.()
  }

  /** The worker is gone, and nobody waits in it any more. */
  endAll(): void {
    this.#isOver = true
    for (const tell of this.#told.splice(0)) tell([])
    for (const end of [...this.#waits.values(), ...this.#fires.values()]) end()
  }

  /**
   * Until so much time has passed that the call is answered; `false` where its caller has given up before. The function's
   * own timers count in the pipeline's time meanwhile, and so does Lambda's.
   */
  async wait(call: number, durationMs: number): Promise<boolean> {
    const timers = await new Promise<Extract<FromTimers, { timers: unknown }>['timers']>((resolve) => {
      this.#told.push(resolve)
      this.#port.postMessage({ timers: 'wanted' } satisfies ToTimers)
    })
    if (this.#isOver) return false
    return new Promise((resolve) => {
      const clock = this.#clock
      const untilMs = clock.nowMs() + durationMs
      const planned = timers.map(({ timer, atMs }) =>
        clock.at(atMs, 'a function’s timer fires', () => this.#fire(timer)),
      )
      const end = (isOver: boolean): void => {
        if (!this.#waits.delete(call)) return
        for (const timer of planned) timer.cancel()
        resume()
        resolve(isOver)
      }
      this.#waits.set(call, () => end(false))
      if (Number.isFinite(untilMs)) planned.push(clock.at(untilMs, 'AWS answers', () => end(true)))
      const { deadline } = this
      if (deadline) planned.push(clock.at(deadline.atMs, 'an invocation times out', deadline.end))
      const resume = clock.activity.pause()
    })
  }

  /** Work in hand until the worker says that it has done what the timer was for. */
  #fire(timer: number): Promise<void> {
    return new Promise((resolve) => {
      this.#fires.set(timer, () => {
        this.#fires.delete(timer)
        resolve()
      })
      this.#port.postMessage({ fire: timer } satisfies ToTimers)
    })
  }
}
