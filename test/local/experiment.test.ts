import { beforeAll, describe, expect, test } from 'vitest'
import { heldOut, type Played, play, two, variantsByLead, withVariants } from './experiment.ts'

describe('a campaign with a test and a hold-out', () => {
  let played: Played
  beforeAll(async () => {
    played = await play(await withVariants(two), 15)
  })

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
})
