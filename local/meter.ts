/** Counts what AWS would charge for, by component and by what caused it. */

/** One unit of each is what the price list prices; see local/bill/bill.ts. */
export const meteredUnits = [
  'apiRequests',
  'lambdaRequests',
  'lambdaGbSeconds',
  'dynamoWriteUnits',
  'dynamoReadUnits',
  'sqsRequests',
  'snsPublishes',
  'schedulerInvocations',
  'schedulerApiCalls',
  'emails',
  'emailBytes',
  'busEvents',
  'secretCalls',
  'logBytes',
  'metricHours',
  'transferBytes',
] as const
export type MeteredUnit = (typeof meteredUnits)[number]

export interface Reading {
  readonly unit: MeteredUnit
  /** A function's name, a queue's, ... */
  readonly cause: string
  readonly quantity: number
}

export class Meter {
  readonly #counts = new Map<string, number>()

  /** Adds `quantity` of `unit`, caused by `cause` (a function's name, a queue's, ...). */
  count(unit: MeteredUnit, cause: string, quantity = 1): void {
    const key = `${unit}|${cause}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + quantity)
  }

  total(unit: MeteredUnit): number {
    return this.readings().reduce((sum, reading) => (reading.unit === unit ? sum + reading.quantity : sum), 0)
  }

  readings(): Reading[] {
    return [...this.#counts].map(([key, quantity]) => {
      const [unit, cause] = key.split('|') as [MeteredUnit, string]
      return { unit, cause, quantity }
    })
  }

  /** Starts again from what an earlier run kept. */
  restore(readings: readonly Reading[]): void {
    for (const { unit, cause, quantity } of readings) this.#counts.set(`${unit}|${cause}`, quantity)
  }
}
