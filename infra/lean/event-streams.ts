/** Stands in for the SDK's event streams, which none of the operations that we call uses. */
export const resolveEventStreamSerdeConfig = <T>(input: T): T => input
export const eventStreamSerdeProvider = (): never => {
  throw new Error('Event streams are left out of these bundles; see infra/bundle.ts.')
}
export class EventStreamSerde {
  constructor() {
    eventStreamSerdeProvider()
  }
}
