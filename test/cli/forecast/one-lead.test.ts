import { resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readClicks, Scripted, Trace, traceText } from '../../../cli/forecast/one-lead.ts'
import type { ForecastOptions } from '../../../cli/forecast/options.ts'
import { type LeadToPlay, playLead, type World, weightsBy } from '../../../cli/forecast/play-lead.ts'
import { forecastCommand } from '../../../cli/forecast/run.ts'
import type { Campaign } from '../../../shared/domain/campaign.ts'
import { campaign, captured, day, emailStep, sequence } from '../../support/leads.ts'

const office = { weekdays: [1, 2, 3, 4, 5], fromMinutes: 9 * 60, toMinutes: 17 * 60 }
const links = ['https://www.example.com/guide', 'https://www.example.com/book-a-call']
const leadId = '8d1f0a3bc7a24f3c9c2a6f0b1d2e3f40'

const played = (plan: Campaign, clicks: string | undefined, given: Partial<LeadToPlay> = {}): string => {
  const world: World = {
    plan,
    weightOf: weightsBy(plan),
    behaviour: new Scripted(clicks === undefined ? [] : readClicks(clicks, plan), () => links),
    linksOf: () => links,
    goals: { one: '/book-a-call' },
    untilMs: Date.parse('2026-12-01T00:00:00Z') + 60 * day,
  }
  const trace = new Trace(plan)
  const fact = captured({ timeZone: 'Asia/Kolkata', atMs: Date.parse('2026-12-17T03:30:00Z') })
  playLead({ leadId, facts: [], submissions: [fact], ...given }, world, trace)
  return traceText(trace, leadId, world.untilMs)
}

const withSteps = (steps: Campaign['sequences'][string]['steps']): Campaign => ({
  ...campaign,
  calendar: { businessDays: [1, 2, 3, 4, 5], holidays: ['12-25'] },
  sequences: { ...campaign.sequences, learn: sequence('learn', steps) },
})

describe('one lead in India, day by day', () => {
  const plan = withSteps([
    emailStep('one'),
    emailStep('two', { wait: { days: 8 }, window: office }),
    emailStep('three', { wait: { hours: 2 }, window: office }),
  ])

  test('each email stands at the lead’s own time, with weekday, offset and the reason', () => {
    const text = played(plan, undefined)
    expect(text).toContain('Thu 2026-12-17 09:00 (UTC+05:30)  ✉ one of learn-1: the email one')
    expect(text).toContain('at once after it began')
    expect(text).toContain('8 days after the step before; that was Fri 2026-12-25 09:00 (UTC+05:30)')
    expect(text).toContain('outside its window Mon–Fri 09:00–17:00; 2026-12-25 is a holiday')
    expect(text).toMatch(/Mon 2026-12-28 09:\d\d \(UTC\+05:30\) {2}✉ two of learn-1/)
    expect(text).toContain('2 hours after the step before; held back for the gap of 20 hours between emails')
    expect(text).toMatch(/Tue 2026-12-29 09:\d\d \(UTC\+05:30\) {2}✉ three of learn-1/)
    expect(text).toContain('it is exhausted, with 0 points.')
  })

  test('clicks score, and a lead that qualifies goes to sales instead of on', () => {
    const plenty = { ...captured({ timeZone: 'Asia/Kolkata', atMs: Date.parse('2026-12-17T03:30:00Z') }) }
    const text = played(plan, 'one=/book-a-call', {
      submissions: [{ ...plenty, profile: { occupation: 'Analyst', minutes: '20' }, source: 'Reference' }],
    })
    expect(text).toContain('submits the form guide   [9 points]')
    expect(text).toContain(
      '12:00 (UTC+05:30)  · clicks in one: https://www.example.com/book-a-call   [13 points]',
    )
    expect(text).toContain('· qualifies with 13 points')
    expect(text).toContain('✉ to sales')
    expect(text).not.toContain('✉ two')
  })

  test('branches taken and steps passed over are told with their reason', () => {
    const branching = withSteps([
      emailStep('one'),
      {
        id: 'reads',
        formerly: [],
        wait: { days: 2 },
        arms: [{ id: 'keen', when: { fact: 'CLICKED', times: 1 } }, { id: 'quiet' }],
      },
      emailStep('two', { wait: { days: 1 }, when: { score: { atLeast: 4 } } }),
      emailStep('again', { email: 'one', wait: { days: 1 } }),
    ])
    const quiet = played(branching, undefined)
    expect(quiet).toContain('at the branch reads of learn-1: takes the arm quiet')
    expect(quiet).toContain('two of learn-1 is passed over: its condition is not met')
    const keen = played(branching, 'one')
    expect(keen).toContain('takes the arm keen')
  })
})

describe('on the command line', () => {
  const options: ForecastOptions = {
    campaign: resolve(import.meta.dirname, '..', '..', '..', 'campaign'),
    map: [],
    arrivalDays: 14,
    days: 60,
    seed: 'ripen',
    behaviour: 'model',
    pastDays: 90,
    quota: 50_000,
    rate: 14,
    lead: [],
    data: 'nowhere',
  }
  const one = { ...options, lead: ['email=ada@example.com'] }

  test.each<[string, ForecastOptions, string]>([
    ['clicks without a lead', { ...options, clicks: 'welcome' }, '--clicks is for one lead'],
    ['many of one', { ...one, leads: 5 }, '--leads is for many leads'],
    ['an unknown step', { ...one, clicks: 'nope' }, '--clicks names the step "nope"'],
    ['a link that is not there', { ...one, clicks: 'welcome=/nope' }, 'that email has no link that ends so'],
    ['a time that is none', { ...one, at: 'tomorrow' }, '--at "tomorrow" is not a time'],
    ['a date that is none', { ...options, start: '2026-02-30' }, '--start "2026-02-30" is not a time'],
    ['a zone that is none', { ...one, timeZone: 'Asia/Nowhere' }, '--time-zone "Asia/Nowhere"'],
    ['zones that are none', { ...options, timeZones: 'Europe/Londn:3' }, '--time-zones "Europe/Londn:3"'],
    ['an answer that is none', { ...options, lead: ['email'] }, '--lead "email" is not of the form'],
    ['an address that is none', { ...options, lead: ['email=ada'] }, 'The address has no @.'],
    ['an unknown form', { ...options, form: 'x' }, '--form x is not a form of this campaign'],
    ['a mapping without a file', { ...options, map: ['email={Id}'] }, '--map needs a file'],
    ['a page into nowhere', { ...options, html: 'nowhere/at/all.html' }, '--html nowhere/at/all.html'],
    ['two ways to name a lead', { ...one, leadId: 'x' }, 'use one of them'],
  ])('%s is refused by its option', async (_, given, message) => {
    await expect(forecastCommand(given, () => {})).rejects.toThrow(message)
  })

  describe('a lead who clicks', () => {
    let text = ''
    beforeAll(async () => {
      const given = ['email=ada@example.com', 'occupation=Working Professional']
      await forecastCommand(
        {
          ...options,
          lead: given,
          at: '2026-12-01T09:00',
          timeZone: 'Asia/Kolkata',
          clicks: 'welcome,adviser=/book-a-call',
        },
        (line) => {
          text += line
        },
      )
    })

    test('the whole way is told', () => {
      expect(text).toContain('Tue 2026-12-01 09:00 (UTC+05:30)  ✉ welcome of learn-1')
      expect(text).toContain('Tue 2026-12-01 12:00 (UTC+05:30)  · clicks in welcome')
      expect(text).toContain('that was Sun 2027-01-03 10:22 (UTC+05:30), outside its window')
      expect(text).toContain('· qualifies with')
    })
  })
})
