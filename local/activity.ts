/** Counts work in hand, so that virtual time jumps only when the pipeline is idle. */
export class Activity {
  #inHand = 0
  #waiting: (() => void)[] = []

  /** Work in hand now. */
  get inHand(): number {
    return this.#inHand
  }

  /** Counts one piece of work until the returned function is called; calling that twice counts once. */
  begin(): () => void {
    this.#inHand += 1
    let ended = false
    return () => {
      if (ended) return
      ended = true
      this.#inHand -= 1
      if (this.#inHand === 0) this.#settle()
    }
  }

  /** Counts `work` while it runs. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const end = this.begin()
    try {
      return await work()
    } finally {
      end()
    }
  }

  /** Sets one piece of work aside until the returned function is called: it waits for a time that must be able to come. */
  pause(): () => void {
    this.#inHand -= 1
    if (this.#inHand === 0) this.#settle()
    return () => {
      this.#inHand += 1
    }
  }

  /** Lets `work`, which counts itself, stand for the caller's own while it runs: should it pause, nothing is in hand. */
  async handOver<T>(work: () => Promise<T>): Promise<T> {
    const working = work()
    const end = this.pause()
    try {
      return await working
    } finally {
      end()
    }
  }

  /** Resolves when nothing is in hand. Whoever hands work over begins the next piece before ending its own. */
  idle(): Promise<void> {
    return this.#inHand === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** A turn of the event loop later: what handed its work over takes it back by then. */
  #settle(): void {
    setImmediate(() => {
      if (this.#inHand > 0) return
      const waiting = this.#waiting
      this.#waiting = []
      for (const resolve of waiting) resolve()
    })
  }
}
