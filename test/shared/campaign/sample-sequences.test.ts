import { beforeAll, describe, expect, test } from 'vitest'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import type { Campaign } from '../../../shared/domain/campaign.ts'
import { decide } from '../../../shared/domain/decide.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { fold } from '../../../shared/domain/fold.ts'
import { sampleCampaign } from '../../support/campaign-folder.ts'
import { captured, clicked, hour, monday, sent } from '../../support/leads.ts'

/** A lead of whom it is known what it answered, and by step which page it clicks an hour after the email. */
interface Reader {
  readonly form?: string
  readonly profile?: Readonly<Record<string, string>>
  readonly clicks?: Readonly<Record<string, string>>
}

let campaign: Campaign
beforeAll(async () => {
  campaign = (await compileCampaign(sampleCampaign)).plan
})

/** The lead's clock is London's: from 29 March on it is an hour ahead of UTC. */
const wayOf = ({ form = 'guide', profile = {}, clicks = {} }: Reader): string[] => {
  const facts: Fact[] = [captured({ form, profile, atMs: monday })]
  if (form === 'newsletter') facts.push({ kind: 'CONFIRMED', form, atMs: monday })
  const way: string[] = []
  let nowMs = monday
  for (let looks = 0; looks < 60; looks += 1) {
    const decision = decide(fold('lead-1', facts, campaign, nowMs), campaign, nowMs)
    if (decision.kind === 'record') {
      facts.push(...decision.facts)
      for (const fact of decision.facts) if (fact.kind === 'ENDED') way.push(`ended: ${fact.reason}`)
      continue
    }
    const dueAtMs = decision.kind === 'send' ? decision.touch.dueAtMs : Number.POSITIVE_INFINITY
    if (decision.kind === 'send' && dueAtMs <= nowMs) {
      const { step, email, enrolment } = decision.touch
      facts.push({ ...sent(step, nowMs, enrolment), email })
      way.push(`${new Date(nowMs).toISOString().slice(5, 16)} ${step}`)
      const page = clicks[step]
      if (page === undefined) continue
      nowMs += hour
      facts.push(clicked(step, nowMs, `https://www.example.com${page}`))
      continue
    }
    const nextMs = Math.min(dueAtMs, decision.lookAgainAtMs ?? Number.POSITIVE_INFINITY)
    if (nextMs === Number.POSITIVE_INFINITY) return way
    nowMs = nextMs
  }
  throw new Error('The way has no end.')
}

describe('of the sample’s sequences', () => {
  test.each<[string, Reader, string[]]>([
    [
      'a lead of whom nothing is known gets six emails in 45 days',
      {},
      // Wednesday 25 March, then Tuesday at ten, without points for it; Easter Monday is no day for the next.
      [
        '03-02T10:00 welcome',
        '03-05T10:00 day',
        '03-17T10:00 good-course',
        '03-23T10:00 example',
        '04-07T08:00 cost',
        '04-16T08:00 adviser',
      ],
    ],
    [
      'who works and clicks gets the deeper example, the open hour and the letter to the employer',
      { profile: { occupation: 'Working Professional' }, clicks: { day: '/syllabus' } },
      [
        '03-02T10:00 welcome',
        '03-05T10:00 day',
        '03-17T10:00 good-course',
        '03-23T10:00 example-deeper',
        '03-31T09:00 open-hour',
        '04-07T08:00 cost',
        '04-10T08:00 employer',
        '04-16T08:00 adviser',
      ],
    ],
    [
      'a student gets a project, and nothing of evenings or employers',
      { profile: { occupation: 'Student' } },
      [
        '03-02T10:00 welcome',
        '03-05T10:00 day',
        '03-17T10:00 good-course',
        '03-23T10:00 example',
        '04-07T08:00 project',
        '04-13T08:00 adviser',
      ],
    ],
    [
      'who books a call is done',
      { clicks: { cost: '/book-a-call' } },
      [
        '03-02T10:00 welcome',
        '03-05T10:00 day',
        '03-17T10:00 good-course',
        '03-23T10:00 example',
        '04-07T08:00 cost',
        'ended: goal',
      ],
    ],
    [
      'who has found a course is left alone',
      { clicks: { 'good-course': '/found-a-course' } },
      ['03-02T10:00 welcome', '03-05T10:00 day', '03-17T10:00 good-course', 'ended: exit'],
    ],
    [
      'who subscribed gets the digest at once, and then in the evening',
      { form: 'newsletter' },
      ['03-02T10:00 first', '03-12T18:30 example', '03-23T18:00 cost', '04-02T17:00 guide'],
    ],
  ])('%s', (_, reader, expected) => {
    expect(wayOf(reader)).toEqual(expected)
  })
})
