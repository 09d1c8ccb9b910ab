/** Publishes a hand-off on the bus that a CRM or any other system listens to. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { LoggableError } from '../contracts/loggable-error.ts'
import { handOffEvent } from '../contracts/names.ts'

/** The bus did not take the event, although the call went through. */
export class HandOffNotPublished extends LoggableError {
  override readonly name = 'HandOffNotPublished'

  constructor(code: string) {
    super(`The hand-off bus did not take the event: ${code}.`)
  }
}

export class HandOffBus {
  readonly #events: EventBridgeClient
  readonly #busName: string

  constructor(events: EventBridgeClient, busName: string) {
    this.#events = events
    this.#busName = busName
  }

  /** Throws `HandOffNotPublished`. */
  async publish(detail: Readonly<Record<string, unknown>>): Promise<void> {
    const { Entries } = await this.#events.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: this.#busName,
            Source: handOffEvent.source,
            DetailType: handOffEvent.detailType,
            Detail: JSON.stringify(detail),
          },
        ],
      }),
    )
    const failed = Entries?.find((entry) => entry.ErrorCode)
    if (failed) throw new HandOffNotPublished(String(failed.ErrorCode))
  }
}
