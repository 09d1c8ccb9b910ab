/** Mistakes in the shape of a sequence file, and the words in which a marketer is told. */
import { expect, test } from 'vitest'
import { sequenceFile } from '../../../shared/campaign/schema/sequence-schema.ts'
import { Problems } from '../../../shared/campaign/source/problems.ts'
import { parseYaml } from '../../../shared/campaign/source/read-file.ts'

const told = (text: string): string[] => {
  const problems = new Problems()
  parseYaml(text, 'learn.yaml', 0, sequenceFile, problems)
  return problems.errors.map(({ line, problem, fix }) => `${line}: ${problem} ${fix}`)
}

const step = (rest: string) => `steps:\n  - { id: a, email: a, ${rest} }\n`
const branch = (arms: string) => `steps:\n  - branch: b\n    arms:\n${arms}\n`

test.each<[string, string[]]>([
  [step('wait: 4'), ['2: steps.a.wait: needs a unit: 4 days or 4 hours. Correct the value.']],
  [step('wait: "4"'), ['2: steps.a.wait: needs a unit: 4 days or 4 hours. Correct the value.']],
  [
    step('wait: 4 day s'),
    ['2: steps.a.wait: must be a wait such as 12 hours or 4 days; did you mean 4 days? Correct the value.'],
  ],
  [
    step('wait: 3 buisness days'),
    [
      '2: steps.a.wait: must be a wait such as 12 hours or 4 days; did you mean 3 business days? Correct the value.',
    ],
  ],
  [
    step('wait: until Tusday 10:00'),
    ['2: steps.a.wait: must name a weekday, and Tusday is not one; did you mean Tuesday? Correct the value.'],
  ],
  [
    step('wait: until Tue'),
    ['2: steps.a.wait: needs a time of day after until, such as until Tue 10:00. Correct the value.'],
  ],
  [
    step('wait: until 25:00'),
    ['2: steps.a.wait: needs a time of day after until, such as until 10:00. Correct the value.'],
  ],
  [
    step('wait: 2 days until 9:00'),
    ['2: steps.a.wait: needs a comma before until: 2 days, until 9:00. Correct the value.'],
  ],
  [
    step('wait: 30 minutes'),
    [
      '2: steps.a.wait: must be in hours, days, business days or weeks: minutes are too short. Correct the value.',
    ],
  ],
  [
    step('wait: 2 months'),
    ['2: steps.a.wait: must be in hours, days, business days or weeks, such as 30 days. Correct the value.'],
  ],
  [
    step('wait: 1.5 days'),
    [
      '2: steps.a.wait: must be a whole number; for part of a day use hours, such as 36 hours. Correct the value.',
    ],
  ],
  [
    step('wait: soon'),
    [
      '2: steps.a.wait: must be a wait such as 12 hours, 4 days, 3 business days, until Tue 10:00, or 2 days, until 09:00; none sends at once. Correct the value.',
    ],
  ],
  [step('delay: 4 days'), ['2: Unknown setting "delay". Did you mean wait?']],
  [
    'steps:\n  - {id: a, email: a, wait:4 days}\n',
    ['2: Unknown setting "wait:4 days". Write a space after the colon.'],
  ],
  [
    'steps:\n  - { id: a, emial: a }\n',
    [
      '2: Unknown setting "emial". Did you mean email?',
      '2: steps.a.email: is missing: write the name of an email, or variants for a test. Correct the value.',
    ],
  ],
  [
    'steps:\n  - { id: a, email: a.md }\n',
    ['2: steps.a.email: is named without its ending .md. Correct the value.'],
  ],
  [
    'steps:\n  - { id: a, email: [a, b] }\n',
    ['2: steps.a.email: must be the name of one email; for a test write variants. Correct the value.'],
  ],
  [
    'steps:\n  - welcome\n',
    [
      '2: steps.0: must be an email, such as { id: welcome, email: welcome, wait: 2 days }, or a branch with its arms. Correct the value.',
    ],
  ],
  [
    'steps:\n  welcome: { email: welcome }\n',
    ['2: steps: must be a list, such as [one, two]; start each item with "- ". Correct the value.'],
  ],
  ['', ['1: The file is empty. Add its settings, or remove the file.']],
  [
    '- { id: a, email: a }\n',
    [
      '1: The file must contain settings, each a name followed by a colon. Put the name of this list above it, such as steps:',
    ],
  ],
  ['steps:\n  - { branch: b, wait: 1 day }\n', ['2: steps.0.arms: is missing. Add it.']],
  [
    branch('      yes: { steps: [] }'),
    ['4: steps.0.arms: must be a list, such as [one, two]; start each item with "- ". Correct the value.'],
  ],
  [
    branch('      - { arm: x, when: clicked /pricing }'),
    [
      '4: steps.0.arms.0.when: must be a condition such as { clicked: /pricing } or { field: occupation, in: [Student] }. Correct the value.',
    ],
  ],
  [branch('      - { arm: x, if: { clicked: /p } }'), ['4: Unknown setting "if". Did you mean when?']],
  [branch('      - { arm: x, goto: end }'), ['4: Unknown setting "goto". Did you mean goTo?']],
  [
    branch('      - { id: x }'),
    ['4: steps.0.arms.x.arm: is missing. Add it.', '4: Unknown setting "id". Did you mean arm?'],
  ],
  [
    branch('      - arm: x\n        steps:\n          - branch: deeper\n            arms: [{ arm: y }]'),
    [
      '6: steps.0.arms.0.steps.0.id: is missing. Add it.',
      '6: Unknown setting "branch". An arm contains only emails: put the branch after this one, and lead to it with goTo.',
      '7: Unknown setting "arms". Remove it or correct its spelling.',
    ],
  ],
  [
    'steps:\n  - { branch: b, email: a, arms: [{ arm: x }] }\n',
    [
      '2: Unknown setting "email". A branch sends nothing itself: put the email into an arm, or into a step before the branch.',
    ],
  ],
  [
    'steps:\n  - { id: b, email: a, arms: [{ arm: x }] }\n',
    ['2: Unknown setting "arms". A step with arms is a branch: write branch instead of id.'],
  ],
  [
    step('window: { weekdays: Mon-Fri, from: "9:00", to: "17:00" }'),
    [
      '2: steps.a.window.weekdays: must be a list of weekdays, such as [Mon, Tue, Wed, Thu, Fri]. Correct the value.',
    ],
  ],
  [
    step('window: { weekdays: [Mon], from: "17:00", to: "9:00" }'),
    ['2: steps.a.window.to: must be later than from. Correct the value.'],
  ],
  [
    step('window: [office, weekend]'),
    [
      '2: steps.a.window: must be the name of a window, or { weekdays: [Mon], from: "9:00", to: "17:00" }. Correct the value.',
    ],
  ],
  [
    step('when: { clicks: /book }'),
    [
      '2: steps.a.when: must be a condition such as { clicked: /pricing } or { field: occupation, in: [Student] }; did you mean clicked? Correct the value.',
    ],
  ],
  [
    step('when: { occupation: Student }'),
    [
      '2: steps.a.when: must be a condition such as { clicked: /pricing } or { field: occupation, in: [Student] }; for an answer write { field: occupation, in: [Student] }. Correct the value.',
    ],
  ],
  [
    step('when: { opened: welcome }'),
    [
      '2: steps.a.when: must not wait for opens: email clients cause them without a person; wait for a click. Correct the value.',
    ],
  ],
  [
    step('when: { fact: OPENED }'),
    [
      '2: steps.a.when.fact: must not be OPENED: email clients cause it without a person; wait for a click. Correct the value.',
    ],
  ],
  [
    step('when: [{ clicked: /x }, { clicked: /y }]'),
    [
      '2: steps.a.when: must be one condition; for several write { all: [ ... ] } or { any: [ ... ] }. Correct the value.',
    ],
  ],
  [
    step('when: { clicked: /x, score: { atLeast: 3 } }'),
    [
      '2: steps.a.when: asks for clicked and score in one condition; write { all: [ { clicked: ... }, { score: ... } ] }. Correct the value.',
    ],
  ],
  [
    step('when: { score: 12 }'),
    ['2: steps.a.when.score: must look like { atLeast: 12 } or { below: 5 }. Correct the value.'],
  ],
  [
    step('lateness: spread'),
    ['2: steps.a.lateness: must look like { atMost: 6 hours, beyond: spread }. Correct the value.'],
  ],
  [
    'reentry: 90 days\nsteps: [{ id: a, email: a }]\n',
    ['1: reentry: must be never, or { afterDays: 90 }. Correct the value.'],
  ],
  [
    'steps:\n\t- { id: a, email: a }\n',
    ['2: Tabs are not allowed as indentation. Correct the YAML: indent with spaces.'],
  ],
  [
    'steps:\n  - id a\n    email: a\n',
    [
      '2: Implicit keys need to be on a single line. Correct the YAML: a colon is missing here or on the line before.',
    ],
  ],
  [
    'steps:\n  - { id: a, email: a\n  - { id: b, email: b }\n',
    [
      '3: Flow map in block collection must be sufficiently indented and end with a }. Correct the YAML: start the settings of one item in the same column, and close every bracket.',
    ],
  ],
  [
    'steps: [{ id: a, email: a }]\nsteps: [{ id: b, email: b }]\n',
    ['2: Map keys must be unique. Correct the YAML: the name appears twice; remove one, or merge the two.'],
  ],
])('%j is told in the terms of what was meant', (text, expected) => {
  expect(told(text)).toEqual(expected)
})
