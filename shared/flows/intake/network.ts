/** The range of addresses that a request came from, and the keyed hash that stands for it in the table. */
import { createHmac } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'

/** IPv4 by /24, IPv6 by /64: what one household or one rented machine holds. */
export const rangeOf = (address: string): string => {
  const embedded = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  if (isIPv4(embedded)) return `${embedded.split('.').slice(0, 3).join('.')}.0/24`
  if (!isIPv6(address)) return 'unknown'
  const [head = '', tail = ''] = address.split('%', 1)[0]?.split('::') ?? []
  const front = head === '' ? [] : head.split(':')
  const back = tail === '' ? [] : tail.split(':')
  const filled = [...front, ...Array(Math.max(0, 8 - front.length - back.length)).fill('0'), ...back]
  return `${filled
    .slice(0, 4)
    .map((part) => Number.parseInt(part, 16).toString(16))
    .join(':')}::/64`
}

/** 80 bits are enough to tell ranges apart, and nobody without the key can try all addresses out. */
export const networkOf = (address: string, formKey: string): string =>
  createHmac('sha256', formKey)
    .update(`network.${rangeOf(address)}`)
    .digest('hex')
    .slice(0, 20)
