/** A key that signs and is rotated: the current one signs, and what the one before it has signed is still believed. */
import { readPreviousSecret, readSecret } from './secret.ts'

/** What is forged fits no key, so whoever sends forgeries could make every request ask Secrets Manager. */
const leastPauseMs = 60_000

export class RotatingKey {
  readonly #arn: string
  #current: string
  #previous: string | undefined
  #lookedAtMs = Number.NEGATIVE_INFINITY

  private constructor(arn: string, current: string) {
    this.#arn = arn
    this.#current = current
  }

  /** Reads the current key alone: the one before it is asked for when something does not fit, which is seldom. */
  static async of(arn: string): Promise<RotatingKey> {
    return new RotatingKey(arn, await readSecret(arn))
  }

  /** Signs what is new. */
  get current(): string {
    return this.#current
  }

  /**
   * What `read` makes of a signature by the first key that fits. Where none does, looks whether the key was rotated
   * since this function started: another function may sign by a newer key already. Gives the reading by the current
   * key where nothing fits.
   */
  async read<Reading>(
    read: (key: string) => Reading | Promise<Reading>,
    isForged: (reading: Reading) => boolean,
    atMs: number,
  ): Promise<Reading> {
    const reading = await this.#readByKnown(read, isForged)
    if (!isForged(reading) || atMs - this.#lookedAtMs < leastPauseMs) return reading
    this.#lookedAtMs = atMs
    ;[this.#current, this.#previous] = await Promise.all([
      readSecret(this.#arn),
      readPreviousSecret(this.#arn),
    ])
    return this.#readByKnown(read, isForged)
  }

  async #readByKnown<Reading>(
    read: (key: string) => Reading | Promise<Reading>,
    isForged: (reading: Reading) => boolean,
  ): Promise<Reading> {
    const reading = await read(this.#current)
    if (this.#previous === undefined || !isForged(reading)) return reading
    const earlier = await read(this.#previous)
    return isForged(earlier) ? reading : earlier
  }
}
