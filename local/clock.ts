/** The pipeline's one clock, shared by every service and function: it flows with real time, and jumps on request. */
import { Activity } from './activity.ts'

export interface Timer {
  cancel(): void
}

interface Entry {
  readonly atMs: number
  readonly order: number
  readonly label: string
  readonly run: () => void | Promise<void>
}

/**
 * Shared with workers as two 64-bit integers: `[0]` is 1 while time stands still; `[1]` is then the time in epoch
 * milliseconds, and otherwise the offset to add to real time.
 */
export const clockCells = { frozen: 0, value: 1 } as const

export class VirtualClock {
  readonly buffer = new SharedArrayBuffer(16)
  readonly activity: Activity
  readonly #cells = new BigInt64Array(this.buffer)
  #agenda: Entry[] = []
  #order = 0
  #wake: NodeJS.Timeout | undefined
  #advancing = false

  /** Starts standing still at `startMs`; `flow()` lets it run. */
  constructor(startMs: number, activity = new Activity()) {
    this.activity = activity
    this.#freezeAt(startMs)
  }

  nowMs(): number {
    const value = Number(this.#cells[clockCells.value])
    return this.#cells[clockCells.frozen] === 1n ? value : Date.now() + value
  }

  /** The next event's time and label, or nothing where nothing is planned. */
  next(): { atMs: number; label: string } | undefined {
    const entry = this.#agenda[0]
    return entry && { atMs: entry.atMs, label: entry.label }
  }

  /** Runs `run` when the clock reaches `atMs`; at the next turn where that is past. */
  at(atMs: number, label: string, run: () => void | Promise<void>): Timer {
    const entry: Entry = { atMs, order: this.#order++, label, run }
    let low = 0
    let high = this.#agenda.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#agenda[middle] as Entry
      if (other.atMs < atMs || (other.atMs === atMs && other.order < entry.order)) low = middle + 1
      else high = middle
    }
    this.#agenda.splice(low, 0, entry)
    this.#arm()
    return {
      cancel: () => {
        const index = this.#agenda.indexOf(entry)
        if (index >= 0) this.#agenda.splice(index, 1)
        this.#arm()
      },
    }
  }

  /** Lets time run at the pace of real time from where it stands. */
  flow(): void {
    const nowMs = this.nowMs()
    this.#cells[clockCells.value] = BigInt(nowMs - Date.now())
    this.#cells[clockCells.frozen] = 0n
    this.#arm()
  }

  /** Stops time where it stands. */
  freeze(): void {
    this.#freezeAt(this.nowMs())
    this.#arm()
  }

  get isFlowing(): boolean {
    return this.#cells[clockCells.frozen] === 0n
  }

  /**
   * Turns the clock forward to `targetMs`, stopping at each event on the way and waiting there until the pipeline
   * is idle. Events within `grainMs` of each other are played together, at the latest of their slot's times, as a
   * scheduler with that precision would.
   */
  async advanceTo(
    targetMs: number,
    options: { grainMs?: number; onProgress?: (nowMs: number) => void } = {},
  ): Promise<void> {
    if (this.#advancing)
      throw new Error('The clock is already being turned forward; wait until it has arrived.')
    const wasFlowing = this.isFlowing
    const grainMs = options.grainMs ?? 1
    this.#advancing = true
    this.freeze()
    try {
      await this.#idle()
      for (;;) {
        const next = this.#agenda[0]
        if (!next || next.atMs > targetMs) break
        const slotMs = Math.min(targetMs, Math.ceil(next.atMs / grainMs) * grainMs)
        this.#freezeAt(Math.max(this.nowMs(), slotMs))
        await this.#runDue()
        await this.#idle()
        options.onProgress?.(this.nowMs())
      }
      this.#freezeAt(Math.max(this.nowMs(), targetMs))
      options.onProgress?.(this.nowMs())
    } finally {
      this.#advancing = false
      if (wasFlowing) this.flow()
    }
  }

  /** Forgets everything planned and stops waking up. */
  close(): void {
    this.#agenda = []
    this.#arm()
  }

  async #idle(): Promise<void> {
    do {
      await this.activity.idle()
      // One turn of the event loop: work that was handed over by a resolved promise has begun by then.
      await new Promise((resolve) => setImmediate(resolve))
    } while (this.activity.inHand > 0)
  }

  async #runDue(): Promise<void> {
    const nowMs = this.nowMs()
    const due: Entry[] = []
    while (this.#agenda[0] && this.#agenda[0].atMs <= nowMs) due.push(this.#agenda.shift() as Entry)
    await this.activity.during(() => Promise.all(due.map(async (entry) => entry.run())))
  }

  #freezeAt(nowMs: number): void {
    this.#cells[clockCells.value] = BigInt(Math.round(nowMs))
    this.#cells[clockCells.frozen] = 1n
  }

  #arm(): void {
    clearTimeout(this.#wake)
    this.#wake = undefined
    const next = this.#agenda[0]
    if (!next || !this.isFlowing) return
    // setTimeout takes 31 bits; a later event is simply looked at again.
    const delayMs = Math.min(Math.max(next.atMs - this.nowMs(), 0), 2 ** 31 - 1)
    this.#wake = setTimeout(() => {
      void this.#runDue().finally(() => this.#arm())
    }, delayMs)
    this.#wake.unref()
  }
}
