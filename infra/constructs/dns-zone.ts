/** A Route 53 zone, and what is within it. */

export interface DnsZone {
  readonly id: string
  readonly name: string
}

/** Whether `name` is `domain` or beneath it. */
export const isWithin = (name: string, domain: string): boolean =>
  name === domain || name.endsWith(`.${domain}`)
