/** The names that a form's post may carry beside the fields that the form asks for. */

export const postNames = {
  consent: 'consent',
  /** For pages that cannot set the header `idempotency-key`. */
  submissionId: 'submissionId',
  /** The signed token that came with the form. */
  token: 'token',
  /** A solved ALTCHA challenge, base64. */
  work: 'altcha',
  /** The field that people do not see; its name is one that bots like to fill in. */
  trap: 'homepage',
  timeZone: 'timeZone',
  language: 'language',
  /** Where the page itself says that the visitor came from; outweighs what the visit says. */
  source: 'source',
  /** Address of the page on which the form stands. */
  page: 'page',
  /** Where to go afterwards; must be on the form's list. */
  redirect: 'redirect',
} as const

/** How pages say that a box is ticked, and how some say that it is not. */
export const tickedWords = ['yes', 'on', 'true', '1'] as const
export const untickedWords = ['no', 'off', 'false', '0'] as const
const ticked: readonly (string | undefined)[] = tickedWords
const unticked: readonly string[] = untickedWords
export const isUnticked = (value: string): boolean => unticked.includes(value)
export const isTicked = (value: string | undefined): boolean => ticked.includes(value)

/** How a visitor arrived, under the names that the web uses. The same with `first_` before it is of the first visit. */
export const visitNames = [
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_term',
  'utm_content',
  'referrer',
  'landing_page',
  'gclid',
  'fbclid',
  'msclkid',
] as const
export type VisitName = (typeof visitNames)[number]

export const firstVisitName = <N extends VisitName>(name: N): `first_${N}` => `first_${name}`

/** Names that no field of a form may have. */
export const reservedNames: ReadonlySet<string> = /* @__PURE__ */ (() =>
  new Set([...Object.values(postNames), ...visitNames, ...visitNames.map(firstVisitName)]))()

/** The most characters of an address in a post: pages with long queries are cut by the snippet, not refused. */
export const addressLimit = 500
