/** What check says of a sequence's conditions and times: a row for each kind of mistake, with all that is said of the campaign. */
import { describe, expect, test } from 'vitest'
import { nextInWindow } from '../../../shared/domain/cadence.ts'
import { saidOf, settings } from '../../support/sequence-folder.ts'

const sequence = (text: string) => ({ 'sequences/learn.yaml': text })
const steps = (...lines: string[]) => sequence(`steps:\n${lines.map((line) => `  - ${line}\n`).join('')}`)
const welcome = '{ id: welcome, email: welcome }'

describe('an error is told with file, line and fix:', () => {
  test.each<[string, Readonly<Record<string, string>>, string[]]>([
    [
      'more points than the rules give',
      steps(welcome, '{ id: day, email: day, wait: 4 days, when: { score: { atLeast: 16 } } }'),
      [
        'sequences/learn.yaml:3: The step day can never be met: no lead has 16 points: the rules give at most 15. Correct the condition, or remove the step.',
      ],
    ],
    [
      'fewer points than the rules take',
      steps(welcome, '{ id: day, email: day, wait: 4 days, when: { score: { below: -3 } } }'),
      [
        'sequences/learn.yaml:3: The step day can never be met: no lead has fewer than -3 points: the rules take away at most 3. Correct the condition, or remove the step.',
      ],
    ],
    [
      'points that exclude each other',
      steps(
        welcome,
        '{ id: day, email: day, wait: 4 days, when: { all: [{ score: { atLeast: 9 } }, { score: { below: 5 } }] } }',
      ),
      [
        'sequences/learn.yaml:3: The step day can never be met: no lead has at least 9 and fewer than 5 points. Correct the condition, or remove the step.',
      ],
    ],
    [
      'answers that exclude each other',
      steps(
        welcome,
        `{ id: day, email: day, wait: 4 days, when: { all: [{ field: occupation, in: [Student] }, { not: { field: occupation, in: [Student] } }] } }`,
      ),
      [
        'sequences/learn.yaml:3: The step day can never be met: occupation has one value, and none meets all of its conditions. Correct the condition, or remove the step.',
      ],
    ],
    [
      'an answer that is known and not',
      steps(
        welcome,
        '{ id: day, email: day, wait: 4 days, when: { all: [{ field: visits, atLeast: 3 }, { field: visits, known: false }] } }',
      ),
      [
        'sequences/learn.yaml:3: The step day can never be met: visits cannot be both known and unknown. Correct the condition, or remove the step.',
      ],
    ],
    [
      'numbers that exclude each other',
      steps(
        welcome,
        '{ id: day, email: day, wait: 4 days, when: { all: [{ field: visits, atLeast: 9 }, { field: visits, below: 5 }] } }',
      ),
      [
        'sequences/learn.yaml:3: The step day can never be met: visits cannot be both at least 9 and below 5. Correct the condition, or remove the step.',
      ],
    ],
    [
      'sources that exclude each other',
      steps(
        welcome,
        '{ id: day, email: day, wait: 4 days, when: { all: [{ source: [Newspaper] }, { source: [Fair] }] } }',
      ),
      [
        'sequences/learn.yaml:3: The step day can never be met: a lead has one source, and none meets all of its conditions. Correct the condition, or remove the step.',
      ],
    ],
    [
      'what every lead of the sequence has done, not done',
      steps(welcome, '{ id: day, email: day, wait: 4 days, when: { not: { form: [guide] } } }'),
      [
        'sequences/learn.yaml:3: The step day can never be met: every lead in this sequence has submitted guide. Correct the condition, or remove the step.',
      ],
    ],
    [
      'an exit that is met at once, by the form',
      sequence(`exits:\n  - { clicked: /first }\n  - { form: [guide] }\nsteps:\n  - ${welcome}\n`),
      [
        'sequences/learn.yaml:3: Exit 2 is met at once by every lead from the form guide: they would get no email of this sequence. Wait for something that happens later, or remove the exit.',
      ],
    ],
    [
      'a goal that is met at once, by what has not happened yet',
      sequence(`goal: { not: { clicked: /guide } }\nsteps:\n  - ${welcome}\n`),
      [
        'sequences/learn.yaml:1: The goal is met at once by every lead from the form guide: they would get no email of this sequence. Wait for something that happens later, or remove the goal.',
      ],
    ],
    [
      'an exit by the confirmation that led here',
      {
        'sequences/digest.yaml': 'exits: [{ fact: CONFIRMED }]\nsteps: [{ id: first, email: first }]\n',
        ...steps(welcome),
      },
      [
        'sequences/digest.yaml:1: The exit is met at once by every lead from the form news: they would get no email of this sequence. Wait for something that happens later, or remove the exit.',
      ],
    ],
    [
      'lateness that comes before retries are over',
      steps('{ id: welcome, email: welcome, lateness: { atMost: 1 hour, beyond: spread } }'),
      [
        'sequences/learn.yaml:2: The step welcome would count as late after 1 hour, but a schedule and its retries may take 2. Write atMost: 2 hours or more.',
      ],
    ],
    [
      'the same for all steps',
      { 'campaign.yaml': `${settings}lateness: { atMost: 0 hours, beyond: spread }\n`, ...steps(welcome) },
      [
        'campaign.yaml:9: An email would count as late after 0 hours, but a schedule and its retries may take 2. Write atMost: 2 hours or more.',
      ],
    ],
    [
      'a sequence of more than a year',
      steps(welcome, '{ id: day, email: day, wait: 300 days }', '{ id: cost, email: cost, wait: 100 days }'),
      [
        'sequences/learn.yaml:2: The sequence takes 400 days along its longest path; the maximum is a year. Shorten the waits, or split it into two sequences.',
      ],
    ],
    [
      'a holiday that does not exist',
      {
        'campaign.yaml': `${settings}holidays: ["12-25", "02-29", "2027-02-29", "04-31"]\n`,
        ...steps(welcome),
      },
      [
        'campaign.yaml:9: There is no 2027-02-29 in the calendar. Correct the date.',
        'campaign.yaml:9: There is no 04-31 in the calendar. Correct the date.',
      ],
    ],
  ])('%s', (_, files, expected) => {
    expect(saidOf(files)).toEqual({ errors: expected, advice: [] })
  })
})

/** Eight Mondays of 2027 in a row. */
const mondays = [
  '2027-01-04',
  '2027-01-11',
  '2027-01-18',
  '2027-01-25',
  '2027-02-01',
  '2027-02-08',
  '2027-02-15',
  '2027-02-22',
].map((date) => `"${date}"`)

test('holidays that leave no day to a window, a weekday or business are errors where each stands', () => {
  const campaign = `${settings.replace('windows: {', 'windows: { market: { weekdays: [Mon], from: "8:00", to: "9:00" },')}holidays: [${mondays}]
businessDays: [Mon]
`
  expect(
    saidOf({
      'campaign.yaml': campaign,
      ...steps(welcome, '{ id: day, email: day, wait: until Mon 10:00 }'),
    }),
  ).toEqual({
    errors: [
      'campaign.yaml:10: The holidays leave no business day for 60 days or more. Add a weekday to businessDays, or remove holidays.',
      'campaign.yaml:8: The window market does not open for 60 days or more: holidays close all of its days (Mon). Add a weekday to it, or remove holidays.',
      'sequences/learn.yaml:3: The step day waits for a Monday, but for 60 days or more every Monday is a holiday. Wait for another weekday, or remove holidays.',
    ],
    advice: [],
  })
})

test('seven Mondays that are holidays leave no sixty days closed', () => {
  const campaign = `${settings}holidays: [${mondays.slice(0, 7)}]\nbusinessDays: [Mon]\n`
  expect(saidOf({ 'campaign.yaml': campaign, ...steps(welcome) })).toEqual({ errors: [], advice: [] })
})

/** So many days from 2 March 2027 on, a Tuesday, as the calendar of campaign.yaml has them. */
const daysFromMarch = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => new Date(Date.UTC(2027, 2, 2 + at)).toISOString().slice(0, 10))

test('sixty days without an opening are what the pipeline cannot bridge, and fifty-nine are not', () => {
  const window = { weekdays: [1, 2, 3, 4, 5, 6, 7], fromMinutes: 540, toMinutes: 600 }
  const opensAgain = (holidays: string[]) =>
    nextInWindow(Date.parse('2027-03-01T12:00:00Z'), window, { businessDays: [1], holidays }, 'UTC')
  const said = (holidays: string[]) =>
    saidOf({
      'campaign.yaml': `${settings.replace(/windows: .*/, 'windows: { daily: { weekdays: [Mon, Tue, Wed, Thu, Fri, Sat, Sun], from: "9:00", to: "10:00" } }')}holidays: [${holidays.map((date) => `"${date}"`)}]
businessDays: [Mon, Tue, Wed, Thu, Fri, Sat, Sun]
`,
      ...steps(welcome),
    })
  expect(opensAgain(daysFromMarch(59))).toBe(Date.parse('2027-04-30T09:00:00Z'))
  expect(said(daysFromMarch(59))).toEqual({ errors: [], advice: [] })
  expect(() => opensAgain(daysFromMarch(60))).toThrow(RangeError)
  expect(said(daysFromMarch(60)).errors).toEqual([
    'campaign.yaml:10: The holidays leave no business day for 60 days or more. Add a weekday to businessDays, or remove holidays.',
    'campaign.yaml:8: The window daily does not open for 60 days or more: holidays close all of its days (every day). Add a weekday to it, or remove holidays.',
  ])
})

test('as many points as the rules can just give, and just fewer than none, can be met', () => {
  expect(
    saidOf(
      steps(
        welcome,
        '{ id: day, email: day, wait: 4 days, when: { score: { atLeast: 15 } } }',
        '{ id: cost, email: cost, wait: 4 days, when: { score: { below: -2 } } }',
      ),
    ),
  ).toEqual({ errors: [], advice: [] })
})
