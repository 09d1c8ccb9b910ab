/** Checks the tallies against the facts they count, by a way of its own: each counter is asked for its facts. */
import { keys } from '../shared/contracts/names.ts'
import { cut } from '../shared/domain/text.ts'

type Item = Readonly<Record<string, unknown>>
type Question = (fact: Item) => boolean

interface Counter {
  readonly day: string
  /** The metric's name in its parts; docs/architecture.md lists the metrics. */
  readonly parts: readonly string[]
  count: number
}

/**
 * One sentence for each metric whose tally is not what the facts say. Each counter must equal the number of facts that its
 * name describes, and for each kind of fact the counters must add up to all facts of that kind.
 */
export const miscounted = (items: readonly Item[]): string[] => {
  const facts = items.filter(({ sk }) => String(sk).startsWith(keys.factPrefix))
  const counters = countersIn(items)
  const byDay = Map.groupBy(facts, ({ atMs }) => dayOf(atMs))
  const byDayOfEnrolment = Map.groupBy(facts, ({ enrolledAtMs }) => dayOf(enrolledAtMs))
  const wrong = counters.flatMap(({ day, parts, count }) => {
    const dated = isQualifiedOfArm(parts) ? byDayOfEnrolment : byDay
    const again = (dated.get(day) ?? []).filter(questionOf(parts)).length
    return again === count
      ? []
      : [`The tally "${day} ${parts.join('|')}" is ${count}; a recount gives ${again}.`]
  })
  const incomplete = countedKinds.flatMap(([name, isCounterOf, isCounted]) => {
    const tallied = counters.reduce((sum, { parts, count }) => sum + (isCounterOf(parts) ? count : 0), 0)
    const there = facts.filter(isCounted).length
    return tallied === there
      ? []
      : [`The tallies of "${name}" add up to ${tallied}; there are ${there} facts.`]
  })
  return [...wrong, ...incomplete]
}

/** A counter is stored as one item per shard of the stream; their sum is its count. */
const countersIn = (items: readonly Item[]): Counter[] => {
  const counters = new Map<string, Counter>()
  for (const { pk, sk, count } of items) {
    if (!/^(TALLY|TESTS)#/.test(String(pk))) continue
    const metric = String(sk).slice(0, String(sk).lastIndexOf('#'))
    const [first = '', ...rest] = metric.split('|')
    const [day, parts] = String(pk).startsWith('TALLY#')
      ? [String(pk).split('#').at(-1) ?? '', [first, ...rest]]
      : [first, rest]
    const name = `${day} ${parts.join('|')}`
    const counter = counters.get(name) ?? { day, parts, count: 0 }
    counter.count += Number(count)
    counters.set(name, counter)
  }
  return [...counters.values()]
}

const isQualifiedOfArm = ([family, , what]: readonly string[]): boolean =>
  family === 'arm' && what === 'qualified'

/** Which facts of its day a metric counts. */
const questionOf = ([family, ...parts]: readonly string[]): Question => {
  const [first = '', second = '', third = '', fourth = ''] = parts
  switch (family) {
    case 'source':
      return (fact) => fact.kind === second.toUpperCase() && sourceOf(fact) === first
    case 'step':
      return (fact) => isOf(fact, first, second) && isAct(fact, third)
    case 'variant':
      return (fact) =>
        isOf(fact, first, second) &&
        fact.variant === third &&
        // A test counts the leads who clicked, not their clicks.
        isAct(fact, fourth === 'clicked' ? 'responded' : fourth)
    case 'skipped':
      return (fact) => fact.kind === 'SKIPPED' && isOf(fact, first, second) && fact.reason === third
    case 'branch':
      return (fact) => fact.kind === 'BRANCHED' && isOf(fact, first, second) && (fact.arm ?? 'none') === third
    case 'sequence':
      return (fact) =>
        isIn(fact, first) &&
        (second === 'enrolled' ? fact.kind === 'ENROLLED' : fact.kind === 'ENDED' && fact.reason === second)
    case 'arm':
      return (fact) =>
        (fact.isHeldOut === true) === (first === 'heldOut') &&
        (second === 'enrolled' ? isFirstEnrolment(fact) : isFirstQualification(fact))
    default:
      return () => false
  }
}

const isAct = ({ kind, to }: Item, what: string): boolean =>
  what === 'responded' || what === 'goal'
    ? kind === 'RESPONDED' && (to === 'goal') === (what === 'goal')
    : kind === what.toUpperCase()

const isIn = ({ enrolment }: Item, sequence: string): boolean =>
  sequence === 'confirm'
    ? String(enrolment).startsWith('confirm-')
    : String(enrolment).startsWith(`${sequence}-`) &&
      /^\d+$/.test(String(enrolment).slice(sequence.length + 1))

const isOf = (fact: Item, sequence: string, step: string): boolean =>
  fact.step === step && isIn(fact, sequence)

const isFirstEnrolment = ({ kind, isFirst }: Item): boolean => kind === 'ENROLLED' && isFirst === true

const isFirstQualification = ({ kind, cycle, enrolledAtMs }: Item): boolean =>
  kind === 'QUALIFIED' && cycle === 1 && enrolledAtMs !== undefined

/** A visitor's own text, in the form a metric's name can hold: without the characters that separate the parts of names. */
const sourceOf = ({ source }: Item): string =>
  cut(String(source).replaceAll('|', ' ').replaceAll('#', ' '), 80)

/** Kinds of fact that are counted: a name for messages, the counters of the kind, and its facts. */
const countedKinds: readonly [string, (parts: readonly string[]) => boolean, Question][] = [
  ...['captured', 'qualified', 'accepted', 'returned', 'won', 'lost'].map(
    (what): (typeof countedKinds)[number] => [
      what,
      ([family, , kind]) => family === 'source' && kind === what,
      ({ kind }) => kind === what.toUpperCase(),
    ],
  ),
  ...['sent', 'delivered', 'opened', 'clicked', 'unsubscribed', 'bounced', 'complained'].map(
    (what): (typeof countedKinds)[number] => [
      what,
      ([family, , , kind]) => family === 'step' && kind === what,
      ({ kind }) => kind === what.toUpperCase(),
    ],
  ),
  [
    'responded and goal',
    ([family, , , what]) => family === 'step' && (what === 'responded' || what === 'goal'),
    ({ kind }) => kind === 'RESPONDED',
  ],
  [
    'variant',
    ([family]) => family === 'variant',
    ({ kind, variant, to }) =>
      variant !== undefined &&
      (['SENT', 'DELIVERED', 'UNSUBSCRIBED', 'BOUNCED', 'COMPLAINED'].includes(String(kind)) ||
        (kind === 'RESPONDED' && to !== 'goal')),
  ],
  ['skipped', ([family]) => family === 'skipped', ({ kind }) => kind === 'SKIPPED'],
  ['branch', ([family]) => family === 'branch', ({ kind }) => kind === 'BRANCHED'],
  ['sequence', ([family]) => family === 'sequence', ({ kind }) => kind === 'ENROLLED' || kind === 'ENDED'],
  ['arm', ([family]) => family === 'arm', (fact) => isFirstEnrolment(fact) || isFirstQualification(fact)],
]

const dayOf = (atMs: unknown): string =>
  atMs === undefined ? 'never' : new Date(Number(atMs)).toISOString().slice(0, 10)
