/** EventBridge on one machine: keeps what is published on the template's buses, for the page to show. */
import type { VirtualClock } from '../clock.ts'
import type { BusResource } from '../inventory.ts'
import type { Meter } from '../meter.ts'
import { type AwsAnswer, type AwsCall, AwsError, type AwsService, type Permission } from '../service.ts'
import type { Collection, State } from '../state.ts'

export interface BusEvent {
  readonly id: string
  readonly bus: string
  readonly source: string
  readonly detailType: string
  readonly detail: unknown
  readonly atMs: number
}

interface Entry {
  readonly EventBusName?: string
  readonly Source?: string
  readonly DetailType?: string
  readonly Detail?: string
}

export class EventsService implements AwsService {
  readonly scopes = ['events']
  readonly #buses: readonly BusResource[]
  readonly #clock: VirtualClock
  readonly #meter: Meter
  readonly #published: Collection<BusEvent>

  constructor(buses: readonly BusResource[], state: State, clock: VirtualClock, meter: Meter) {
    this.#buses = buses
    this.#clock = clock
    this.#meter = meter
    this.#published = state.collection('busEvents')
  }

  permissions(call: AwsCall): Permission[] {
    if (call.target !== 'PutEvents')
      throw new AwsError(
        'UnknownOperationException',
        `EventBridge ${call.target} is not served on one machine.`,
      )
    return entriesOf(call).map((entry) => ({
      action: 'events:PutEvents',
      resource: this.#bus(entry)?.arn ?? String(entry.EventBusName),
    }))
  }

  async handle(call: AwsCall): Promise<AwsAnswer> {
    const results = entriesOf(call).map((entry) => this.#publish(entry, call.caller))
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length
    return { status: 200, body: { FailedEntryCount, Entries: results } }
  }

  published(): BusEvent[] {
    return this.#published.values()
  }

  #publish(entry: Entry, caller: string): { EventId: string } | { ErrorCode: string; ErrorMessage: string } {
    const bus = this.#bus(entry)
    if (!bus)
      return {
        ErrorCode: 'ResourceNotFoundException',
        ErrorMessage: `Event bus ${entry.EventBusName} does not exist.`,
      }
    if (!entry.Source || !entry.DetailType || !entry.Detail)
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: 'Parameter Source, DetailType or Detail is not valid. Reason: it is required.',
      }
    const id = `00000000-0000-4000-9000-${String(this.#published.size + 1).padStart(12, '0')}`
    const detail: unknown = JSON.parse(entry.Detail)
    this.#published.set(id, {
      id,
      bus: bus.name,
      source: entry.Source,
      detailType: entry.DetailType,
      detail,
      atMs: this.#clock.nowMs(),
    })
    this.#meter.count('busEvents', caller)
    return { EventId: id }
  }

  #bus({ EventBusName }: Entry): BusResource | undefined {
    return this.#buses.find(({ name, arn }) => name === EventBusName || arn === EventBusName)
  }
}

const entriesOf = (call: AwsCall): Entry[] => (call.body.Entries ?? []) as Entry[]
