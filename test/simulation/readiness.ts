/** Swings of Ripen's two thresholds against one plain threshold, over a year of many leads. `npm run simulate:readiness` */
import { resolve } from 'node:path'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import type { Campaign, ScoreRule } from '../../shared/domain/campaign.ts'
import { emailStep, sequence } from '../support/leads.ts'
import { type Played, playLead } from './swings.ts'

const welcome = emailStep('welcome')

/** The rules that the sample campaign deploys, and a card on which more fades: reproaches, quiet times, clicks. */
export const simulatedCards = async (): Promise<Readonly<Record<string, Campaign>>> => {
  const compiled = await compileCampaign(resolve(import.meta.dirname, '..', '..', 'campaign'))
  // Emails come two a week for a year, whatever a sequence holds; its send windows would only cost time here.
  const plan = { ...compiled.plan, sequences: { learn: sequence('learn', [welcome]) } }
  const fading: readonly ScoreRule[] = [
    {
      id: 'clicked',
      dimension: 'engagement',
      when: { fact: 'CLICKED' },
      points: 3,
      cap: 12,
      halfLifeDays: 21,
      reason: 'Follows our links',
    },
    {
      id: 'books',
      dimension: 'engagement',
      when: { fact: 'CLICKED', link: '/book-a-call' },
      points: 5,
      cap: 5,
      halfLifeDays: 30,
      reason: 'Opened the page where a call is booked',
    },
    {
      id: 'bounced',
      dimension: 'negative',
      when: { fact: 'BOUNCED' },
      points: -4,
      cap: 8,
      halfLifeDays: 5,
      reason: 'Our email does not arrive',
    },
    {
      id: 'returned',
      dimension: 'negative',
      when: { fact: 'RETURNED' },
      points: -4,
      halfLifeDays: 30,
      reason: 'Sales gave it back',
    },
    {
      id: 'quiet',
      dimension: 'negative',
      when: { fact: 'CLICKED', quietDays: 21 },
      points: -2,
      reason: 'Has not clicked for three weeks',
    },
  ]
  const kept = plan.scoring.rules.filter(({ dimension, when }) => dimension !== 'gate' && !('fact' in when))
  const synthetic = {
    ...plan,
    scoring: {
      thresholds: { enter: 12, leave: 2, minimumDwellDays: 30, coolDownDays: 30 },
      rules: [...kept, ...fading],
    },
  }
  return { 'the sample campaign': plan, 'a card on which more fades': synthetic }
}

export interface Swings {
  readonly leads: number
  /** Leads that the plain rule ever promoted. */
  readonly promoted: number
  /** All changes of mind by the score; the first promotion of each lead is among them. */
  readonly ripen: number
  readonly plain: number
  /** What is left without the first promotions, which are what either rule is for. */
  readonly ripenSwings: number
  readonly plainSwings: number
  readonly bySales: number
  readonly longestDelayEvents: number
  readonly dueAtOnce: number
  readonly heldByCoolDown: number
  readonly promotedByTime: number
}

export const simulate = (campaign: Campaign, leads: number, seed: number): Swings => {
  const played = Array.from({ length: leads }, (_, lead) => playLead(lead, seed, campaign))
  const sum = (of: (one: Played) => number) => played.reduce((total, one) => total + of(one), 0)
  return {
    leads,
    promoted: sum(({ plain }) => Math.min(1, plain.length)),
    ripen: sum(({ ripen }) => ripen.length),
    plain: sum(({ plain }) => plain.length),
    ripenSwings: sum(({ ripen }) => Math.max(0, ripen.length - 1)),
    plainSwings: sum(({ plain }) => Math.max(0, plain.length - 1)),
    bySales: sum(({ bySales }) => bySales),
    longestDelayEvents: Math.max(0, ...played.flatMap(({ delaysEvents }) => delaysEvents)),
    dueAtOnce: sum(({ delaysEvents }) => delaysEvents.length),
    heldByCoolDown: sum(({ coolingDown }) => coolingDown),
    promotedByTime: sum(({ promotedByTime }) => promotedByTime),
  }
}

export const swingsText = (name: string, seed: number, found: Swings): string =>
  [
    `${name}, ${found.leads} leads for a year, seed ${seed}`,
    `  changes of stage by the score    plain ${found.plain}, Ripen ${found.ripen}: ${less(found.ripen, found.plain)}`,
    `  of them after the first of each  plain ${found.plainSwings}, Ripen ${found.ripenSwings}: ${less(found.ripenSwings, found.plainSwings)}`,
    `  leads promoted at all ${found.promoted}; changes by sales ${found.bySales}`,
    `  promotions due by an act ${found.dueAtOnce}, the latest ${found.longestDelayEvents} events late; held by a cool-down ${found.heldByCoolDown}; by time alone ${found.promotedByTime}`,
  ].join('\n')

const less = (ripen: number, plain: number): string => `${((100 * (ripen - plain)) / plain).toFixed(1)} %`

if (import.meta.main) {
  const leads = Number(process.argv[2] ?? 2000)
  const seed = Number(process.argv[3] ?? 1)
  for (const [name, campaign] of Object.entries(await simulatedCards()))
    console.log(swingsText(name, seed, simulate(campaign, leads, seed)))
}
