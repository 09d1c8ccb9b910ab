/** Past leads from the pipeline's own facts: what was known when a lead qualified, and what sales then made of it. */
import type { Campaign } from '../../shared/domain/campaign.ts'
import type { Fact, FactKind } from '../../shared/domain/facts.ts'
import { fold } from '../../shared/domain/fold.ts'
import { belowAll } from '../../shared/domain/learning/backtest.ts'
import type { Subject } from '../../shared/domain/learning/sample.ts'
import { checkOutcomes, columnsOf, type PastLeads, type RawColumn, splitsOf } from './past-leads.ts'

export interface OutcomeOptions {
  readonly maturityDays: number
  /** Epoch milliseconds; without it, when the newest fact happened. */
  readonly asOfMs?: number
  readonly salt: string
  readonly drop: readonly string[]
  readonly blank: readonly string[]
  /** Names where the facts come from, for messages. */
  readonly what: string
}

const dayMs = 86_400_000

/** What a visitor does or what befalls an email; opens are left out, for machines open emails too. */
const countedKinds = ['CAPTURED', 'CONFIRMED', 'CLICKED', 'BOUNCED', 'RETURNED'] as const

/** A lead as it stood when it qualified, which is what the card in use passed to sales. */
interface Example {
  readonly leadId: string
  readonly qualifiedAtMs: number
  readonly isWon: boolean
  readonly profile: Readonly<Record<string, string>>
  readonly source: string
  readonly counts: Readonly<Record<(typeof countedKinds)[number], number>>
  /** Under the card in use. */
  readonly points: number
}

type LeadOutcome =
  | { readonly kind: 'example'; readonly ending: 'answered' | 'unanswered'; readonly example: Example }
  | { readonly kind: 'young' | 'notHandedOff' | 'notQualified' }

/** Throws `InputError` where there are too few outcomes. `leads` are facts by lead id. */
export const readOutcomes = (
  leads: ReadonlyMap<string, readonly Fact[]>,
  campaign: Campaign,
  options: OutcomeOptions,
): PastLeads => {
  let newestMs = 0
  for (const facts of leads.values()) for (const { atMs } of facts) newestMs = Math.max(newestMs, atMs)
  const asOfMs = options.asOfMs ?? newestMs
  const outcomes = [...leads].map(([leadId, facts]) => outcomeOf(leadId, facts, campaign, asOfMs, options))
  const examples = outcomes
    .flatMap((one) => (one.kind === 'example' ? [one.example] : []))
    .sort((a, b) => a.qualifiedAtMs - b.qualifiedAtMs || (a.leadId < b.leadId ? -1 : 1))
  const notes = notesOf(outcomes, asOfMs, options.maturityDays)
  const won = Uint8Array.from(examples, ({ isWon }) => Number(isWon))
  checkOutcomes(won, options.what, notes.join(' '))
  const dropped = new Set(options.drop)
  const raw = rawColumnsOf(examples).filter(
    ({ subject }) => !('field' in subject && dropped.has(subject.field)),
  )
  return {
    sample: { columns: columnsOf(raw, options.blank), won, isOldestFirst: true },
    splits: splitsOf(
      examples.map(({ leadId }) => leadId),
      options.salt,
      true,
    ),
    missing: [],
    notes,
    championTotals: Float64Array.from(examples, ({ points }) => points),
  }
}

const outcomeOf = (
  leadId: string,
  facts: readonly Fact[],
  campaign: Campaign,
  asOfMs: number,
  { maturityDays }: OutcomeOptions,
): LeadOutcome => {
  const of = <Kind extends FactKind>(kind: Kind) =>
    facts.filter((fact): fact is Extract<Fact, { kind: Kind }> => fact.kind === kind)
  const qualified = of('QUALIFIED').sort((a, b) => b.cycle - a.cycle)
  if (qualified.length === 0) return { kind: 'notQualified' }
  const answers = [...of('WON'), ...of('LOST'), ...of('RETURNED')]
  // A lead that came to sales more than once counts once: by the last passage that had an end.
  const answered = qualified.find(({ cycle }) => answers.some((answer) => answer.cycle === cycle))
  if (answered) {
    const isWon = answers.some(({ kind, cycle }) => kind === 'WON' && cycle === answered.cycle)
    const example = exampleOf(leadId, facts, answered.atMs, isWon, campaign)
    return { kind: 'example', ending: 'answered', example }
  }
  const handedOff = of('HANDEDOFF')
  for (const { cycle, atMs } of qualified) {
    const handOff = handedOff.find((one) => one.cycle === cycle)
    if (!handOff) continue
    if (asOfMs - handOff.atMs < maturityDays * dayMs) return { kind: 'young' }
    return {
      kind: 'example',
      ending: 'unanswered',
      example: exampleOf(leadId, facts, atMs, false, campaign),
    }
  }
  return { kind: 'notHandedOff' }
}

/** Nothing that happened later is looked at: it would know the outcome. */
const exampleOf = (
  leadId: string,
  facts: readonly Fact[],
  qualifiedAtMs: number,
  isWon: boolean,
  campaign: Campaign,
): Example => {
  const before = facts.filter(({ atMs }) => atMs <= qualifiedAtMs)
  const { profile, source, score } = fold(leadId, before, campaign, qualifiedAtMs)
  const count = (kind: FactKind) => before.filter((fact) => fact.kind === kind).length
  return {
    leadId,
    qualifiedAtMs,
    isWon,
    profile,
    source,
    counts: {
      CAPTURED: count('CAPTURED'),
      CONFIRMED: count('CONFIRMED'),
      CLICKED: count('CLICKED'),
      BOUNCED: count('BOUNCED'),
      RETURNED: count('RETURNED'),
    },
    points: score.totalHundredths / 100 + (score.gates.length > 0 ? belowAll : 0),
  }
}

const rawColumnsOf = (examples: readonly Example[]): RawColumn[] => {
  const fields = [...new Set(examples.flatMap(({ profile }) => Object.keys(profile)))].sort()
  const columnFor = (subject: Subject, of: (example: Example) => string): RawColumn => ({
    subject,
    texts: examples.map(of),
  })
  return [
    ...fields.map((field) => columnFor({ field }, ({ profile }) => profile[field] ?? '')),
    columnFor({ source: true }, ({ source }) => source),
    ...countedKinds.map((fact) => columnFor({ fact }, ({ counts }) => String(counts[fact]))),
  ]
}

const notesOf = (outcomes: readonly LeadOutcome[], asOfMs: number, maturityDays: number): string[] => {
  const count = (is: (one: LeadOutcome) => boolean) => outcomes.filter(is).length
  const ended = (ending: 'answered' | 'unanswered') =>
    count((one) => one.kind === 'example' && one.ending === ending)
  const day = new Date(asOfMs).toISOString().slice(0, 10)
  return [
    `Of the leads handed off, sales recorded what became of ${ended('answered')}; ${ended('unanswered')} were handed off ${maturityDays} days or more before ${day} without an answer, and count as not won.`,
    `Left out: ${count(({ kind }) => kind === 'young')} handed off less than ${maturityDays} days before without an answer, ${count(({ kind }) => kind === 'notHandedOff')} qualified and not handed off, ${count(({ kind }) => kind === 'notQualified')} that never qualified.`,
    'Leads that never reached sales have no outcome: both cards are judged only on those that the card of that time passed.',
  ]
}
