/** Sixty leads in a campaign with a test and a hold-out, and what they got. */
import { expect } from 'vitest'
import { checkInvariants } from '../../local/invariants.ts'
import { startPipeline } from '../../local/pipeline.ts'
import type { StoredEmail } from '../../local/services/ses/message.ts'
import { type Assembled, changedPlainCampaign, synthesiseCampaign } from '../support/assembly.ts'
import { postForm } from '../support/forms.ts'
import { day, hour, monday } from '../support/leads.ts'

const leads = 60

/** The second lesson is a test; of ten leads three are held out, and get no more than what they asked for. */
export const withVariants = (variants: string) =>
  synthesiseCampaign(
    changedPlainCampaign({
      'campaign.yaml': { 'minimumGapHours: 20': 'minimumGapHours: 20\nholdOut: { percent: 30 }' },
      'sequences/learn.yaml': {
        '{ id: welcome, email: welcome }': '{ id: welcome, email: welcome, forAll: true }',
        '  - { id: example, email: worked-example, wait: 8 days, window: office }\n': '',
        '{ id: day, email: analysts-day,': `{ id: day, variants: [${variants}],`,
      },
      // Two links in each, so that clicks and leads that clicked are not the same.
      'emails/analysts-day.md': { 'week by week': '[week by week](https://www.example.com/weeks)' },
      'emails/worked-example.md': { 'the page shows': '[the page](https://www.example.com/page) shows' },
    }),
  )
export const two = '{ id: plain, email: analysts-day }, { id: sums, email: worked-example, weight: 2 }'

export interface Played {
  readonly items: readonly Readonly<Record<string, unknown>>[]
  readonly emails: readonly StoredEmail[]
  readonly reports: readonly StoredEmail[]
  readonly violations: readonly unknown[]
}

/** Sixty leads come in one afternoon. Each third clicks every link of every email twice, each sixth is ready at once. */
export const play = async ({ assembly, campaign }: Assembled, days: number): Promise<Played> => {
  const pipeline = await startPipeline({
    cdkOut: assembly.directory,
    port: 0,
    startMs: monday,
    seed: 'experiment',
    imports: 'atFirstCall',
    ses: {
      maxSendRate: 1000,
      onAccepted: ({ messageId, to, links, sentAtMs }) => {
        if (Number(/^lead-(\d+)@/.exec(to)?.[1]) % 3 !== 0) return
        for (const round of [1, 2])
          links.forEach((_, at) => {
            pipeline.clock.at(
              sentAtMs + round * 5 * hour + at * 1000,
              'a person clicks',
              () => void pipeline.ses.click(messageId, at),
            )
          })
      },
    },
  })
  try {
    for (let at = 0; at < leads; at += 1) {
      const isReady = at % 6 === 5
      const ready = { occupation: 'Working Professional', source: 'Reference', minutesOnSite: '20' }
      const answer = await postForm(pipeline, { email: `lead-${at}@example.com`, ...(isReady && ready) })
      expect(answer.status).toBe(202)
    }
    await pipeline.clock.advanceTo(monday + days * day, { grainMs: hour })
    const items = await pipeline.table.scan()
    const inbox = pipeline.ses.inbox()
    const evidence = {
      items,
      inbox,
      schedules: pipeline.scheduler.outstanding(),
      nowMs: pipeline.clock.nowMs(),
    }
    return {
      items,
      emails: inbox.filter(({ tags }) => tags.purpose === 'marketing'),
      reports: inbox.filter(({ tags }) => tags.purpose === 'report'),
      violations: checkInvariants(evidence, campaign.plan),
    }
  } finally {
    await pipeline.close()
  }
}

export const variantsByLead = ({ emails }: Played): Map<string, string | undefined> =>
  new Map(emails.filter(({ tags }) => tags.step === 'day').map(({ to, tags }) => [to, tags.variant]))
export const heldOut = ({ items }: Played): string[] =>
  items
    .filter(({ kind, isHeldOut }) => kind === 'ENROLLED' && isHeldOut === true)
    .map(({ pk }) => String(pk))
    .sort()
