import { beforeAll, describe, expect, test } from 'vitest'
import { checkInvariants } from '../../local/invariants.ts'
import { startPipeline } from '../../local/pipeline.ts'
import type { StoredEmail } from '../../local/services/ses/message.ts'
import { type Assembled, changedPlainCampaign, synthesiseCampaign } from '../support/assembly.ts'
import { postForm } from '../support/forms.ts'
import { day, hour, monday } from '../support/leads.ts'

const leads = 60

/** Weeks of sixty leads are played twice; a busy machine may take its time over it. */
const patienceMs = 600_000

/** The second lesson is a test; of ten leads three are held out, and get no more than what they asked for. */
const withVariants = (variants: string) =>
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
const two = '{ id: plain, email: analysts-day }, { id: sums, email: worked-example, weight: 2 }'

interface Played {
  readonly items: readonly Readonly<Record<string, unknown>>[]
  readonly emails: readonly StoredEmail[]
  readonly reports: readonly StoredEmail[]
  readonly violations: readonly unknown[]
}

/** Sixty leads come in one afternoon. Each third clicks every link of every email twice, each sixth is ready at once. */
const play = async ({ assembly, campaign }: Assembled, days: number): Promise<Played> => {
  const pipeline = await startPipeline({
    cdkOut: assembly.directory,
    port: 0,
    startMs: monday,
    seed: 'experiment',
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

const variantsByLead = ({ emails }: Played): Map<string, string | undefined> =>
  new Map(emails.filter(({ tags }) => tags.step === 'day').map(({ to, tags }) => [to, tags.variant]))
const heldOut = ({ items }: Played): string[] =>
  items
    .filter(({ kind, isHeldOut }) => kind === 'ENROLLED' && isHeldOut === true)
    .map(({ pk }) => String(pk))
    .sort()

describe('a campaign with a test and a hold-out', () => {
  let played: Played
  beforeAll(async () => {
    played = await play(await withVariants(two), 15)
  }, patienceMs)

  test('counts what a recount of the facts gives', () => {
    expect(played.violations).toEqual([])
  })

  const counted = (pk: RegExp, metric: string) =>
    played.items
      .filter((item) => pk.test(String(item.pk)) && String(item.sk).includes(`${metric}#`))
      .reduce((sum, { count }) => sum + Number(count), 0)

  test('counts leads that clicked, each once, as the emails sent say', () => {
    const got = [...variantsByLead(played)]
    for (const variant of ['plain', 'sums']) {
      const own = got.filter(([, its]) => its === variant).map(([to]) => Number(/\d+/.exec(to)?.[0]))
      expect(counted(/^TESTS#/, `|day|${variant}|sent`)).toBe(own.length)
      // Each third lead, whatever it clicked and however often.
      expect(counted(/^TESTS#/, `|day|${variant}|clicked`)).toBe(own.filter((at) => at % 3 === 0).length)
    }
    expect(counted(/^TALLY#/, 'step|learn|day|responded')).toBe(12)
    // By link, a second click on the same is none.
    expect(counted(/^TALLY#/, 'step|learn|day|clicked')).toBe(24)
  })

  test('sends leads held out nothing but the step for all', () => {
    const out = new Set(heldOut(played).map((pk) => pk.slice('LEAD#'.length)))
    expect(out.size).toBe(19)
    // Two of them were ready before anything was sent.
    const own = played.emails.filter(({ tags }) => out.has(tags.lead ?? ''))
    expect(own.map(({ tags }) => tags.step)).toEqual(Array.from({ length: 17 }, () => 'welcome'))
  })

  test('tells test and hold-out in the weekly email, over all their days', () => {
    expect(played.reports.map(({ text }) => text.split('\n')[0])).toEqual([
      'Campaign report, 2026-03-02 to 2026-03-09',
      'Campaign report, 2026-03-09 to 2026-03-16',
    ])
    // The second week's counts; the test and the hold-out since they began.
    expect(played.reports[1]?.text.split('\n')).toEqual([
      'Campaign report, 2026-03-09 to 2026-03-16',
      '',
      'source  captured  qualified  accepted  returned  won  lost',
      '',
      'Sequence digest: 0 enrolled, 0 sent, 0 reached the goal, 0 left, 0 skipped',
      '',
      'Sequence learn: 0 enrolled, 33 sent, 0 reached the goal, 0 left, 0 skipped',
      'step         sent  delivered      clicked  goal  unsubscribed  bounced  complained',
      'welcome         0          0            0     0             0        0           0',
      'day             0          0            0     0             0        0           0',
      'good-course    33         33  12 (36.4 %)     0             0        0           0',
      'cost            0          0            0     0             0        0           0',
      'adviser         0          0            0     0             0        0           0',
      '',
      'Test of learn / day, since 2026-03-06',
      'variant  sent  delivered  clicked    rate   95 % interval  unsubscribed',
      'plain      14         14        4  28.6 %  11.7 to 54.6 %             0',
      'sums       19         19        8  42.1 %  23.1 to 63.7 %             0',
      'Not enough data yet: about 5,800 more emails in plain, the others in proportion, would show a difference of 2.9 points.',
      '',
      'Hold-out, since 2026-03-02',
      'leads     enrolled  qualified    rate  95 % interval',
      'held out        19          2  10.5 %  2.9 to 31.4 %',
      'nurtured        41          8  19.5 %   10.2 to 34 %',
      'Not enough data yet: about 13,000 more leads in held out, the others in proportion, would show a difference of 1.5 points.',
    ])
  })

  test(
    'keeps each lead to its variant and its side when a third comes, which takes its share from both',
    async () => {
      const again = await play(await withVariants(`${two}, { id: third, email: digest-first, weight: 3 }`), 7)
      expect(again.violations).toEqual([])
      expect(heldOut(again)).toEqual(heldOut(played))
      const [before, after] = [variantsByLead(played), variantsByLead(again)]
      const moves = Map.groupBy([...after], ([to, variant]) => `${before.get(to)} to ${variant}`)
      expect(Object.fromEntries([...moves].map(([move, those]) => [move, those.length]))).toEqual({
        'plain to plain': 7,
        'plain to third': 7,
        'sums to sums': 10,
        'sums to third': 9,
      })
    },
    patienceMs,
  )
})
