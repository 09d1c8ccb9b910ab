/** The one form of an email address, what is wrong with a text that is none, and the form that identity is made from. */

export type AddressReading =
  | { readonly kind: 'address'; readonly address: string }
  /** `why` is a sentence for the person who typed; it repeats nothing of what was typed. */
  | { readonly kind: 'refused'; readonly why: string }

/** What must not be found, and the sentence where it is. */
type Check = readonly [RegExp, string]

const before = (what: string): string => `The part before the @ ${what}.`
const after = (what: string): string => `The part after the @ ${what}.`
const tooLong = 'The address is too long; 254 characters are the most.'
const invisible = 'The address has an invisible character inside; please type it by hand.'
const noDomain = after('is not a domain such as example.com')

/**
 * White space of any script, and what copying an address brings along unseen: zero-width characters, soft hyphens
 * and the marks that telephones and spreadsheets set around text (U+202D and U+202C by iOS). The override from right
 * to left, U+202E, is no such mark but a trick, and stays to be refused.
 */
const unseen = '[\\s\\u00ad\\u200b-\\u200f\\u202a-\\u202d\\u2060\\u2066-\\u2069]+'
/** The look behind lets a run be tried from its first character only: without it the work grows with the square. */
const atTheEnds = new RegExp(`^${unseen}|(?<!${unseen.slice(0, -1)})${unseen}$`, 'g')

/** Four times the longest address: room for what is trimmed or becomes shorter, and an end to the work. */
const typedLimit = 1016

/** RFC 5321, 4.5.3.1.3, by way of erratum 1690 to RFC 3696: a path of 256 octets less its "<" and ">". */
const addressLimit = 254

const textChecks: readonly Check[] = [
  [/^$/, 'The address is missing.'],
  // Carriage return and line feed would begin a header of the visitor's own (header injection).
  [/[\p{Cc}\u2028\u2029]/u, 'The address has a line break or another control character inside.'],
  // DI is Default_Ignorable_Code_Point, what may be left unshown: overrides of direction, zero-width and filler
  // characters, by which two addresses look alike. Joiners and the emoji selector have a place in domains (Persian,
  // Hindi), which UTS-46 knows better; before the @ they are refused below.
  [/\u2800|(?!\u200c|\u200d|\ufe0f)\p{DI}/u, invisible],
  [/^mailto:/i, 'The address begins with "mailto:"; please leave that out.'],
  // A name, quotation marks and comments are legal in RFC 5322 and never what an address field asks for. What to
  // keep of them would be a guess, and mail would go to an address nobody saw; RFC 5321, 4.1.2, itself warns of quotes.
  [/[<>]/, 'Please type the address alone, without a name and without "<" and ">".'],
  [/["()]/, 'The address has quotation marks or brackets; please leave them out.'],
  [/[,;]/, 'The address has a comma or a semicolon; please type one address only.'],
  [/^[^@]*$/, 'The address has no @.'],
  [/@.*@/, 'The address has more than one @.'],
]

const localChecks: readonly Check[] = [
  [/^$/, 'There is nothing before the @.'],
  [/\s/, before('has a space')],
  [/\p{DI}/u, invisible],
  // SES has no SMTPUTF8 (RFC 6531): the local part of a destination may only be 7-bit ASCII, says its API reference.
  [/\P{ASCII}/u, before('may only have the letters a to z without accents; we cannot write to others')],
  [/^\.|\.\.|\.$/, before('begins or ends with a dot, or has two dots in a row')],
  // "%" alone is legal. %0a, %40 or %20 were not typed by a person: they were encoded once too often, or are an attack.
  [/%[\da-f]{2}/i, before('has a code such as %20')],
  // The atext of RFC 5322, 3.2.3. A first "=", "-" or "|" is legal; export and shell are for those to mind who write them.
  [/[^\w.!#$%&'*+\-/=?^`{|}~]/, before('has a sign that an address cannot have')],
  // RFC 5321, 4.5.3.1.1, in octets, which ASCII characters are.
  [/^.{65}/, before('is too long; 64 characters are the most')],
]

const typedDomainChecks: readonly Check[] = [
  [/^$/, 'There is nothing after the @.'],
  [/\s/, after('has a space')],
  [/^\.|\.\.|\.$/, after('begins with a dot or has two dots in a row')],
  // Address literals such as [192.0.2.1] are legal, and no lead of a marketing form has one.
  [/[[\]]|^[\d.]+$/, after('is an IP address or a number; it needs a name such as example.com')],
  // Also keeps from the URL parser every sign that would end a host there, and "_", which RFC 5321 does not allow.
  [/(?![A-Za-z\d.-])\p{ASCII}/u, after('has a sign that a domain cannot have')],
  // Mail to a bare top-level domain is legal and does not arrive: resolvers take the name for a local one (ICANN SAC053).
  [/^[^.]*$/, after('has no ending such as ".com"')],
]

const asciiDomainChecks: readonly Check[] = [
  [/^$/, noDomain],
  [/[^.]{64}/, after('has more than 63 characters without a dot')],
  [/^-|\.-|-\.|-$/, after('has a hyphen beside a dot or at an end')],
  // RFC 1123, 2.1: the top-level domain is alphabetic. That leaves out hexadecimal and octal ways to write an IP address.
  [/^(?!(?:[a-z\d-]+\.)+(?:[a-z]{2,}|xn--[a-z\d-]+)$)/, noDomain],
]

/**
 * The address in its one form: trimmed, NFC, lower case by no locale's rules, the domain in ASCII ("xn--" labels)
 * without a last dot. Or the first thing that is wrong. What looks like another script's letters stays different:
 * this is about identity, not about trust. Does not ask the DNS.
 */
export const readAddress = (text: string): AddressReading => {
  if (text.length > typedLimit) return refused(tooLong)
  const typed = text
    .replace(atTheEnds, '')
    .normalize('NFC')
    .replace(/[\uff01-\uff5e]/g, halfWidth)
  const inText = firstFault(typed, textChecks)
  if (inText) return refused(inText)
  const at = typed.indexOf('@')
  const local = typed.slice(0, at)
  // The full stops of Chinese and Japanese keyboards are dots in a domain (UTS-46); the last dot is the DNS root's.
  const typedDomain = typed
    .slice(at + 1)
    .replace(/[\u3002\uff61]/g, '.')
    .replace(/(?<=[^.])\.$/, '')
  const inParts = firstFault(local, localChecks) ?? firstFault(typedDomain, typedDomainChecks)
  if (inParts) return refused(inParts)
  const domain = asciiDomain(typedDomain)
  const inDomain = firstFault(domain, asciiDomainChecks)
  if (inDomain) return refused(inDomain)
  const address = `${local.toLowerCase()}@${domain}`
  return address.length > addressLimit ? refused(tooLong) : { kind: 'address', address }
}

/** The address in its one form, or nothing where the text is not an address that can be mailed. */
export const normaliseAddress = (text: string): string | undefined => {
  const reading = readAddress(text)
  return reading.kind === 'address' ? reading.address : undefined
}

/** The part after the @ of an address in its one form. */
export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** What a campaign's owner takes for one and the same person. */
export interface IdentityRules {
  /** Whether `ada+news@` is `ada@`. Only "+" (RFC 5233): "-" is a tag at few providers and part of a name at most. */
  readonly ignoresPlusTag: boolean
  /** Domains, in lower case and ASCII, where `ada.lovelace@` is `adalovelace@`. */
  readonly ignoresDotsAt: readonly string[]
}

/** Google's two names for one mailbox: they are one wherever dots do not count there. */
const gmailNames: readonly string[] = ['gmail.com', 'googlemail.com']

/**
 * What a lead's id is made from. Takes an address in its one form and folds further by the rules; mail still goes to
 * the address as it was given. The first character is never part of a tag, so something always stays before the @.
 */
export const identityOf = (address: string, rules: IdentityRules): string => {
  const domain = domainOf(address)
  const local = address.slice(0, -domain.length - 1)
  const tagAt = rules.ignoresPlusTag ? local.indexOf('+', 1) : -1
  const untagged = tagAt === -1 ? local : local.slice(0, tagAt)
  const names = gmailNames.includes(domain) ? gmailNames : [domain]
  return names.some((name) => rules.ignoresDotsAt.includes(name))
    ? `${untagged.replaceAll('.', '')}@${names[0]}`
    : `${untagged}@${domain}`
}

/**
 * Full-width letters and signs are the same keys in another width: a Japanese keyboard's ＠ means @. The rest of NFKC
 * is not applied before the @: it would make ² a 2 and ﬁ two letters, which are other characters, not other widths.
 */
const halfWidth = (sign: string): string => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)

/**
 * UTS-46 by the URL parser that every JavaScript runtime has: its tables cost the bundle nothing, those of the library
 * tr46 cost 242 KB. Parsers pass a wholly ASCII name by unread, so the ideographic full stop, which is a dot in UTS-46,
 * makes them check "xn--" labels too. Empty where the name is none.
 */
const asciiDomain = (domain: string): string =>
  /\P{ASCII}|[Xx][Nn]--/u.test(domain)
    ? (URL.parse(`http://${domain.replaceAll('.', '\u3002')}`)?.hostname ?? '')
    : domain.toLowerCase()

const firstFault = (text: string, checks: readonly Check[]): string | undefined =>
  checks.find(([wrong]) => wrong.test(text))?.[1]

const refused = (why: string): AddressReading => ({ kind: 'refused', why })
