/** What check says of a sequence: a row for each kind of mistake, with all that is said of the whole campaign. */
import { describe, expect, test } from 'vitest'
import { saidOf, settings } from '../support/sequence-folder.ts'

const sequence = (text: string) => ({ 'sequences/learn.yaml': text })
const steps = (...lines: string[]) => sequence(`steps:\n${lines.map((line) => `  - ${line}\n`).join('')}`)
const welcome = '{ id: welcome, email: welcome }'
const day = '{ id: day, email: day, wait: 4 days }'

/** A branch after `welcome`, from line 3 on; its arms from line 6. */
const branch = (arms: string, after: string[] = []) =>
  sequence(`steps:
  - ${welcome}
  - branch: interest
    wait: 2 days
    arms:
${arms
  .trim()
  .split('\n')
  .map((line) => `      ${line}\n`)
  .join('')}${after.map((line) => `  - ${line}\n`).join('')}`)

const student = 'when: { field: occupation, in: [Student] }'

test('a sequence that is as it should be has no finding', () => {
  const files = branch(
    `
- arm: student
  ${student}
  steps:
    - { id: cheap, email: cost, wait: 1 day }
  goTo: talk
- arm: other
  steps:
    - { id: day, email: day, wait: 1 day, window: office }`,
    [
      '{ id: extra, email: extra, wait: "3 business days, until 10:00", window: office, when: { clicked: /day } }',
      '{ id: talk, email: talk, wait: 7 days, formerly: [adviser] }',
    ],
  )
  expect(saidOf(files)).toEqual({ errors: [], advice: [] })
})

describe('an error is told with file, line and fix:', () => {
  test.each<[string, Readonly<Record<string, string>>, string[]]>([
    [
      'an email that is nearly another',
      steps('{ id: welcome, email: welcom }'),
      ['sequences/learn.yaml:2: There is no email "welcom". Did you mean welcome?'],
    ],
    [
      'an email that is near none',
      steps('{ id: welcome, email: brochure }'),
      ['sequences/learn.yaml:2: There is no email "brochure". Create emails/brochure.md, or name another.'],
    ],
    [
      'an email of a variant',
      sequence(`steps:
  - id: welcome
    variants:
      - { id: a, email: welcome }
      - { id: b, email: dya }
`),
      ['sequences/learn.yaml:5: There is no email "dya". Did you mean day?'],
    ],
    [
      'a window',
      steps('{ id: welcome, email: welcome, window: ofice }'),
      ['sequences/learn.yaml:2: There is no window "ofice". Did you mean office?'],
    ],
    [
      'a window that is near none',
      steps('{ id: welcome, email: welcome, window: mornings }'),
      [
        'sequences/learn.yaml:2: There is no window "mornings". Add it to windows in campaign.yaml, or use one of office.',
      ],
    ],
    [
      'a form',
      steps(welcome, '{ id: day, email: day, wait: 4 days, when: { form: [new] } }'),
      [
        'sequences/learn.yaml:3: The step day waits for the form "new", which does not exist. Did you mean news?',
      ],
    ],
    [
      'a field',
      steps(welcome, '{ id: day, email: day, wait: 4 days, when: { field: ocupation, in: [Student] } }'),
      [
        'sequences/learn.yaml:3: The step day reads ocupation, which no form asks for. Did you mean occupation?',
      ],
    ],
    [
      'a value that no form offers',
      steps(welcome, '{ id: day, email: day, wait: 4 days, when: { field: occupation, in: [Studnt] } }'),
      [
        'sequences/learn.yaml:3: The step day waits for occupation to be "Studnt", which no form offers. Did you mean Student?',
      ],
    ],
    [
      'a condition deep in others, on its own line',
      sequence(`goal:
  any:
    - { clicked: /guide }
    - all:
        - { clicked: /guide }
        - not: { field: visitors, atLeast: 3 }
steps:
  - ${welcome}
`),
      ['sequences/learn.yaml:6: The goal reads visitors, which no form asks for. Did you mean visits?'],
    ],
    [
      'a click on what no email links to',
      steps(welcome, '{ id: day, email: day, wait: 4 days, when: { clicked: /guid } }'),
      [
        'sequences/learn.yaml:3: The step day waits for a click on /guid, which no email links to. Did you mean /guide?',
      ],
    ],
    [
      'a click on what only emails of other sequences link to',
      sequence(`goal: { clicked: /book-a-call }\nsteps:\n  - ${welcome}\n`),
      [
        'sequences/learn.yaml:1: The goal waits for a click on /book-a-call, which no email of this sequence links to. Link to it in one of its emails, or correct the link.',
      ],
    ],
    [
      'a step id that stands twice',
      steps(welcome, '{ id: welcome, email: day, wait: 4 days }'),
      [
        'sequences/learn.yaml:3: Two steps are called welcome. Facts name steps and branches by id: rename one; the other stands in line 2.',
      ],
    ],
    [
      'a step id that a branch has, in an arm',
      branch(`
- arm: all
  steps:
    - { id: interest, email: day, wait: 1 day }`),
      [
        'sequences/learn.yaml:8: Two steps are called interest. Facts name steps and branches by id: rename one; the other stands in line 3.',
      ],
    ],
    [
      'an arm that stands twice',
      branch(`
- arm: one
  ${student}
- arm: one`),
      [
        'sequences/learn.yaml:8: Two arms of interest are called one. Facts name arms by id: rename one; the other stands in line 6.',
      ],
    ],
    [
      'a variant that stands twice',
      sequence(`steps:
  - id: welcome
    variants:
      - { id: a, email: welcome }
      - { id: a, email: day }
`),
      [
        'sequences/learn.yaml:5: Two variants of welcome are called a. Facts name variants by id: rename one; the other stands in line 4.',
      ],
    ],
    [
      'two variants with one email',
      sequence(`steps:
  - id: welcome
    variants:
      - { id: a, email: welcome }
      - { id: b, email: welcome }
`),
      [
        'sequences/learn.yaml:5: Two variants of welcome send the email welcome: a test between them compares nothing. Name another email, or remove the variant and raise the weight of the other.',
      ],
    ],
    [
      'a former name that another step has',
      steps(welcome, '{ id: day, email: day, wait: 4 days, formerly: [welcome] }'),
      [
        'sequences/learn.yaml:3: The step day was formerly called welcome, and the step in line 2 is called so now. Rename that step, or remove the name from formerly.',
      ],
    ],
    [
      'a former name of two steps',
      steps(
        '{ id: welcome, email: welcome, formerly: [old] }',
        '{ id: day, email: day, wait: 4 days, formerly: [old] }',
      ),
      [
        'sequences/learn.yaml:3: The steps welcome and day were both formerly called old. One step had the name: remove it from the other.',
      ],
    ],
    [
      'a former name that stands twice',
      steps('{ id: welcome, email: welcome, formerly: [old, old] }'),
      [
        'sequences/learn.yaml:2: The step welcome names old twice in formerly. One step had the name: remove it from the other.',
      ],
    ],
    [
      'a former name that is the name',
      steps('{ id: welcome, email: welcome, formerly: [welcome] }'),
      [
        'sequences/learn.yaml:2: The step welcome was formerly called welcome, and still is. Write the name that it had before, or remove formerly.',
      ],
    ],
    [
      'a step called end',
      steps(welcome, '{ id: end, email: day, wait: 4 days }'),
      [
        'sequences/learn.yaml:3: A step is called end, which is what goTo calls the end of the sequence. Give it another name.',
      ],
    ],
    [
      'a goTo to no step',
      branch('- { arm: all, goTo: dya }', [day]),
      [
        'sequences/learn.yaml:6: The arm all of interest leads to dya, and there is no such step. Did you mean day?',
      ],
    ],
    [
      'a goTo to its own branch',
      branch('- { arm: all, goTo: interest }', [day]),
      [
        'sequences/learn.yaml:6: The arm all of interest leads to interest, which is the branch itself: a lead takes it once. Choose from day, end.',
      ],
    ],
    [
      'a goTo backwards',
      branch('- { arm: all, goTo: welcome }', [day]),
      [
        'sequences/learn.yaml:6: The arm all of interest leads to welcome, which comes before it: goTo leads forward only. Choose from day, end.',
      ],
    ],
    [
      'a goTo into its own arms',
      branch(
        `
- { arm: student, ${student}, goTo: cheap }
- { arm: all, steps: [{ id: cheap, email: cost, wait: 1 day }] }`,
        [day],
      ),
      [
        'sequences/learn.yaml:6: The arm student of interest leads to cheap, which stands in the same branch: goTo leads out of it. Choose from day, end.',
      ],
    ],
    [
      'a goTo into an arm of another branch',
      branch('- { arm: all, goTo: cheap }', [
        '{ branch: second, wait: 1 day, arms: [{ arm: only, steps: [{ id: cheap, email: cost }] }] }',
      ]),
      [
        'sequences/learn.yaml:6: The arm all of interest leads to cheap, which stands in an arm of second: a lead comes there by that branch. Choose from second, end.',
      ],
    ],
    [
      'a step past which all arms lead',
      branch(
        `
- { arm: student, ${student}, goTo: talk }
- { arm: all, goTo: end }`,
        [day, '{ id: talk, email: talk, wait: 4 days }'],
      ),
      [
        'sequences/learn.yaml:8: Nobody comes to the step day: all ways through interest lead past it. Let an arm go on there, or remove the step.',
      ],
    ],
    [
      'an arm after one that takes everybody',
      branch(`
- { arm: all, steps: [{ id: day, email: day, wait: 1 day }] }
- { arm: student, ${student} }`),
      [
        'sequences/learn.yaml:7: Nobody takes the arm student of interest: all stands before it, has no condition, and takes everybody. Move all to the end of the arms, or give it a when.',
      ],
    ],
    [
      'an arm whose leads take an arm before',
      branch(`
- { arm: some, when: { field: occupation, in: [Student, Working] } }
- { arm: student, ${student} }`),
      [
        'sequences/learn.yaml:7: Nobody takes the arm student of interest: whoever meets its condition takes an arm before it. Move it before them, or correct its condition.',
      ],
    ],
    [
      'more points than the rules give',
      steps(welcome, '{ id: day, email: day, wait: 4 days, when: { score: { atLeast: 16 } } }'),
      [
        'sequences/learn.yaml:3: The step day can never be met: no lead has 16 points: the rules give 15 at most. Correct the condition, or remove the step.',
      ],
    ],
    [
      'fewer points than the rules take',
      steps(welcome, '{ id: day, email: day, wait: 4 days, when: { score: { below: -3 } } }'),
      [
        'sequences/learn.yaml:3: The step day can never be met: no lead has fewer than -3 points: the rules take 3 at most. Correct the condition, or remove the step.',
      ],
    ],
    [
      'points that exclude each other',
      steps(
        welcome,
        '{ id: day, email: day, wait: 4 days, when: { all: [{ score: { atLeast: 9 } }, { score: { below: 5 } }] } }',
      ),
      [
        'sequences/learn.yaml:3: The step day can never be met: no lead has 9 points or more and fewer than 5. Correct the condition, or remove the step.',
      ],
    ],
    [
      'answers that exclude each other',
      steps(
        welcome,
        `{ id: day, email: day, wait: 4 days, when: { all: [{ field: occupation, in: [Student] }, { not: { field: occupation, in: [Student] } }] } }`,
      ),
      [
        'sequences/learn.yaml:3: The step day can never be met: occupation has one value, and none that is left by all of its conditions. Correct the condition, or remove the step.',
      ],
    ],
    [
      'an answer that is known and not',
      steps(
        welcome,
        '{ id: day, email: day, wait: 4 days, when: { all: [{ field: visits, atLeast: 3 }, { field: visits, known: false }] } }',
      ),
      [
        'sequences/learn.yaml:3: The step day can never be met: visits is not both known and unknown. Correct the condition, or remove the step.',
      ],
    ],
    [
      'numbers that exclude each other',
      steps(
        welcome,
        '{ id: day, email: day, wait: 4 days, when: { all: [{ field: visits, atLeast: 9 }, { field: visits, below: 5 }] } }',
      ),
      [
        'sequences/learn.yaml:3: The step day can never be met: visits is not both 9 or more and below 5. Correct the condition, or remove the step.',
      ],
    ],
    [
      'sources that exclude each other',
      steps(
        welcome,
        '{ id: day, email: day, wait: 4 days, when: { all: [{ source: [Newspaper] }, { source: [Fair] }] } }',
      ),
      [
        'sequences/learn.yaml:3: The step day can never be met: a lead has one source, and none that is left by all of its conditions. Correct the condition, or remove the step.',
      ],
    ],
    [
      'what every lead of the sequence has done, not done',
      steps(welcome, '{ id: day, email: day, wait: 4 days, when: { not: { form: [guide] } } }'),
      [
        'sequences/learn.yaml:3: The step day can never be met: whoever is in this sequence has sent guide. Correct the condition, or remove the step.',
      ],
    ],
    [
      'one email in two steps',
      steps(welcome, '{ id: again, email: welcome, wait: 4 days }'),
      [
        'sequences/learn.yaml:3: The steps welcome and again both send the email welcome: who had it in one is taken to have done both. Write another email for one of them, or remove the step.',
      ],
    ],
    [
      'one email in an arm and after it',
      branch(
        `
- { arm: student, ${student}, steps: [{ id: cheap, email: cost, wait: 1 day }] }
- { arm: all }`,
        ['{ id: cost, email: cost, wait: 4 days }'],
      ),
      [
        'sequences/learn.yaml:8: The steps cheap and cost both send the email cost: who had it in one is taken to have done both. Write another email for one of them, or remove the step.',
      ],
    ],
    [
      'a step for all in an arm',
      branch('- { arm: all, steps: [{ id: day, email: day, wait: 1 day, forAll: true }] }'),
      [
        'sequences/learn.yaml:6: The step day is for all, and stands in an arm of interest: leads in the hold-out take no arm. Put the step before the branch, or remove forAll.',
      ],
    ],
    [
      'an exit that is met at once, by the form',
      sequence(`exits:\n  - { clicked: /first }\n  - { form: [guide] }\nsteps:\n  - ${welcome}\n`),
      [
        'sequences/learn.yaml:3: Exit 2 is met at once by whoever comes by the form guide: they would get nothing of this sequence. Wait for something that comes later, or remove the exit.',
      ],
    ],
    [
      'a goal that is met at once, by what has not happened yet',
      sequence(`goal: { not: { clicked: /guide } }\nsteps:\n  - ${welcome}\n`),
      [
        'sequences/learn.yaml:1: The goal is met at once by whoever comes by the form guide: they would get nothing of this sequence. Wait for something that comes later, or remove the goal.',
      ],
    ],
    [
      'an exit by the confirmation that led here',
      {
        'sequences/digest.yaml': 'exits: [{ fact: CONFIRMED }]\nsteps: [{ id: first, email: first }]\n',
        ...steps(welcome),
      },
      [
        'sequences/digest.yaml:1: The exit is met at once by whoever comes by the form news: they would get nothing of this sequence. Wait for something that comes later, or remove the exit.',
      ],
    ],
    [
      'lateness that comes before retries are over',
      steps('{ id: welcome, email: welcome, lateness: { atMost: 1 hour, beyond: spread } }'),
      [
        'sequences/learn.yaml:2: The step welcome would be late after 1 hour: a schedule and its retries may take 2. Write atMost: 2 hours, or more.',
      ],
    ],
    [
      'the same for all steps',
      { 'campaign.yaml': `${settings}lateness: { atMost: 0 hours, beyond: spread }\n`, ...steps(welcome) },
      [
        'campaign.yaml:9: An email would be late after 0 hours: a schedule and its retries may take 2. Write atMost: 2 hours, or more.',
      ],
    ],
    [
      'a sequence of more than a year',
      steps(welcome, '{ id: day, email: day, wait: 300 days }', '{ id: cost, email: cost, wait: 100 days }'),
      [
        'sequences/learn.yaml:2: The sequence takes 400 days along its longest way; a year is the most. Shorten the waits, or make two sequences of it.',
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
    [
      'a name that confirmations have',
      { 'sequences/confirm-later.yaml': 'steps: []\n', ...steps(welcome) },
      [
        'sequences/confirm-later.yaml:1: The file name is not usable as an id. What begins with "confirm-" is taken by confirmations: give it another name.',
      ],
    ],
    [
      'a name that the emails to sales have',
      { 'sequences/sales.yaml': 'steps: []\n', ...steps(welcome) },
      [
        'sequences/sales.yaml:1: The file name is not usable as an id. "sales" is taken by the emails to sales: give it another name.',
      ],
    ],
  ])('%s', (_, files, expected) => {
    expect(saidOf(files)).toEqual({ errors: expected, advice: [] })
  })
})

/** Every Monday from January to April 2027. */
const mondays = [
  '2027-01-04',
  '2027-01-11',
  '2027-01-18',
  '2027-01-25',
  '2027-02-01',
  '2027-02-08',
  '2027-02-15',
  '2027-02-22',
  '2027-03-01',
  '2027-03-08',
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
      'campaign.yaml:8: The window market does not open for 60 days or more: each Mon of them is a holiday. Add a weekday to it, or remove holidays.',
      'sequences/learn.yaml:3: The step day waits for a Monday, and for 60 days or more each of them is a holiday. Wait for another weekday, or remove holidays.',
    ],
    advice: [],
  })
})

test('seven Mondays that are holidays leave no sixty days closed', () => {
  const campaign = `${settings}holidays: [${mondays.slice(0, 7)}]\nbusinessDays: [Mon]\n`
  expect(saidOf({ 'campaign.yaml': campaign, ...steps(welcome) })).toEqual({ errors: [], advice: [] })
})

test('a sequence of 101 steps is told at the one that is too many', () => {
  const many = Array.from({ length: 101 }, (_, at) => `{ id: s${at}, email: e${at}, wait: 1 day }`)
  const emails = Object.fromEntries(many.map((_, at) => [`emails/e${at}.md`, '---\nsubject: S\n---\nText\n']))
  expect(saidOf({ ...emails, ...steps(...many) })).toEqual({
    errors: [
      'sequences/learn.yaml:102: The sequence has 101 steps; 100 is the most. Make two sequences of it.',
    ],
    advice: [],
  })
})
