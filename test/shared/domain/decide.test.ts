import { describe, expect, test } from 'vitest'
import type { Branch, Campaign, Sequence } from '../../../shared/domain/campaign.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { settle } from '../../../shared/domain/settle.ts'
import {
  campaign,
  captured,
  clicked,
  day,
  emailStep,
  enrolled,
  hour,
  monday,
  sent,
  sequence,
} from '../../support/leads.ts'

const of = (sequences: readonly Sequence[], given: Partial<Campaign> = {}): Campaign => ({
  ...campaign,
  forms: {
    guide: { id: 'guide', sequence: 'learn', doubleOptIn: false },
    talk: { id: 'talk', sequence: 'digest', doubleOptIn: false },
  },
  sequences: Object.fromEntries(sequences.map((each) => [each.id, each])),
  ...given,
})

/** The records without the enrolments, and the decision; times as days after Monday, 10:00. */
const outcome = (facts: readonly Fact[], now: Campaign, nowMs: number): string => {
  const { records, decision } = settle('lead-1', facts, now, nowMs)
  const recorded = records.flatMap((fact) =>
    fact.kind === 'BRANCHED'
      ? [`${fact.step} takes ${fact.arm ?? 'none'}`]
      : fact.kind === 'SKIPPED'
        ? [`${fact.step} skipped: ${fact.reason}`]
        : [],
  )
  const again = decision.lookAgainAtMs === undefined ? '' : `, again ${inDays(decision.lookAgainAtMs)}`
  const decided =
    decision.kind === 'send'
      ? `send ${decision.touch.step} ${inDays(decision.touch.dueAtMs)}`
      : 'reason' in decision
        ? `${decision.kind} ${decision.reason}`
        : decision.kind
  return [...recorded, `${decided}${again}`].join('; ')
}

const inDays = (atMs: number): string => `day ${Number(((atMs - monday) / day).toFixed(2))}`

const begun = [captured(), enrolled(), sent('one', monday)]
const begunDigest: readonly Fact[] = [
  captured({ submission: 's-2', form: 'talk' }),
  { kind: 'ENROLLED', enrolment: 'digest-1', version: 'digest-v1', atMs: monday },
]

describe('at a branch', () => {
  const depth: Branch = {
    id: 'depth',
    formerly: [],
    wait: { days: 2 },
    arms: [
      { id: 'deep', when: { fact: 'CLICKED', link: '/guide' } },
      { id: 'works', when: { field: 'occupation', in: ['Analyst'] } },
    ],
  }
  const arm = (id: string) => ({ arm: { branch: 'depth', arm: id } })
  const learn = sequence('learn', [
    emailStep('one'),
    depth,
    emailStep('long', { ...arm('deep'), wait: { days: 1 } }),
    emailStep('short', { ...arm('works'), wait: { days: 1 } }),
    emailStep('last', { wait: { days: 3 } }),
  ])
  const analyst = [captured({ profile: { occupation: 'Analyst' } }), ...begun.slice(1)]

  test.each<[string, readonly Fact[], number, string]>([
    ['before its wait is over it waits, and says until when', begun, 1, 'wait branch, again day 2'],
    [
      'the first arm whose condition is met is taken',
      [...analyst, clicked('one', monday + day)],
      2,
      'depth takes deep; send long day 3',
    ],
    [
      'an arm further down is taken where the first is not met',
      analyst,
      2,
      'depth takes works; send short day 3',
    ],
    ['where no arm is met, it goes on after them', begun, 2, 'depth takes none; send last day 5'],
    [
      'a click of another link is not the one asked for',
      [...begun, clicked('one', monday + day, '/prices')],
      2,
      'depth takes none; send last day 5',
    ],
    [
      'what happened after it was passed changes nothing',
      [
        ...begun,
        { kind: 'BRANCHED', enrolment: 'learn-1', step: 'depth', atMs: monday + 2 * day },
        clicked('one', monday + 2 * day + hour),
      ],
      3,
      'send last day 5',
    ],
  ])('%s', (_, facts, days, expected) => {
    expect(outcome(facts, of([learn]), monday + days * day)).toBe(expected)
  })

  test('an arm without a condition is for everybody else', () => {
    const otherwise = { ...depth, arms: [...depth.arms, { id: 'rest' }] }
    const rest = sequence('learn', [
      emailStep('one'),
      otherwise,
      emailStep('hello', { arm: { branch: 'depth', arm: 'rest' } }),
    ])
    expect(outcome(begun, of([rest]), monday + 2 * day)).toBe('depth takes rest; send hello day 2')
  })

  test('of two branches the lead is looked at again at the nearer', () => {
    const other = sequence('digest', [{ ...depth, id: 'soon', wait: { days: 1 } }])
    const both = [...begun, ...begunDigest]
    expect(outcome(both, of([learn, other]), monday + hour)).toBe('wait branch, again day 1')
    expect(outcome(both, of([other, learn]), monday + hour)).toBe('wait branch, again day 1')
  })

  test('an email of another sequence is sent meanwhile, and the branch is looked at in its time', () => {
    const other = sequence('digest', [emailStep('first', { wait: { days: 5 } })])
    const both = [...begun, ...begunDigest]
    expect(outcome(both, of([learn, other]), monday + hour)).toBe('send first day 5, again day 2')
  })
})

describe('of two sequences', () => {
  const learn = (days: number, priority: number) =>
    sequence('learn', [emailStep('one'), emailStep('two', { wait: { days } })], { priority })
  const digest = (days: number, priority: number) =>
    sequence('digest', [emailStep('first', { wait: { days } })], { priority })
  const both = [...begun, ...begunDigest]

  test.each<[string, Sequence, Sequence, string]>([
    ['the email due first comes first', learn(4, 0), digest(3, 0), 'send first day 3'],
    [
      'of two due together the one that the lead began first comes first',
      learn(4, 0),
      digest(4, 0),
      'send two day 4',
    ],
    [
      'of two due together that of the higher priority comes first',
      learn(4, 1),
      digest(4, 2),
      'send first day 4',
    ],
    [
      'within the gap the higher priority goes before what is due first',
      learn(4, 2),
      digest(3.5, 1),
      'send two day 4',
    ],
    [
      'a gap apart what is due first goes first, whatever the priorities',
      learn(4, 2),
      digest(3, 1),
      'send first day 3',
    ],
    ['the higher priority that is due first stays first', learn(4, 1), digest(3.5, 2), 'send first day 3.5'],
  ])('%s', (_, one, other, expected) => {
    expect(outcome(both, of([one, other]), monday + hour)).toBe(expected)
  })

  test('exactly a gap apart is not within the gap', () => {
    const apart = of([learn(4, 2), digest(3, 1)], { minimumGapHours: 24 })
    expect(outcome(both, apart, monday + hour)).toBe('send first day 3')
  })
})

describe('an email that the lead had', () => {
  const learn = sequence('learn', [
    emailStep('one'),
    emailStep('again', { email: 'guide', wait: { days: 1 } }),
    emailStep('last', { wait: { days: 1 } }),
  ])
  const had = (daysAgo: number): Fact => ({
    ...sent('old', monday + day - daysAgo * day, 'digest-1'),
    email: 'guide',
  })

  test.each<[string, Fact, string]>([
    ['a day less than a year ago is passed over', had(364), 'again skipped: hadAlready; send last day 2'],
    ['a year ago is sent again', had(365), 'send again day 1'],
  ])('%s', (_, earlier, expected) => {
    expect(outcome([...begun, earlier], of([learn]), monday + day)).toBe(expected)
  })

  test('is not one that was only delivered under that name elsewhere', () => {
    const other: Fact = {
      kind: 'DELIVERED',
      enrolment: 'digest-1',
      step: 'old',
      email: 'guide',
      atMs: monday,
    }
    expect(outcome([...begun, other], of([learn]), monday + day)).toBe('send again day 1')
  })
})

describe('a lead', () => {
  test('of whom no submission is known is sent nothing', () => {
    expect(outcome([], campaign, monday)).toBe('stop notCaptured')
    expect(outcome([sent('one', monday)], campaign, monday)).toBe('stop notCaptured')
  })

  test('that came to the end is exhausted', () => {
    const short = sequence('learn', [emailStep('one')])
    expect(outcome(begun, of([short]), monday + day)).toBe('stop exhausted')
  })
})

describe('a lead that is held out', () => {
  const branch: Branch = { id: 'depth', formerly: [], wait: {}, arms: [{ id: 'all' }] }
  const learn = sequence('learn', [
    emailStep('one', { isForAll: true }),
    emailStep('two', { wait: { days: 1 } }),
    branch,
    emailStep('armed', { isForAll: true, arm: { branch: 'depth', arm: 'all' } }),
    emailStep('last', { isForAll: true, wait: { days: 3 } }),
  ])

  test('gets the steps for all and nothing else, and is asked at no branch', () => {
    const heldOut = [captured(), enrolled({ isHeldOut: true })]
    expect(outcome(heldOut, of([learn]), monday)).toBe('send one day 0')
    expect(outcome([...heldOut, sent('one', monday)], of([learn]), monday)).toBe('send last day 3')
    const done = [...heldOut, sent('one', monday), sent('last', monday + 3 * day)]
    expect(outcome(done, of([learn]), monday + 3 * day)).toBe('stop exhausted')
  })

  test.each<[string, number, number, readonly [boolean, boolean]]>([
    ['stays held out in a later enrolment', 0, 1, [true, true]],
    ['is not held out by a later enrolment', 1, 0, [false, false]],
  ])('%s', (_, learnDays, digestDays, expected) => {
    const facts: readonly Fact[] = [
      captured(),
      captured({ submission: 's-2', form: 'talk' }),
      enrolled({ isHeldOut: true, atMs: monday + learnDays * day }),
      { kind: 'ENROLLED', enrolment: 'digest-1', version: 'digest-v1', atMs: monday + digestDays * day },
    ]
    const digest = sequence('digest', [emailStep('first')])
    const { enrolments } = settle('lead-1', facts, of([learn, digest]), monday + 2 * day).state
    expect(enrolments.map(({ isHeldOut }) => isHeldOut)).toEqual(expected)
  })
})

describe('after an arm that goes on elsewhere', () => {
  const branchTo = (goTo: string | undefined): Branch => ({
    id: 'depth',
    formerly: [],
    wait: {},
    arms: [{ id: 'ready', when: { fact: 'CLICKED' }, ...(goTo !== undefined && { goTo }) }, { id: 'rest' }],
  })
  const learn = (goTo: string | undefined) =>
    sequence('learn', [
      emailStep('one'),
      branchTo(goTo),
      emailStep('armed', { arm: { branch: 'depth', arm: 'ready' } }),
      emailStep('between', { wait: { days: 1 } }),
      emailStep('target', { wait: { days: 2 } }),
    ])
  const branched = (arm: string): Fact => ({
    kind: 'BRANCHED',
    enrolment: 'learn-1',
    step: 'depth',
    arm,
    atMs: monday,
  })
  const armed = sent('armed', monday)

  test.each<[string, string | undefined, readonly Fact[], string]>([
    ['its own steps come first', 'target', [branched('ready')], 'send armed day 0.83'],
    [
      'the steps up to the one it names are left out',
      'target',
      [branched('ready'), armed],
      'send target day 2',
    ],
    ['the sequence is over where it says so', 'end', [branched('ready'), armed], 'stop exhausted'],
    ['all follow where it names none', undefined, [branched('ready'), armed], 'send between day 1'],
    ['another arm leaves nothing out', 'target', [branched('rest')], 'send between day 1'],
  ])('%s', (_, goTo, facts, expected) => {
    expect(outcome([...begun, ...facts], of([learn(goTo)]), monday + hour)).toBe(expected)
  })
})

describe('a step counts as done', () => {
  const learn = sequence('learn', [
    emailStep('one'),
    emailStep('new-name', { formerly: ['older', 'old'], wait: { days: 1 } }),
    emailStep('last', { wait: { days: 2 } }),
  ])
  const on = (fact: Fact) => outcome([...begun, fact], of([learn]), monday + day)

  test.each<[string, Fact, string]>([
    ['by a name it had before', sent('old', monday + day), 'send last day 3'],
    [
      'by its email under another name',
      { ...sent('elsewhere', monday + day), email: 'new-name' },
      'send last day 3',
    ],
    [
      'when it may have gone out',
      { kind: 'UNRESOLVED', enrolment: 'learn-1', step: 'new-name', atMs: monday + day },
      'send last day 3',
    ],
    [
      'when it was passed over',
      { kind: 'SKIPPED', enrolment: 'learn-1', step: 'new-name', reason: 'condition', atMs: monday + day },
      'send last day 3',
    ],
    ['but not by another step of the same enrolment', sent('gone', monday + day), 'send new-name day 2'],
    [
      'nor by the same step of another enrolment',
      sent('new-name', monday, 'digest-1'),
      'send new-name day 1',
    ],
  ])('%s', (_, fact, expected) => {
    expect(on(fact)).toBe(expected)
  })
})

test('a lead’s windows are those of the time zone it named last, and of the campaign’s where it named none', () => {
  const office = { weekdays: [1, 2, 3, 4, 5], fromMinutes: 9 * 60, toMinutes: 17 * 60 }
  const now = of([sequence('learn', [emailStep('one', { window: office })])])
  const atNight = monday - 8 * hour
  const came = (submission: string, given: { timeZone?: string }, atMs: number) =>
    captured({ submission, atMs, ...given })
  // Monday, 2 March 2026, 02:00 in UTC is 11:00 in Tokyo and still Sunday in New York.
  expect(outcome([came('a', {}, atNight)], now, atNight)).toBe('send one day -0.04')
  expect(outcome([came('a', { timeZone: 'Asia/Tokyo' }, atNight)], now, atNight)).toBe('send one day -0.33')
  const moved = [
    came('a', { timeZone: 'Asia/Tokyo' }, atNight),
    came('b', { timeZone: 'America/New_York' }, atNight + 1),
    came('c', {}, atNight + 2),
  ]
  expect(outcome(moved, now, atNight + 2)).toBe('send one day 0.17')
})
