import { describe, expect, test } from 'vitest'
import type { Summary } from '../../../../shared/contracts/stored.ts'
import type { Campaign } from '../../../../shared/domain/campaign.ts'
import type { Fact, LeadQualified } from '../../../../shared/domain/facts.ts'
import { reconcileLead } from '../../../../shared/flows/nurture/reconcile.ts'
import { sendDueTouch } from '../../../../shared/flows/nurture/send.ts'
import {
  campaign,
  captured,
  clicked,
  day,
  enrolled,
  monday,
  nothingElse,
  sent,
} from '../../../support/leads.ts'

const leadId = 'b'.repeat(32)

/** One lead, its facts, its one schedule, and the two flows that arrange it; what the stream would bring is looked at once. */
class World {
  campaign: Campaign = campaign
  readonly facts: Fact[]
  scheduledMs: number | undefined
  readonly log: string[] = []
  #summary: Summary | undefined

  constructor(facts: readonly Fact[]) {
    this.facts = [...facts]
  }

  look(nowMs: number) {
    return reconcileLead(leadId, nowMs, {
      ...this.#dependencies(nowMs),
      handOffQueue: { put: async () => {} },
    })
  }

  /** The schedule fires at its time and is gone; returns that time in days. */
  async fire(): Promise<number> {
    const nowMs = this.scheduledMs
    if (nowMs === undefined) throw new Error('Nothing is scheduled.')
    this.scheduledMs = undefined
    const before = this.facts.length
    const { kind } = await sendDueTouch({ leadId, refusals: 0 }, nowMs, this.#dependencies(nowMs))
    this.log.push(`day ${((nowMs - monday) / day).toFixed(1)}: ${kind}`)
    // Each new fact comes back by the stream.
    for (let seen = before; seen < this.facts.length; seen = this.facts.length) await this.look(nowMs)
    return (nowMs - monday) / day
  }

  #dependencies(nowMs: number) {
    const email = { id: 'e', subject: 'S', preheader: '', html: '<p></p>', text: 'T' }
    return {
      campaign: this.campaign,
      emails: { one: email, two: email, three: email },
      identity: {
        name: 'Test',
        senderName: 'Test',
        postalAddress: 'Here',
        sales: { email: 's@example.com' },
        report: { email: 'r@example.com' },
      },
      publicUrl: 'https://api.example.com',
      linkKey: 'key',
      table: {
        read: async () => ({
          facts: [...this.facts],
          ...nothingElse,
          summary: this.#summary,
          summaryVersion: this.#summary?.version ?? 0,
        }),
        claim: async () => 'claimed' as const,
        releaseClaim: async () => {},
        recordFact: async (_: string, fact: Fact) => {
          this.facts.push(fact)
          this.log.push(`day ${((nowMs - monday) / day).toFixed(1)}: ${fact.kind}`)
          return 'recorded' as const
        },
        writeSummary: async (_: string, summary: Summary) => {
          this.#summary = summary
          return 'written' as const
        },
      },
      confirmations: { perAddress: 3, perDomainPerHour: 200, perNetworkPerHour: 20, perHour: 1000 },
      capSlots: { acquire: async () => true, release: async () => {} },
      breaker: {
        unanswered: async () => 0,
        countUnanswered: async () => {},
        takeProbe: async () => true,
        reset: async () => {},
      },
      mailer: { send: async () => ({ kind: 'accepted' as const, messageId: 'm' }) },
      schedule: {
        put: async (_: string, atMs: number) => {
          this.scheduledMs = atMs
        },
        remove: async () => {
          this.scheduledMs = undefined
        },
      },
      sendQueue: {
        put: async (_: object, delaySeconds = 0) => {
          this.scheduledMs = nowMs + Math.max(0, delaySeconds) * 1000
        },
      },
    }
  }
}

const analyst = captured({ profile: { occupation: 'Analyst', minutes: '20' } })
const qualified: LeadQualified = {
  kind: 'QUALIFIED',
  cycle: 1,
  totalHundredths: 1000,
  lines: [],
  source: 'Google',
  atMs: monday + day,
}
const begun = enrolled()
const handedOff: Fact = { kind: 'HANDEDOFF', cycle: 1, handOffId: 'h', atMs: monday + day }

describe('the one schedule carries the touch or the look again, whichever is first,', () => {
  test('and after each the next is set: touches in the cool-down, then the promotion that it held back', async () => {
    const returned: Fact = {
      kind: 'RETURNED',
      cycle: 1,
      source: 'Google',
      reason: 'notNow',
      atMs: monday + 2 * day,
    }
    const world = new World([
      analyst,
      begun,
      sent('one', monday),
      clicked('one', monday + day),
      qualified,
      handedOff,
      returned,
      clicked('one', monday + 3 * day, 'https://www.example.com/a'),
      clicked('one', monday + 3 * day, 'https://www.example.com/b'),
    ])
    await world.look(monday + 3 * day)
    // 14 points on day 3; the cool-down ends on day 32, and the touches fall due before that.
    expect(await world.fire()).toBe(4)
    expect(world.scheduledMs).toBe(monday + 11 * day)
    expect(await world.fire()).toBe(11)
    expect(world.scheduledMs).toBe(monday + 32 * day)
    expect(await world.fire()).toBe(32)
    expect(world.log).toEqual([
      'day 4.0: SENT',
      'day 4.0: sent',
      'day 11.0: SENT',
      'day 11.0: sent',
      'day 32.0: QUALIFIED',
      'day 32.0: nothingDue',
    ])
  })

  test('and a lead that cools goes on with its sequence', async () => {
    const slender = captured({ profile: { occupation: 'Analyst' } })
    const clicks = ['a', 'b'].map((page) => clicked('one', monday + day, `https://www.example.com/${page}`))
    const world = new World([slender, begun, sent('one', monday), ...clicks, qualified, handedOff])
    await world.look(monday + day)
    // 4 + 8 x 0.5^(t/10) is under 6 from t = 20 days on: day 21, a Monday.
    expect(await world.fire()).toBeCloseTo(21, 1)
    expect(world.log).toEqual(['day 21.0: COOLED', 'day 21.0: nothingDue'])
    expect(((world.scheduledMs ?? 0) - monday) / day).toBeCloseTo(21, 1)
    await world.fire()
    expect(world.log.slice(2)).toEqual(['day 21.0: SENT', 'day 21.0: sent'])
    expect(world.scheduledMs).toBeGreaterThan(monday + 27.9 * day)
  })

  test('and a lead with nothing to wait for has none', async () => {
    const world = new World([analyst, ...['one', 'two', 'three'].map((step) => sent(step, monday))])
    await world.look(monday + day)
    expect(world.scheduledMs).toBeUndefined()
  })
})

describe('a change of rules', () => {
  const eased: Campaign = {
    ...campaign,
    version: 'v2',
    scoring: { ...campaign.scoring, thresholds: { ...campaign.scoring.thresholds, enter: 6, leave: 4 } },
  }

  test('reaches a lead when its next touch falls due, though nothing new has happened', async () => {
    const world = new World([analyst, begun, sent('one', monday)])
    await world.look(monday)
    world.campaign = eased
    expect(await world.fire()).toBe(4)
    expect(world.log).toEqual(['day 4.0: QUALIFIED', 'day 4.0: nothingDue'])
  })

  test('gives the same score to the same facts, whenever it reaches them', async () => {
    const [early, late] = [
      new World([analyst, sent('one', monday)]),
      new World([analyst, sent('one', monday)]),
    ]
    early.campaign = eased
    await early.look(monday + day)
    late.campaign = eased
    await late.look(monday + 3 * day)
    const scoreOf = ({ facts }: World) =>
      facts.flatMap((fact) => (fact.kind === 'QUALIFIED' ? [fact.totalHundredths, fact.lines] : []))
    expect(scoreOf(early)).toEqual(scoreOf(late))
    expect(scoreOf(early)[0]).toBe(600)
  })
})
