/** Plays a population and adds it up: leads are independent, so one after the other. */
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { goalsOf } from '../../shared/campaign/compiled/goals.ts'
import { dayMs } from '../../shared/domain/cadence.ts'
import type { Behaviour } from '../people/model.ts'
import { linksOf } from './links.ts'
import { Measures } from './measures.ts'
import {
  type LeadToPlay,
  playLead,
  type SalesEmail,
  type SentTouch,
  type World,
  weightsBy,
} from './play-lead.ts'

export interface ForecastJob {
  readonly campaign: CompiledCampaign
  readonly behaviour: Behaviour
  readonly startMs: number
  readonly days: number
  readonly leads: AsyncIterable<LeadToPlay>
  /** Gets every email; what it returns is waited for between leads. */
  readonly onEmail?: (email: SentTouch | SalesEmail) => void
  readonly onLead?: (leads: number) => void | Promise<void>
}

export const forecast = async (job: ForecastJob): Promise<Measures> => {
  const { campaign, behaviour, startMs, days, onEmail } = job
  const measures = new Measures(startMs, days)
  const world = worldOf(campaign, behaviour, startMs + days * dayMs)
  const watch = onEmail
    ? {
        onFact: (...about: Parameters<Measures['onFact']>) => measures.onFact(...about),
        onEmail: (email: SentTouch | SalesEmail) => {
          measures.onEmail(email)
          onEmail(email)
        },
        onLook: (...about: Parameters<Measures['onLook']>) => measures.onLook(...about),
        onWork: (work: Parameters<Measures['onWork']>[0]) => measures.onWork(work),
      }
    : measures
  for await (const lead of job.leads) {
    playLead(lead, world, watch)
    measures.endLead()
    const waits = job.onLead?.(measures.leads)
    if (waits) await waits
  }
  return measures
}

export const worldOf = (campaign: CompiledCampaign, behaviour: Behaviour, untilMs: number): World => ({
  plan: campaign.plan,
  weightOf: weightsBy(campaign.plan),
  behaviour,
  linksOf: linksOf(campaign),
  goals: goalsOf(campaign),
  untilMs,
})
