/** Recounts the facts in the table by hand, apart from the code that tallies them, and compares. */
import { keys } from '../shared/contracts/names.ts'
import { cut } from '../shared/domain/text.ts'

type Item = Readonly<Record<string, unknown>>

/** One sentence for each metric whose tally is not what the facts say. */
export const miscounted = (items: readonly Item[]): string[] => {
  const counted = new Map<string, number>()
  const recounted = new Map<string, number>()
  const add = (counts: Map<string, number>, key: string, n: number) =>
    counts.set(key, (counts.get(key) ?? 0) + n)
  for (const item of items) {
    const pk = String(item.pk)
    const metric = String(item.sk).slice(0, String(item.sk).lastIndexOf('#'))
    if (pk.startsWith('TALLY#')) add(counted, `${pk.split('#').at(-1)} ${metric}`, Number(item.count))
    else if (pk.startsWith('TESTS#')) add(counted, metric.replace('|', ' '), Number(item.count))
    else if (String(item.sk).startsWith(keys.factPrefix))
      for (const one of recount(item)) add(recounted, one, 1)
  }
  return [...new Set([...counted.keys(), ...recounted.keys()])].flatMap((metric) => {
    const [tally = 0, again = 0] = [counted.get(metric), recounted.get(metric)]
    return tally === again ? [] : [`The tally "${metric}" is ${tally}; a recount gives ${again}.`]
  })
}

/** Facts that are counted per source. */
const bySource = ['CAPTURED', 'QUALIFIED', 'ACCEPTED', 'RETURNED', 'WON', 'LOST']

/** Facts about an email that are counted per step; those of the second list per variant too. */
const byStep = ['OPENED', 'CLICKED']
const byVariant = ['SENT', 'DELIVERED', 'UNSUBSCRIBED', 'BOUNCED', 'COMPLAINED']

const recount = (item: Item): string[] => {
  const kind = String(item.kind)
  const name = kind.toLowerCase()
  const on = dayOf(item.atMs)
  const sequence = String(item.enrolment).startsWith('confirm-')
    ? 'confirm'
    : String(item.enrolment).split('-').slice(0, -1).join('-')
  const step = `${sequence}|${item.step}`
  const group = item.isHeldOut === true ? 'heldOut' : 'nurtured'
  const ofVariant = (what: string) =>
    item.variant === undefined ? [] : [`${on} variant|${step}|${item.variant}|${what}`]

  const source = cut(String(item.source).replace(/[|#]/g, ' '), 80)
  if (kind === 'QUALIFIED' && item.cycle === 1 && item.enrolledAtMs !== undefined)
    return [`${on} source|${source}|qualified`, `${dayOf(item.enrolledAtMs)} arm|${group}|qualified`]
  if (bySource.includes(kind)) return [`${on} source|${source}|${name}`]
  if (byStep.includes(kind)) return [`${on} step|${step}|${name}`]
  if (byVariant.includes(kind)) return [`${on} step|${step}|${name}`, ...ofVariant(name)]
  switch (kind) {
    case 'RESPONDED':
      if (item.to === 'goal') return [`${on} step|${step}|goal`]
      return [`${on} step|${step}|responded`, ...ofVariant('clicked')]
    case 'ENROLLED':
      return [
        `${on} sequence|${sequence}|enrolled`,
        ...(item.isFirst === true ? [`${on} arm|${group}|enrolled`] : []),
      ]
    case 'ENDED':
      return [`${on} sequence|${sequence}|${item.reason}`]
    case 'BRANCHED':
      return [`${on} branch|${step}|${item.arm ?? 'none'}`]
    case 'SKIPPED':
      return [`${on} skipped|${step}|${item.reason}`]
    default:
      return []
  }
}

const dayOf = (atMs: unknown): string => new Date(Number(atMs)).toISOString().slice(0, 10)
