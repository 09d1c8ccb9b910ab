import { describe, expect, test } from 'vitest'
import type { Fact, LeadQualified } from '../../../../shared/domain/facts.ts'
import { settle } from '../../../../shared/domain/settle.ts'
import {
  type Arranged,
  dueEffects,
  type Effect,
  type Look,
  reconcileEffects,
} from '../../../../shared/flows/nurture/effects.ts'
import { campaign, captured, clicked, day, enrolled, hour, monday, sent } from '../../../support/leads.ts'

const leadId = 'a'.repeat(32)

const look = (facts: readonly Fact[], nowMs: number, arranged: Arranged = {}): Look => ({
  ...settle(leadId, facts, campaign, nowMs),
  arranged,
})

/** An effect as one line. */
const line = (effect: Effect): string => {
  switch (effect.kind) {
    case 'record':
      return `record ${effect.fact.kind}${effect.isFolded ? '' : ', and look again for it'}`
    case 'schedule':
    case 'unschedule':
    case 'enqueue':
      return `${effect.kind} ${new Date(effect.atMs).toISOString()}`
    case 'askForHandOff':
      return `ask for hand-off ${effect.cycle}`
    case 'send':
      return `send ${effect.touch.step}`
    case 'summarise': {
      const { nextTouch, appointment, handOffAskedAtMs } = effect.arranged
      const parts = [
        nextTouch && `next ${nextTouch.step}`,
        appointment && `on the ${appointment.on}`,
        handOffAskedAtMs !== undefined && `hand-off asked at ${new Date(handOffAskedAtMs).toISOString()}`,
      ]
      return `summarise: ${parts.filter(Boolean).join(', ') || 'nothing ahead'}`
    }
  }
}

const reconciled = (facts: readonly Fact[], nowMs: number, arranged?: Arranged, trustsSummary = true) =>
  reconcileEffects(look(facts, nowMs, arranged), { trustsSummary }).map(line)

const due = (facts: readonly Fact[], nowMs: number, arranged?: Arranged) =>
  dueEffects(look(facts, nowMs, arranged)).map(line)

const going = [captured(), enrolled(), sent('one', monday)]
const second = Date.parse('2026-03-06T10:00:00Z')
const onSchedule: Arranged = {
  nextTouch: { enrolment: 'learn-1', step: 'two' },
  appointment: { atMs: second, on: 'schedule' },
}
const analyst = captured({ profile: { occupation: 'Analyst', minutes: '20' } })
const clicks = ['a', 'b'].map((page) => clicked('one', monday + hour, `https://www.example.com/${page}`))
/** Four points for the occupation, two for the minutes, eight for the clicks; six are enough to stay qualified. */
const ready = [analyst, enrolled(), sent('one', monday), ...clicks]
const qualified: LeadQualified = {
  kind: 'QUALIFIED',
  cycle: 1,
  totalHundredths: 1400,
  lines: [],
  source: 'Google',
  atMs: monday + hour,
}

describe('reconciling a lead', () => {
  test('that was just captured records its enrolment and puts the first touch on the queue', () => {
    expect(reconciled([captured()], monday)).toEqual([
      'record ENROLLED',
      'enqueue 2026-03-02T10:00:00.000Z',
      'summarise: next one, on the queue',
    ])
  })

  test('with days to its next touch sets its one schedule', () => {
    expect(reconciled(going, monday + hour)).toEqual([
      'schedule 2026-03-06T10:00:00.000Z',
      'summarise: next two, on the schedule',
    ])
  })

  test('that is arranged already arranges nothing', () => {
    expect(reconciled(going, monday + hour, onSchedule)).toEqual(['summarise: next two, on the schedule'])
  })

  test('arranges it once more where the summary is not trusted', () => {
    expect(reconciled(going, monday + hour, onSchedule, false)).toEqual([
      'schedule 2026-03-06T10:00:00.000Z',
      'summarise: next two, on the schedule',
    ])
  })

  describe('whose touch was deferred', () => {
    const deferred: Arranged = {
      nextTouch: { enrolment: 'learn-1', step: 'two' },
      appointment: { atMs: second + 3 * hour, on: 'schedule', deferredFromMs: second },
    }
    const mistrusting = (nowMs: number) =>
      reconcileEffects(look(going, nowMs, deferred), { trustsSummary: false })
    const kept = (effects: readonly Effect[]) =>
      effects.map((effect) => effect.kind === 'summarise' && effect.arranged.appointment).at(-1)

    test('leaves it where it was deferred to', () => {
      expect(reconciled(going, monday + hour, deferred)).toEqual(['summarise: next two, on the schedule'])
    })

    test('arranges it for that same time where the schedule may be lost, and still says from when', () => {
      const effects = mistrusting(second)
      expect(effects.map(line)).toEqual([
        'schedule 2026-03-06T13:00:00.000Z',
        'summarise: next two, on the schedule',
      ])
      expect(kept(effects)).toEqual(deferred.appointment)
    })

    test('queues it where that time has passed', () => {
      const effects = mistrusting(second + 4 * hour)
      expect(effects.map(line)).toEqual([
        'enqueue 2026-03-06T13:00:00.000Z',
        'summarise: next two, on the queue',
      ])
      expect(kept(effects)).toEqual({ ...deferred.appointment, on: 'queue' })
    })
  })

  test('arranges a touch that takes the place of another at the same time', () => {
    const other = { ...onSchedule, nextTouch: { enrolment: 'digest-1', step: 'first' } }
    expect(reconciled(going, monday + hour, other)).toEqual([
      'schedule 2026-03-06T10:00:00.000Z',
      'summarise: next two, on the schedule',
    ])
  })

  test('whose next touch moves sets the new schedule first, and then takes back the old one', () => {
    const other: Arranged = { ...onSchedule, appointment: { atMs: second + day, on: 'schedule' } }
    expect(reconciled(going, monday + hour, other)).toEqual([
      'schedule 2026-03-06T10:00:00.000Z',
      'unschedule 2026-03-07T10:00:00.000Z',
      'summarise: next two, on the schedule',
    ])
  })

  test('whose next touch is due too soon for the Scheduler queues it, and takes back the later schedule', () => {
    const other: Arranged = { ...onSchedule, appointment: { atMs: second + day, on: 'schedule' } }
    expect(reconciled(going, second - 60_000, other)).toEqual([
      'enqueue 2026-03-06T10:00:00.000Z',
      'unschedule 2026-03-07T10:00:00.000Z',
      'summarise: next two, on the queue',
    ])
  })

  test.each([
    ['has come', 0, []],
    ['is a thousandth away', 1, ['unschedule 2026-03-06T09:00:00.001Z']],
  ])('takes back only what is still to fire: a schedule whose time %s', (_, aheadMs, expected) => {
    const nowMs = second - hour
    const other: Arranged = { ...onSchedule, appointment: { atMs: nowMs + aheadMs, on: 'schedule' } }
    expect(reconciled(going, nowMs, other)).toEqual([
      'schedule 2026-03-06T10:00:00.000Z',
      ...expected,
      'summarise: next two, on the schedule',
    ])
  })

  test('keeps the schedule of the same second, which bears the same name', () => {
    const other: Arranged = { ...onSchedule, appointment: { atMs: second - 300, on: 'schedule' } }
    expect(reconciled(going, monday + hour, other)).toEqual([
      'schedule 2026-03-06T10:00:00.000Z',
      'summarise: next two, on the schedule',
    ])
  })

  test('that has unsubscribed takes its schedule away', () => {
    const no: Fact = {
      kind: 'UNSUBSCRIBED',
      enrolment: 'learn-1',
      step: 'one',
      via: 'page',
      atMs: monday + hour,
    }
    expect(reconciled([...going, no], monday + hour, onSchedule)).toEqual([
      'unschedule 2026-03-06T10:00:00.000Z',
      'summarise: nothing ahead',
    ])
  })

  test('that has become ready records that and leaves the rest to the look that the fact brings about', () => {
    expect(reconciled(ready, monday + hour, onSchedule)).toEqual(['record QUALIFIED, and look again for it'])
  })

  test('that is qualified asks for the hand-off before the summary says that it was asked for', () => {
    const effects = reconciled([...ready, qualified], monday + hour, onSchedule)
    expect(effects.slice(-2)).toEqual([
      'ask for hand-off 1',
      'summarise: hand-off asked at 2026-03-02T11:00:00.000Z',
    ])
  })

  test.each([
    ['59 minutes', 59, []],
    ['an hour', 60, ['ask for hand-off 1']],
  ])('whose hand-off was asked for %s ago asks again only after the hour', (_, minutes, expected) => {
    const nowMs = monday + hour + minutes * 60_000
    const asked: Arranged = { ...onSchedule, handOffAskedAtMs: monday + hour }
    const effects = reconciled([...ready, qualified], nowMs, asked)
    expect(effects.filter((effect) => effect.startsWith('ask'))).toEqual(expected)
  })

  test('that was handed off forgets that it was asked for', () => {
    const handedOff: Fact = { kind: 'HANDEDOFF', cycle: 1, handOffId: 'h', atMs: monday + hour }
    const asked: Arranged = { handOffAskedAtMs: monday + hour }
    const effects = reconciled([...ready, qualified, handedOff], monday + 2 * hour, asked)
    expect(effects.at(-1)).toBe('summarise: nothing ahead')
  })
})

describe('when the appointment of a lead has come', () => {
  test('a touch that is due is sent, and nothing else is done', () => {
    expect(due(going, second, onSchedule)).toEqual(['send two'])
  })

  test('an enrolment that is not on record yet is recorded before its touch is sent', () => {
    expect(due([captured()], monday)).toEqual(['record ENROLLED', 'send one'])
  })

  test('a touch that is not due yet is arranged, although the summary says that it is', () => {
    expect(due(going, second - day, onSchedule)).toEqual([
      'schedule 2026-03-06T10:00:00.000Z',
      'summarise: next two, on the schedule',
    ])
  })

  test('a touch within two minutes goes on the queue, because the Scheduler fires to the minute', () => {
    expect(due(going, second - 119_000, onSchedule)[0]).toBe('enqueue 2026-03-06T10:00:00.000Z')
    expect(due(going, second - 120_000, onSchedule)[0]).toBe('schedule 2026-03-06T10:00:00.000Z')
  })

  test('a lead that became ready is qualified and not written to', () => {
    expect(due(ready, second, onSchedule)).toEqual(['record QUALIFIED, and look again for it'])
  })

  test('the hand-off is not asked for here, and its time is kept', () => {
    const asked: Arranged = { ...onSchedule, handOffAskedAtMs: monday + hour }
    const effects = due([...ready, qualified], monday + day, asked)
    expect(effects.at(-1)).toBe('summarise: hand-off asked at 2026-03-02T11:00:00.000Z')
  })
})
