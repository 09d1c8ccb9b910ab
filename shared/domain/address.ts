/** The form of an email address that identity is made from. */

/** One `@`, something before it, a dotted domain after it, no white space or control characters, 254 characters at most. */
const shape =
  /^[^\s@\p{Cc}"(),:;<>[\\\]]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]{0,61}[\p{L}\p{N}]$/u

/** The address trimmed and in lower case, or nothing where the text is not an address that can be mailed. */
export const normaliseAddress = (text: string): string | undefined => {
  const address = text.trim().normalize('NFC').toLowerCase()
  const isDotted = !/^\.|\.\.|\.@/.test(address)
  return address.length <= 254 && isDotted && shape.test(address) ? address : undefined
}

/** Which addresses are one person; the marketer's to decide. */
export interface IdentityRules {
  /** `ada+shop@` is `ada@`. */
  readonly ignoresPlusTag: boolean
  /** Domains at which `a.da@` is `ada@`. */
  readonly ignoresDotsAt: readonly string[]
}

/** The form of a normalised address that a lead's id is made from. */
export const identityOf = (address: string, _rules: IdentityRules): string => address
