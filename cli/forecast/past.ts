/** Chances by step as the past had them: from the tallies of a pipeline's table. */
import type { TallyTable } from '../../shared/aws/tally-table.ts'
import type { Campaign } from '../../shared/domain/campaign.ts'
import { type Report, readReport } from '../../shared/flows/report.ts'
import { clickChance, modelShares, type StepChances } from '../people/model.ts'

/** With fewer sends a rate of a few percent is a guess: at 200 the error of one of 5 % is still 1.5 points. */
export const enoughSends = 200

export interface PastStep {
  readonly sequence: string
  readonly step: string
  readonly sent: number
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

/** Over the last `days`, as marketing's report counts them. */
export const readPast = async (
  campaign: Campaign,
  table: Pick<TallyTable, 'read'>,
  nowMs: number,
  days: number,
  place: string,
): Promise<Past> => pastOf(await readReport(campaign, table, nowMs, days), days, place)

const pastOf = ({ steps }: Report, days: number, place: string): Past => {
  const marketing = steps.filter(({ sequence }) => sequence !== 'confirm')
  return {
    place,
    days,
    steps: marketing.map(({ sequence, step, sent, clicked, unsubscribed, bounced }) => ({
      sequence,
      step,
      sent,
      clicked,
      unsubscribed,
      bounced,
      isUsed: sent >= enoughSends,
    })),
    chances: new Map(
      marketing
        .filter(({ sent }) => sent >= enoughSends)
        .map((counts) => [`${counts.sequence}|${counts.step}`, chancesOf(counts)]),
    ),
  }
}

/**
 * The shares of the past, of emails sent for bounces and of those that arrived for the rest. Clicks are counted by link: a
 * reader of two links counts twice. Who reads without pictures clicks and never opens, so openers are as many as clickers
 * at least. Bounces for good are told from others by the model's proportion, since the tallies count them together.
 */
const chancesOf = ({
  sent,
  opened,
  clicked,
  unsubscribed,
  bounced,
}: Report['steps'][number]): StepChances => {
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
