/** What the report says of A/B tests and of the hold-out, over all their days. */
import type { DayCount } from '../../contracts/counters.ts'
import type { Campaign, EmailStep } from '../../domain/campaign.ts'
import { type ArmCount, compareArms, verdictText } from '../../domain/experiment.ts'
import { rateInterval } from '../../domain/intervals.ts'

/** A count of what was tried and what came of it, with Wilson's interval of the rate; shares, not points. */
interface Rated {
  readonly id: string
  readonly rate: number
  readonly low: number
  readonly high: number
}

export interface VariantRow extends Rated {
  readonly sent: number
  readonly delivered: number
  /** Leads, not clicks. */
  readonly clicked: number
  readonly unsubscribed: number
  readonly bounced: number
  readonly complained: number
  /** The campaign has it no more: its own days are shown, and it is not compared. */
  readonly isGone: boolean
}

export interface TestBlock {
  readonly sequence: string
  readonly step: string
  /** The first is the control; those that are gone come last. */
  readonly variants: readonly VariantRow[]
  /** The day from which variants are compared: the first on which every one that was ever sent was. */
  readonly sinceDay?: string
  readonly verdict: string
}

export interface HoldOutBlock {
  readonly sinceDay?: string
  /** Held out, the control; then nurtured. */
  readonly arms: readonly (Rated & { readonly enrolled: number; readonly qualified: number })[]
  readonly verdict: string
}

const variantMetrics = ['sent', 'delivered', 'clicked', 'unsubscribed', 'bounced', 'complained'] as const

/** In the order of the campaign, then tests that it has no more. */
export const testsOf = (campaign: Campaign, counts: readonly DayCount[]): TestBlock[] => {
  const sent = new Map<string, Map<string, DayCount[]>>()
  for (const one of counts) {
    const [kind, sequence, step, variant = ''] = one.metric.split('|')
    if (kind !== 'variant') continue
    const test = `${sequence}|${step}`
    const variants = sent.get(test) ?? new Map<string, DayCount[]>()
    variants.set(variant, [...(variants.get(variant) ?? []), one])
    sent.set(test, variants)
  }
  const planned = Object.values(campaign.sequences).flatMap(({ id, steps }) =>
    steps
      .filter(isTest)
      .map((step) => ({ test: `${id}|${step.id}`, ids: step.variants.map(({ id }) => id) })),
  )
  const over = [...sent.keys()]
    .filter((test) => !planned.some((one) => one.test === test))
    .sort()
    .map((test) => ({ test, ids: [] as string[] }))
  return [...planned, ...over].map(({ test, ids }) => testOf(test, ids, sent.get(test) ?? new Map()))
}

const isTest = <S extends object>(step: S): step is S & Required<Pick<EmailStep, 'variants'>> =>
  'variants' in step && step.variants !== undefined

/**
 * Variants are compared over days that they share: what the control did in March, before the other was written, says
 * nothing of June.
 */
const testOf = (
  test: string,
  ids: readonly string[],
  counts: ReadonlyMap<string, readonly DayCount[]>,
): TestBlock => {
  const [sequence = '', step = ''] = test.split('|')
  const begun = ids.flatMap((id) => firstDay(counts.get(id) ?? [], 'sent') ?? [])
  const sinceDay = begun.sort().at(-1)
  const compared = ids.map((id) =>
    variantRow(
      id,
      (counts.get(id) ?? []).filter(({ day }) => sinceDay !== undefined && day >= sinceDay),
      false,
    ),
  )
  const gone = [...counts.keys()].filter((id) => !ids.includes(id)).sort()
  return {
    sequence,
    step,
    variants: [...compared, ...gone.map((id) => variantRow(id, counts.get(id) ?? [], true))],
    ...(sinceDay !== undefined && { sinceDay }),
    verdict:
      compared.length === 0
        ? 'The campaign has this test no more.'
        : verdictText(compareArms(compared.map(clicksOf))),
  }
}

/** For clicks on one email its deliveries are the trials. */
const clicksOf = ({
  id,
  delivered,
  clicked,
}: Pick<VariantRow, 'id' | 'delivered' | 'clicked'>): ArmCount => ({
  id,
  trials: delivered,
  successes: clicked,
})

const variantRow = (id: string, counts: readonly DayCount[], isGone: boolean): VariantRow => {
  const [sent, delivered, clicked, unsubscribed, bounced, complained] = variantMetrics.map((metric) =>
    sumOf(counts, metric),
  ) as [number, number, number, number, number, number]
  const row = { id, sent, delivered, clicked, unsubscribed, bounced, complained, isGone }
  return { ...row, ...rateInterval(clicksOf(row)) }
}

/** Undefined where the campaign has no hold-out and had none. */
export const holdOutOf = (campaign: Campaign, counts: readonly DayCount[]): HoldOutBlock | undefined => {
  const own = counts.filter(({ metric }) => metric.startsWith('arm|'))
  const armOf = (id: string, arm: string) => {
    const counted = own.filter(({ metric }) => metric.startsWith(`arm|${arm}|`))
    const [enrolled, qualified] = [sumOf(counted, 'enrolled'), sumOf(counted, 'qualified')]
    return { id, enrolled, qualified, ...rateInterval({ trials: enrolled, successes: qualified }) }
  }
  const arms = [armOf('held out', 'heldOut'), armOf('nurtured', 'nurtured')]
  if (campaign.holdOutPercent === 0 && arms[0]?.enrolled === 0) return undefined
  const sinceDay = firstDay(own, 'enrolled')
  const trials = arms.map(({ id, enrolled, qualified }) => ({ id, trials: enrolled, successes: qualified }))
  return {
    arms,
    ...(sinceDay !== undefined && { sinceDay }),
    verdict: verdictText(compareArms(trials), 'leads'),
  }
}

const sumOf = (counts: readonly DayCount[], what: string): number =>
  counts.filter(({ metric }) => metric.endsWith(`|${what}`)).reduce((sum, { count }) => sum + count, 0)

const firstDay = (counts: readonly DayCount[], what: string): string | undefined =>
  counts
    .filter(({ metric }) => metric.endsWith(`|${what}`))
    .map(({ day }) => day)
    .sort()[0]
