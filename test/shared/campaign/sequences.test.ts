/** What check says of a sequence: a row for each kind of mistake, with all that is said of the whole campaign. */
import { describe, expect, test } from 'vitest'
import { saidOf } from '../../support/sequence-folder.ts'

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
        'sequences/learn.yaml:3: Two steps are called welcome. Facts refer to steps and branches by id: rename one; the other is on line 2.',
      ],
    ],
    [
      'a step id that a branch has, in an arm',
      branch(`
- arm: all
  steps:
    - { id: interest, email: day, wait: 1 day }`),
      [
        'sequences/learn.yaml:8: Two steps are called interest. Facts refer to steps and branches by id: rename one; the other is on line 3.',
      ],
    ],
    [
      'an arm that stands twice',
      branch(`
- arm: one
  ${student}
- arm: one`),
      [
        'sequences/learn.yaml:8: Two arms of interest are called one. Facts refer to arms by id: rename one; the other is on line 6.',
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
        'sequences/learn.yaml:5: Two variants of welcome are called a. Facts refer to variants by id: rename one; the other is on line 4.',
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
        'sequences/learn.yaml:3: The step day was formerly called welcome, and the step on line 2 has that name now. Rename that step, or remove the name from formerly.',
      ],
    ],
    [
      'a former name of two steps',
      steps(
        '{ id: welcome, email: welcome, formerly: [old] }',
        '{ id: day, email: day, wait: 4 days, formerly: [old] }',
      ),
      [
        'sequences/learn.yaml:3: The steps welcome and day were both formerly called old. Only one step had the name: remove it from the other.',
      ],
    ],
    [
      'a former name that stands twice',
      steps('{ id: welcome, email: welcome, formerly: [old, old] }'),
      [
        'sequences/learn.yaml:2: The step welcome names old twice in formerly. Only one step had the name: remove it from the other.',
      ],
    ],
    [
      'a former name that is the name',
      steps('{ id: welcome, email: welcome, formerly: [welcome] }'),
      [
        'sequences/learn.yaml:2: The step welcome was formerly called welcome, and still is. Write its earlier name, or remove formerly.',
      ],
    ],
    [
      'a step called end',
      steps(welcome, '{ id: end, email: day, wait: 4 days }'),
      [
        'sequences/learn.yaml:3: A step is called end, which goTo uses for the end of the sequence. Give it another name.',
      ],
    ],
    [
      'a goTo to no step',
      branch('- { arm: all, goTo: dya }', [day]),
      [
        'sequences/learn.yaml:6: The arm all of interest leads to dya, but there is no such step. Did you mean day?',
      ],
    ],
    [
      'a goTo to its own branch',
      branch('- { arm: all, goTo: interest }', [day]),
      [
        'sequences/learn.yaml:6: The arm all of interest leads to interest, which is the branch itself: a lead passes it only once. Choose from day, end.',
      ],
    ],
    [
      'a goTo backwards',
      branch('- { arm: all, goTo: welcome }', [day]),
      [
        'sequences/learn.yaml:6: The arm all of interest leads to welcome, which comes earlier: goTo only leads forward. Choose from day, end.',
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
        'sequences/learn.yaml:6: The arm student of interest leads to cheap, which is in the same branch: goTo must lead out of it. Choose from day, end.',
      ],
    ],
    [
      'a goTo into an arm of another branch',
      branch('- { arm: all, goTo: cheap }', [
        '{ branch: second, wait: 1 day, arms: [{ arm: only, steps: [{ id: cheap, email: cost }] }] }',
      ]),
      [
        'sequences/learn.yaml:6: The arm all of interest leads to cheap, which is in an arm of second: leads reach it only through that branch. Choose from second, end.',
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
        'sequences/learn.yaml:8: No lead reaches the step day: every path through interest skips it. Let an arm lead to it, or remove the step.',
      ],
    ],
    [
      'an arm after one that takes everybody',
      branch(`
- { arm: all, steps: [{ id: day, email: day, wait: 1 day }] }
- { arm: student, ${student} }`),
      [
        'sequences/learn.yaml:7: No lead takes the arm student of interest: all comes before it, has no condition, and takes every lead. Move all to the end of the arms, or give it a when.',
      ],
    ],
    [
      'an arm whose leads take an arm before',
      branch(`
- { arm: some, when: { field: occupation, in: [Student, Working] } }
- { arm: student, ${student} }`),
      [
        'sequences/learn.yaml:7: No lead takes the arm student of interest: every lead that meets its condition takes an earlier arm. Move it up, or correct its condition.',
      ],
    ],
    [
      'one email in two steps',
      steps(welcome, '{ id: again, email: welcome, wait: 4 days }'),
      [
        'sequences/learn.yaml:3: The steps welcome and again both send the email welcome: a lead who got it in one counts as having done both. Use another email in one of them, or remove the step.',
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
        'sequences/learn.yaml:8: The steps cheap and cost both send the email cost: a lead who got it in one counts as having done both. Use another email in one of them, or remove the step.',
      ],
    ],
    [
      'a step for all in an arm',
      branch('- { arm: all, steps: [{ id: day, email: day, wait: 1 day, forAll: true }] }'),
      [
        'sequences/learn.yaml:6: The step day has forAll inside an arm of interest: leads in the hold-out take no arm. Put the step before the branch, or remove forAll.',
      ],
    ],
    [
      'a name that confirmations have',
      { 'sequences/confirm-later.yaml': 'steps: []\n', ...steps(welcome) },
      [
        'sequences/confirm-later.yaml:1: The file name cannot be used as an id. Names that begin with "confirm-" are reserved for confirmations: choose another.',
      ],
    ],
    [
      'a name that the emails to sales have',
      { 'sequences/sales.yaml': 'steps: []\n', ...steps(welcome) },
      [
        'sequences/sales.yaml:1: The file name cannot be used as an id. "sales" is reserved for emails to sales: choose another name.',
      ],
    ],
  ])('%s', (_, files, expected) => {
    expect(saidOf(files)).toEqual({ errors: expected, advice: [] })
  })
})

test('a sequence of 101 steps is told at the one that is too many', () => {
  const many = Array.from({ length: 101 }, (_, at) => `{ id: s${at}, email: e${at}, wait: 1 day }`)
  const emails = Object.fromEntries(many.map((_, at) => [`emails/e${at}.md`, '---\nsubject: S\n---\nText\n']))
  expect(saidOf({ ...emails, ...steps(...many) })).toEqual({
    errors: [
      'sequences/learn.yaml:102: The sequence has 101 steps; the maximum is 100. Split it into two sequences.',
    ],
    advice: [],
  })
})
