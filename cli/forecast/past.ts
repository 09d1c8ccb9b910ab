/** Chances by step as the past had them: from the tallies of a pipeline's table. */
import type { TallyTable } from '../../shared/aws/tally-table.ts'
import { dayMs } from '../../shared/domain/cadence.ts'
import type { Campaign } from '../../shared/domain/campaign.ts'
import { confirmationSequence } from '../../shared/domain/enrolment-id.ts'
import { makeReport } from '../../shared/flows/report/report-figures.ts'
import { dayOf } from '../../shared/flows/report/tally.ts'
import { clickChance, modelShares, type StepChances } from '../people/model.ts'

/** With fewer sends a rate of a few percent is a guess: at 200 the error of one of 5 % is still 1.5 points. */
export const enoughSends = 200

export interface PastStep {
  readonly sequence: string
  readonly step: string
  readonly sent: number
  /** Leads, not clicks. */
  readonly clicked: number
  readonly unsubscribed: number
  readonly bounced: number
  /** Otherwise the model's own chances hold. */
  readonly isUsed: boolean
}

export interface Past {
  /** For a person to read: where the counts are from. */
  readonly place: string
  readonly days: number
  readonly steps: readonly PastStep[]
  readonly chances: ReadonlyMap<string, StepChances>
}

interface StepCounts extends Omit<PastStep, 'isUsed'> {
  readonly opened: number
}

/** Over the last `days`, today among them, as the tally counts them. */
export const readPast = async (
  campaign: Campaign,
  table: Pick<TallyTable, 'read'>,
  nowMs: number,
  days: number,
  place: string,
): Promise<Past> => {
  const counts = new Map<string, number>()
  for (let back = days; back >= 0; back -= 1)
    for (const [metric, count] of await table.read(campaign.name, dayOf(nowMs - back * dayMs)))
      counts.set(metric, (counts.get(metric) ?? 0) + count)
  const { sequences } = makeReport(campaign, counts, [], dayOf(nowMs - days * dayMs), dayOf(nowMs))
  const steps = sequences
    .filter(({ sequence }) => sequence !== confirmationSequence)
    .flatMap(({ sequence, steps }) =>
      steps.map(({ step, sent, clicked, unsubscribed, bounced }) => {
        const opened = counts.get(`step|${sequence}|${step}|opened`) ?? 0
        return { sequence, step, sent, opened, clicked, unsubscribed, bounced }
      }),
    )
  return pastOf(steps, days, place)
}

const pastOf = (steps: readonly StepCounts[], days: number, place: string): Past => ({
  place,
  days,
  steps: steps.map(({ opened: _, ...counts }) => ({ ...counts, isUsed: counts.sent >= enoughSends })),
  chances: new Map(
    steps
      .filter(({ sent }) => sent >= enoughSends)
      .map((counts) => [`${counts.sequence}|${counts.step}`, chancesOf(counts)]),
  ),
})

/**
 * The shares of the past, of emails sent for bounces and of those that arrived for the rest. A lead that reads without
 * pictures clicks and never opens, so openers are as many as clickers at least. Hard bounces are distinguished from others
 * by the model's proportion, since the tallies count them together.
 */
const chancesOf = ({ sent, opened, clicked, unsubscribed, bounced }: StepCounts): StepChances => {
  const arrived = Math.max(1, sent - bounced)
  const openers = Math.min(1, Math.max(opened, clicked) / arrived)
  const clicks = Math.min(1, clicked / arrived)
  const { bouncesForGood, bouncesForNow } = modelShares
  const forGood = bouncesForGood / (bouncesForGood + bouncesForNow)
  return {
    opens: openers,
    clicks: openers === 0 ? 0 : clickChance(clicks / openers),
    unsubscribes: Math.min(1, unsubscribed / arrived),
    bouncesForGood: (bounced / sent) * forGood,
    bouncesForNow: (bounced / sent) * (1 - forGood),
  }
}
