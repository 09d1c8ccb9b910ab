/** What the visitor's browser remembers on this site, and only there: how they came, and the names of fields answered. */
import type { VisitName } from '../../shared/contracts/form-post.ts'

type Visit = Partial<Record<VisitName, string>>

interface Memory {
  readonly first?: Visit
  readonly last?: Visit
  /** Names only: nothing that was typed is kept. */
  readonly answered?: readonly string[]
}

const key = 'ripen'
/** What the API takes for one value. */
const valueLimit = 500
const campaignNames = [
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_term',
  'utm_content',
  'gclid',
  'fbclid',
  'msclkid',
] as const satisfies readonly VisitName[]

/** Stands in where the browser lets nobody store anything. */
let fleeting: Memory = {}

const recall = (): Memory => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return kept instanceof Object ? kept : {}
  } catch {
    return fleeting
  }
}

const remember = (memory: Memory): void => {
  fleeting = memory
  try {
    localStorage.setItem(key, JSON.stringify(memory))
  } catch {
    // Storage is forbidden or full: this page still knows.
  }
}

/** Text as the API takes it: an odd link must not cost a lead, nor half of the emoji that the cut went through. */
const cut = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029\ufffd]/gu, ' ')
    .trim()
    .slice(0, valueLimit)
    .replace(/[\ud800-\udbff]$/, '')

/** An address without its query: what other sites put there is not ours to keep. */
const withoutQuery = (address: string): string => cut(address.split(/[?#]/, 1)[0] ?? '')

export const pageAddress = (): string => withoutQuery(location.href)

/** The first visit stays. The last one that came from somewhere (campaign, advertisement, other site) replaces the one before. */
export const rememberVisit = (): void => {
  const query = new URLSearchParams(location.search)
  const came: Visit = {}
  for (const name of campaignNames) {
    const value = cut(query.get(name) ?? '')
    if (value) came[name] = value
  }
  const { referrer } = document
  if (referrer && new URL(referrer).host !== location.host) came.referrer = withoutQuery(referrer)
  const memory = recall()
  const isNews = Object.keys(came).length > 0
  came.landing_page = pageAddress()
  if (isNews || !memory.first) remember({ ...memory, first: memory.first ?? came, last: came })
}

/** By the names under which a post carries them. */
export const visitValues = (): Record<string, string> => {
  const { first = {}, last = {} } = recall()
  return Object.fromEntries([
    ...Object.entries(first).map(([name, value]) => [`first_${name}`, value]),
    ...Object.entries(last),
  ])
}

export const isAnswered = (name: string): boolean => [...(recall().answered ?? [])].includes(name)

export const rememberAnswered = (names: readonly string[]): void => {
  const memory = recall()
  remember({ ...memory, answered: [...new Set([...(memory.answered ?? []), ...names])] })
}
