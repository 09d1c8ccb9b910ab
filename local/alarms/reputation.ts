/** An account's bounce and complaint rate, as SES would report them to CloudWatch; here over all that was ever sent. */
import type { Measurements } from './measurements.ts'

export class Reputation {
  readonly #measurements: Measurements
  #sent = 0
  #bounced = 0
  #complained = 0

  constructor(measurements: Measurements) {
    this.#measurements = measurements
  }

  /** Takes what SES posts to its topic: an event about an email, or a text that is none. */
  take(message: string, atMs: number): void {
    if (!message.startsWith('{')) return
    const { eventType, bounce } = JSON.parse(message) as {
      eventType: string
      bounce?: { bounceType: string }
    }
    if (eventType === 'Send') this.#sent += 1
    // Soft bounces do not count against a sender.
    else if (eventType === 'Bounce' && bounce?.bounceType === 'Permanent') this.#bounced += 1
    else if (eventType === 'Complaint') this.#complained += 1
    if (this.#sent === 0) return
    const rates = { BounceRate: this.#bounced, ComplaintRate: this.#complained }
    for (const [name, count] of Object.entries(rates))
      this.#measurements.record(
        { namespace: 'AWS/SES', name: `Reputation.${name}`, of: '' },
        count / this.#sent,
        atMs,
      )
  }
}
