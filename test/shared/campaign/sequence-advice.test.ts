/** What check advises on a sequence that can be deployed: a row for each kind, with all that is said of the campaign. */
import { describe, expect, test } from 'vitest'
import { saidOf, settings } from '../../support/sequence-folder.ts'

const sequence = (text: string) => ({ 'sequences/learn.yaml': text })
const steps = (...lines: string[]) => sequence(`steps:\n${lines.map((line) => `  - ${line}\n`).join('')}`)
const welcome = '{ id: welcome, email: welcome }'
const day = '{ id: day, email: day, wait: 4 days }'

describe('advice is told with file, line and fix:', () => {
  test.each<[string, Readonly<Record<string, string>>, string[]]>([
    [
      'a sequence that no form leads to',
      { ...steps(welcome), 'sequences/old.yaml': `steps:\n  - ${day}\n` },
      [
        'sequences/old.yaml:1: No form leads to this sequence: no new leads enter it, and only those under way continue. Write sequence: old in a form, or remove the file once nobody is under way.',
      ],
    ],
    [
      'a variant for hardly anybody',
      sequence(`steps:
  - id: welcome
    variants:
      - { id: a, email: welcome, weight: 999 }
      - { id: b, email: day }
`),
      [
        'sequences/learn.yaml:5: The variant b goes to 0.1 % of leads: a result would take years. Raise its weight, or remove it.',
      ],
    ],
    [
      'a click that only later emails make possible',
      steps(
        welcome,
        '{ id: day, email: day, wait: 4 days, when: { clicked: /cost } }',
        '{ id: cost, email: cost, wait: 4 days }',
      ),
      [
        'sequences/learn.yaml:3: The step day waits for a click on /cost, but only later emails link to it. Link to it in an earlier email, or ask later.',
      ],
    ],
    [
      'a source that is nearly one of scoring.yaml',
      steps(welcome, '{ id: day, email: day, wait: 4 days, when: { source: [Fair, newspaper] } }'),
      [
        'sequences/learn.yaml:3: The step day waits for the source "newspaper", which scoring.yaml does not mention. Did you mean Newspaper?',
      ],
    ],
    [
      'an until on a day without the window',
      steps(welcome, '{ id: day, email: day, wait: "2 days, until Sun 10:00", window: office }'),
      [
        'sequences/learn.yaml:3: The step day waits until Sun 10:00, but its window is open Mon–Fri 09:00–17:00: it goes out when the window opens. Write until Mon 10:00, or remove the window.',
      ],
    ],
    [
      'an until at an hour without the window',
      steps(welcome, '{ id: day, email: day, wait: "2 days, until 18:30", window: office }'),
      [
        'sequences/learn.yaml:3: The step day waits until 18:30, but its window is open Mon–Fri 09:00–17:00: it goes out when the window opens. Write until 09:00, or remove the window.',
      ],
    ],
    [
      'a retiming without a time',
      steps(welcome, '{ id: day, email: day, wait: 4 days, lateness: { atMost: 6 hours, beyond: retime } }'),
      [
        'sequences/learn.yaml:3: The step day has neither until nor a window: retimed, it goes out at once, however late it is. Write beyond: spread, or give the step an until or a window.',
      ],
    ],
    [
      'a first step that may be passed over',
      steps('{ id: welcome, email: welcome, lateness: { atMost: 6 hours, beyond: skip } }', day),
      [
        'sequences/learn.yaml:2: The first step welcome is skipped when it is late: leads would never get what they asked for. Write lateness: { atMost: 6 hours, beyond: spread } for it.',
      ],
    ],
    [
      'first steps that campaign.yaml passes over',
      { 'campaign.yaml': `${settings}lateness: { atMost: 1 day, beyond: skip }\n`, ...steps(welcome, day) },
      [
        'sequences/digest.yaml:2: The first step first is skipped when it is late: leads would never get what they asked for. Write lateness: { atMost: 6 hours, beyond: spread } for it.',
        'sequences/learn.yaml:2: The first step welcome is skipped when it is late: leads would never get what they asked for. Write lateness: { atMost: 6 hours, beyond: spread } for it.',
      ],
    ],
    [
      'reentry before the end',
      sequence(`reentry: { afterDays: 7 }
steps:
  - ${welcome}
  - branch: interest
    wait: 5 days
    arms:
      - arm: student
        when: { field: occupation, in: [Student] }
        steps: [{ id: day, email: day, wait: 2 days }]
      - arm: other
        steps: [{ id: cost, email: cost, wait: 3 days }]
`),
      [
        'sequences/learn.yaml:1: A lead who submits again after 7 days starts over, but the first run takes up to 8: the rest of it would be lost. Write afterDays: 8 or more.',
      ],
    ],
    [
      'a wait that is shorter than the gap',
      steps(welcome, '{ id: day, email: day, wait: 12 hours }'),
      [
        'sequences/learn.yaml:3: The step day is due 12 hours after the previous email, but minimumGapHours in campaign.yaml makes that 20. Wait 20 hours or more, or lower minimumGapHours.',
      ],
    ],
    [
      'no wait at all after another email',
      steps(welcome, '{ id: day, email: day }'),
      [
        'sequences/learn.yaml:3: The step day is due at once after the previous email, but minimumGapHours in campaign.yaml makes that 20. Wait 20 hours or more, or lower minimumGapHours.',
      ],
    ],
    [
      'a cap that makes it slower than it says',
      {
        'campaign.yaml': `${settings}frequencyCap: { emails: 1, days: 10 }\n`,
        ...steps(welcome, day, '{ id: cost, email: cost, wait: 4 days }'),
      },
      [
        'sequences/learn.yaml:2: The waits add up to 8 days, but frequencyCap in campaign.yaml (1 email in 10 days) makes that 20. Lengthen the waits where emails come too close together, or raise frequencyCap.',
      ],
    ],
    [
      'a hold-out that gets nothing',
      { 'campaign.yaml': `${settings}holdOut: { percent: 10 }\n`, ...steps(welcome, day) },
      [
        'campaign.yaml:9: 10 % of leads are held out, but no step has forAll: they get nothing, not even what they asked for. Write forAll: true in the steps that deliver what was asked for.',
      ],
    ],
  ])('%s', (_, files, expected) => {
    expect(saidOf(files)).toEqual({ errors: [], advice: expected })
  })
})

describe('nothing is advised on', () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    [
      'a short wait that a branch before it makes long enough',
      sequence(`steps:
  - ${welcome}
  - branch: interest
    wait: 2 days
    arms:
      - { arm: all, steps: [{ id: day, email: day }] }
`),
    ],
    [
      'a short wait that the window makes long enough for some',
      steps(
        '{ id: welcome, email: welcome, window: office }',
        '{ id: day, email: day, wait: 12 hours, window: office }',
      ),
    ],
    [
      'one email in two arms of a branch',
      sequence(`steps:
  - ${welcome}
  - branch: interest
    wait: 2 days
    arms:
      - arm: student
        when: { field: occupation, in: [Student] }
        steps: [{ id: day-student, email: day, wait: 1 day }]
      - arm: other
        steps: [{ id: day-other, email: day, wait: 2 days }]
`),
    ],
    [
      'one email in two steps that no one lead can get',
      steps(
        welcome,
        '{ id: day-student, email: day, wait: 1 day, when: { field: occupation, in: [Student] } }',
        '{ id: day-working, email: day, wait: 1 day, when: { field: occupation, in: [Working] } }',
      ),
    ],
    [
      'one email in an arm that leads past the step that has it too',
      sequence(`steps:
  - ${welcome}
  - branch: interest
    wait: 2 days
    arms:
      - arm: student
        when: { field: occupation, in: [Student] }
        steps: [{ id: day-student, email: day, wait: 1 day }]
        goTo: end
      - { arm: other }
  - ${day}
`),
    ],
    [
      'a hold-out that gets what was asked for',
      {
        'campaign.yaml': `${settings}holdOut: { percent: 10 }\n`,
        ...steps('{ id: welcome, email: welcome, forAll: true }', day),
      },
    ],
    [
      'a cap that no sequence meets',
      { 'campaign.yaml': `${settings}frequencyCap: { emails: 2, days: 7 }\n`, ...steps(welcome, day) },
    ],
    [
      'an exit by a form that leads elsewhere',
      sequence(`exits: [{ form: [news] }]\nsteps:\n  - ${welcome}\n`),
    ],
    [
      'an exit by a click in another sequence',
      sequence(`exits: [{ clicked: /first }]\nsteps:\n  - ${welcome}\n`),
    ],
  ])('%s', (_, files) => {
    expect(saidOf(files)).toEqual({ errors: [], advice: [] })
  })
})
