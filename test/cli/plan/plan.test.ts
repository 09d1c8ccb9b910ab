import { beforeAll, expect, test } from 'vitest'
import { type PlanOptions, planCommand } from '../../../cli/plan/plan-command.ts'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import type { CompiledCampaign } from '../../../shared/campaign/compiled/compiled.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { changedPlainCampaign } from '../../support/assembly.ts'
import { captured, enrolled, sent } from '../../support/leads.ts'
import { deployed, planStore } from '../../support/planned.ts'

const at = (text: string) => Date.parse(`${text}:00Z`)
/** Monday. */
const now = at('2026-03-09T10:00')
const newYear = at('2026-01-01T00:00')

let sample: CompiledCampaign
beforeAll(async () => {
  sample = await compileCampaign(changedPlainCampaign({}))
})

const options: PlanOptions = {
  data: 'nowhere',
  json: false,
  leads: false,
  quota: 50_000,
  failOn: [],
}

const out = (enrolment: string, step: string, email: string, time: string): Fact => ({
  ...sent(step, at(time), enrolment),
  email,
})

const learning = (time: string, ...emails: readonly (readonly [string, string, string])[]): Fact[] => [
  captured({ atMs: at(time) }),
  enrolled({ atMs: at(time), version: sample.plan.sequences.learn?.version ?? '' }),
  out('learn-1', 'welcome', 'welcome', time),
  ...emails.map(([step, email, sentAt]) => out('learn-1', step, email, sentAt)),
]

const people = (): Record<string, readonly Fact[]> => {
  const later = [
    ['day', 'analysts-day', '2026-02-06T10:00'],
    ['good-course', 'good-course', '2026-02-13T10:00'],
    ['example', 'worked-example', '2026-02-23T09:00'],
    ['cost', 'cost-and-return', '2026-03-05T09:00'],
  ] as const
  const read: Fact[] = [
    captured({ form: 'newsletter', atMs: at('2026-03-06T09:00') }),
    { kind: 'CONFIRMED', form: 'newsletter', atMs: at('2026-03-06T10:00') },
    enrolled({
      enrolment: 'digest-1',
      version: sample.plan.sequences.digest?.version ?? '',
      atMs: at('2026-03-06T10:00'),
    }),
    out('confirm-newsletter', 'confirmation', 'confirm', '2026-03-06T09:00'),
    out('digest-1', 'first', 'digest-first', '2026-03-06T10:00'),
  ]
  const asked: Fact[] = [
    captured({ form: 'newsletter', atMs: at('2026-03-06T09:00') }),
    out('confirm-newsletter', 'confirmation', 'confirm', '2026-03-06T09:00'),
  ]
  const [first, ...more] = learning('2026-03-06T10:00')
  const works = {
    ...captured({
      atMs: at('2026-03-06T10:00'),
      source: 'Reference',
      profile: { occupation: 'Working Professional', visits: '5' },
    }),
  }
  return {
    // Came on Friday: the next lesson was due on Tuesday, and is made due.
    friday: learning('2026-03-06T10:00'),
    // Came on Thursday: it is due just now anyway, and by the change it is one of those that are spread.
    thursday: learning('2026-03-05T10:00'),
    // Has had two lessons; the third is due on Friday.
    second: learning('2026-03-02T10:00', ['day', 'analysts-day', '2026-03-06T10:00']),
    // Only the last is to come: the new step is behind.
    fifth: learning('2026-02-02T10:00', ...later),
    finished: learning('2026-02-02T10:00', ...later, ['adviser', 'talk-to-us', '2026-03-06T09:00']),
    reader: read,
    asked,
    gone: [
      ...learning('2026-03-06T10:00'),
      {
        kind: 'UNSUBSCRIBED',
        enrolment: 'learn-1',
        step: 'welcome',
        via: 'page',
        atMs: at('2026-03-07T10:00'),
      },
    ],
    // 5 + 4 + 2 points.
    works: first ? [works, ...more] : [],
  }
}

const change = {
  'sequences/learn.yaml': {
    '- { id: day, email: analysts-day, wait: 4 days': '- { id: day, email: analysts-day, wait: 2 days',
    '- { id: good-course, email': '- { id: course, formerly: [good-course], email',
    '- { id: cost,': '- { id: taste, email: digest-first, wait: 3 days, window: office }\n  - { id: cost,',
  },
  'sequences/digest.yaml': {
    '- { id: cost, email: cost-and-return, wait: 10 days':
      '- { id: cost, email: cost-and-return, wait: 5 days',
  },
  'scoring.yaml': { 'enter: 12': 'enter: 11', 'points: 3\n': 'points: 4\n' },
  'campaign.yaml': { 'minimumGapHours: 20': 'minimumGapHours: 20\nfrequencyCap: { emails: 3, days: 7 }' },
  'emails/welcome.md': { 'Your guide,': 'The guide,' },
}

const run = async (
  changes: Parameters<typeof changedPlainCampaign>[0],
  given: Partial<PlanOptions> = {},
  leads = people(),
) => {
  const printed: string[] = []
  const store = planStore(await deployed([sample, newYear]), leads, now)
  const folder = changedPlainCampaign(changes)
  const code = await planCommand(
    folder,
    { ...options, ...given },
    async () => store,
    (text) => printed.push(text),
  )
  return { code, printed: printed.join('\n') }
}

// Where a step is made due in its window is settled by a hash of the lead: the two such moments are taken from a run.
test('a change is told as the diff, what it does to the leads under way, and what it was perhaps not meant to do', async () => {
  const { plan } = await compileCampaign(changedPlainCampaign(change))
  const { code, printed } = await run(change)
  expect(code).toBe(0)
  expect(
    printed,
  ).toBe(`fernhill ${sample.plan.version} -> ${plan.version}, against memory, Mon 9 Mar 10:00 Europe/London
9 leads: 6 under way, 1 waiting to confirm, 0 with sales, 1 suppressed

Sequence digest  onChange: migrate, leads under way continue from where they are
  ~ cost  wait 10 days -> 5 days
  1 lead under way:
          1  move: 1 earlier, by 3 days in the median, 3 days at most
  Emails sent twice: 0.

Sequence learn  onChange: migrate, leads under way continue from where they are
  ~ day  wait 4 days -> 2 days
  = course  was good-course
  + taste  email digest-first, 3 days later, Mon–Fri 09:00–17:00, after example
  5 leads under way:
          1  stay as they are
          3  get more than they would have
          1  go to sales
  Steps gained: taste 3.
  Already past taste, or on another path: 2 leads. It is not sent to them.
  Made due by the change itself: 2 emails, each at a time of its own from Mon 9 Mar 15:11 to Tue 10 Mar 09:45 (Mon–Fri 09:00–17:00); 1 in the busiest hour.
  Finished, and stay finished: 1 lead.
  Emails sent twice: 0.

Scoring
  ~ enter  12 -> 11
  ~ clicked  +3 if the lead has clicked a link, half-life 30 days, at most 9 points -> +4 if the lead has clicked a link, half-life 30 days, at most 9 points
  1 lead would go to sales at once.

Emails
  ~ welcome  0 leads are still to get it

For all sequences
  ~ frequency cap  no cap -> 3 in 7 days`)
})

test('--leads names the leads that something changes for, by id, with no address', async () => {
  const { printed } = await run(change, { leads: true })
  expect(printed.split('\n').filter((line) => line.includes('-1  '))).toEqual([
    'friday  learn-1  gets more; day 19 hours earlier; gets taste; made due: Mon 9 Mar 15:11',
    'thursday  learn-1  gets more; day 24 hours later; gets taste; made due: Tue 10 Mar 09:45',
    'second  learn-1  gets more; cost 4 days later; gets taste',
    'fifth  learn-1  stays as it is; already past taste',
    'reader  digest-1  moves; cost 3 days earlier',
    'works  learn-1  goes to sales; does not get day, good-course, example, cost, adviser',
  ])
  expect(printed).not.toContain('@')
})

const learn = 'sequences/learn.yaml'
const day4 = '- { id: day, email: analysts-day, wait: 4 days, window: office }'
const warnings: readonly [string, Parameters<typeof changedPlainCampaign>[0], string, string][] = [
  [
    'a step by another name',
    { [learn]: { 'id: day,': 'id: tuesday,' } },
    'learn: the step day is removed, and the new step tuesday sends the same email.',
    'If it is the same step, write formerly: [day] for tuesday in sequences/learn.yaml.',
  ],
  [
    'no confirmation any more',
    { 'forms/newsletter.yaml': { 'doubleOptIn: true': 'doubleOptIn: false' } },
    'The form newsletter no longer asks for confirmation: 1 lead who never confirmed would be emailed.',
    'They may not have submitted the form themselves: keep doubleOptIn: true in forms/newsletter.yaml, or create a form with another name.',
  ],
  [
    'no confirmation any more, and another sequence',
    {
      'forms/newsletter.yaml': {
        'doubleOptIn: true': 'doubleOptIn: false',
        'sequence: digest': 'sequence: learn',
      },
    },
    'The form newsletter no longer asks for confirmation: 1 lead who never confirmed would be emailed.',
    'They may not have submitted the form themselves: keep doubleOptIn: true in forms/newsletter.yaml, or create a form with another name.',
  ],
  [
    'a pinned version whose email is gone',
    {
      [learn]: {
        'steps:': 'onChange: pin\nsteps:',
        [day4]: '- { id: day, email: digest-first, wait: 4 days }',
      },
      'emails/analysts-day.md': 'removed',
    },
    `3 leads finish version VERSION of learn, which sends the email analysts-day: the new campaign does not have it.`,
    'Keep emails/analysts-day.md until they have finished, or remove onChange: pin.',
  ],
]

test.each(warnings)('%s is warned of, with what to do', async (_, changes, what, fix) => {
  const { code, printed } = await run(changes, { failOn: ['warning'] })
  expect(printed).toContain(
    `\nWarnings\n  ! ${what.replace('VERSION', sample.plan.sequences.learn?.version ?? '')}\n    ${fix}\n`,
  )
  expect(code).toBe(1)
})

/** What is no cause for a warning. */
const harmless: readonly [string, Parameters<typeof changedPlainCampaign>[0], string][] = [
  [
    'a form that leads elsewhere: who came by it before goes on as before',
    { 'forms/guide.yaml': { 'sequence: learn': 'sequence: digest' } },
    `
Forms
  ~ guide  to learn -> to digest`,
  ],
  [
    'a form that asks for confirmation now: who was enrolled before is not asked',
    { 'forms/guide.yaml': { 'doubleOptIn: false': 'doubleOptIn: true' } },
    `
Forms
  ~ guide  to learn -> to learn, after confirmation`,
  ],
  [
    'a form that leads elsewhere and asks for confirmation now: nobody who came before is asked',
    {
      'forms/guide.yaml': {
        'sequence: learn': 'sequence: digest',
        'doubleOptIn: false': 'doubleOptIn: true',
      },
    },
    `
Forms
  ~ guide  to learn -> to digest, after confirmation`,
  ],
  [
    'a pinned version whose email no step names any more: its file is there',
    {
      [learn]: {
        'steps:': 'onChange: pin\nsteps:',
        [day4]: '- { id: day, email: digest-first, wait: 4 days }',
      },
    },
    `
Sequence learn  onChange: pin, leads under way stay on their version
  ~ onChange  migrate -> pin
  ~ day  email analysts-day -> digest-first; window Mon–Fri 09:00–17:00 -> any time
  5 leads under way:
          5  stay as they are
  5 leads finish version VERSION, in force since Thu 1 Jan 00:00.
  Finished, and stay finished: 1 lead.
  Emails sent twice: 0.`,
  ],
]

test.each(harmless)('%s', async (_, changes, expected) => {
  const { code, printed } = await run(changes, { failOn: ['begin', 'warning'] })
  const told = printed.split('\n').slice(3)
  expect(told.join('\n')).toBe(
    expected.replace('VERSION', sample.plan.sequences.learn?.version ?? '').slice(1),
  )
  expect(code).toBe(0)
})

// 23 March is a Monday: the third lesson of `second` was to come on the Saturday before it, as was the last of `reader` by
// the shorter wait.
test('more emails in a day than the quota are warned of', async () => {
  const { printed } = await run(change, { quota: 1 })
  expect(printed).toContain('2 emails would fall on 2026-03-23 (UTC), more than the quota of 1 a day')
})

test('nothing changes: said so, and no kind of change is found', async () => {
  const { code, printed } = await run({}, { failOn: ['move', 'skip', 'get', 'email', 'warning'] })
  expect(printed).toBe(
    `fernhill ${sample.plan.version} -> ${sample.plan.version}, against memory, Mon 9 Mar 10:00 Europe/London
9 leads: 6 under way, 1 waiting to confirm, 0 with sales, 1 suppressed

Nothing changes.`,
  )
  expect(code).toBe(0)
})

const failing: readonly [string, PlanOptions['failOn'], number][] = [
  ['a move is found', ['move'], 1],
  ['a gain is found beside what is not there', ['end', 'get'], 1],
  ['nothing ends, restarts or comes twice', ['end', 'restart', 'repeat', 'begin', 'warning'], 0],
]

test.each(failing)('--fail-on: %s', async (_, failOn, code) => {
  expect((await run(change, { failOn })).code).toBe(code)
})

test('--json gives the same figures', async () => {
  const { printed } = await run(change, { json: true })
  expect(JSON.parse(printed)).toMatchObject({
    campaign: 'fernhill',
    leads: { all: 9, underWay: 6, waitingToConfirm: 1, withSales: 0, suppressed: 1 },
    sequences: [
      {
        id: 'digest',
        outcomes: { moves: 1 },
        moves: { earlier: 1, later: 0, medianHours: 73, mostHours: 73 },
      },
      {
        id: 'learn',
        underWay: 5,
        outcomes: { gains: 3, asBefore: 1, finished: 1, suppressed: 1, toSales: 1 },
        stepCounts: { taste: { gained: 3, passed: 2, lost: 0 } },
        sentTwice: 0,
      },
    ],
    scoring: { qualifyNow: 1 },
    warnings: [],
  })
})

test('where nothing was ever deployed, nobody is under way', async () => {
  const printed: string[] = []
  const store = planStore({ history: {}, versionInForce: undefined }, people(), now)
  const code = await planCommand(
    changedPlainCampaign({}),
    options,
    async () => store,
    (text) => printed.push(text),
  )
  expect(printed).toEqual(['No version of fernhill was ever in force in memory: no leads are under way.'])
  expect(code).toBe(0)
})

test('of a deployed version without an outline only the sequences are compared, which is said', async () => {
  const printed: string[] = []
  const { outline: _, ...releases } = await deployed([sample, newYear])
  const store = planStore(releases, people(), now)
  await planCommand(
    changedPlainCampaign(change),
    options,
    async () => store,
    (text) => printed.push(text),
  )
  expect(printed.join('\n')).toContain(
    'The deployed Ripen records only its sequences: score rules, forms, emails and settings are not compared.',
  )
  expect(printed.join('\n')).not.toContain('Scoring')
})
