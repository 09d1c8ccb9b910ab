import { expect, test } from 'vitest'
import {
  armEndWords,
  conditionWords,
  sequenceWords,
  timingWords,
  waitWords,
  windowWords,
} from '../../../cli/preview/words.ts'
import type { SendWindow, StepCondition, Wait } from '../../../shared/domain/campaign.ts'
import { emailStep, sequence } from '../../support/leads.ts'

test.each<[Wait, string]>([
  [{}, 'at once'],
  [{ hours: 1 }, '1 hour later'],
  [{ days: 4 }, '4 days later'],
  [{ businessDays: 3 }, '3 business days later'],
  [{ until: { weekday: 2, minutes: 600 } }, 'until Tuesday 10:00'],
  [{ until: { minutes: 545 } }, 'until 9:05'],
  [{ days: 2, until: { minutes: 540 } }, '2 days later, then until 9:00'],
])('a wait of %j is said as "%s"', (wait, words) => {
  expect(waitWords(wait)).toBe(words)
})

test.each<[SendWindow, string]>([
  [{ weekdays: [1, 2, 3, 4, 5], fromMinutes: 540, toMinutes: 1020 }, 'Mon–Fri, 9:00–17:00'],
  [{ weekdays: [4, 1, 2], fromMinutes: 480, toMinutes: 570 }, 'Mon, Tue, Thu, 8:00–9:30'],
  [{ weekdays: [6, 7], fromMinutes: 0, toMinutes: 1440 }, 'Sat, Sun, 0:00–24:00'],
  [{ weekdays: [1, 2, 3, 4, 5, 6, 7], fromMinutes: 600, toMinutes: 660 }, 'any day, 10:00–11:00'],
])('a window of %j is said as "%s"', (window, words) => {
  expect(windowWords(window)).toBe(words)
})

test.each<[StepCondition, string, string]>([
  [
    { field: 'job', in: ['Student', 'Other'] },
    'has Student or Other as job',
    'does not have Student or Other as job',
  ],
  [
    { field: 'visits', atLeast: 3, below: 9 },
    'has visits of 3 or more, and below 9',
    'does not have visits of 3 or more, and below 9',
  ],
  [{ field: 'city', known: true }, 'has told city', 'has not told city'],
  [{ field: 'city', known: false }, 'has not told city', 'has told city'],
  [{ source: ['Google', 'Fair'] }, 'came by Google or Fair', 'did not come by Google or Fair'],
  [
    { emailDomain: ['rival.example'] },
    'has an address at rival.example',
    'does not have an address at rival.example',
  ],
  [
    { addressKind: ['role', 'disposable'] },
    'has an address that a desk reads or a throw-away address',
    'does not have an address that a desk reads or a throw-away address',
  ],
  [
    { fact: 'CLICKED', link: '/syllabus' },
    'has clicked a link to /syllabus',
    'has not clicked a link to /syllabus',
  ],
  [
    { fact: 'CLICKED', times: 3, withinDays: 14 },
    'has clicked a link 3 times or more in the last 14 days',
    'has not clicked a link 3 times or more in the last 14 days',
  ],
  [
    { fact: 'CLICKED', quietDays: 30 },
    'has not clicked a link for 30 days',
    'has clicked a link in the last 30 days',
  ],
  [{ score: { atLeast: 6 } }, 'has 6 points or more', 'does not have 6 points or more'],
  [{ score: { below: 1 } }, 'has fewer than 1 point', 'does not have fewer than 1 point'],
  [{ form: ['guide', 'news'] }, 'has submitted guide or news', 'has not submitted guide or news'],
  [
    { all: [{ form: ['a'] }, { any: [{ form: ['b'] }, { form: ['c'] }] }] },
    'has submitted a and (has submitted b or has submitted c)',
    'has not submitted a or (has not submitted b and has not submitted c)',
  ],
])('%j is said as "%s", and its opposite as "%s"', (condition, words, opposite) => {
  expect(conditionWords(condition)).toBe(words)
  expect(conditionWords({ not: condition })).toBe(opposite)
  expect(conditionWords({ not: { not: condition } })).toBe(words)
})

test('a sequence says how it begins, what ends it and whether it may begin anew', () => {
  const given = sequence('learn', [], {
    goal: { fact: 'CLICKED', link: '/book' },
    exits: [{ form: ['news'] }],
    reentryAfterDays: 180,
    priority: 10,
  })
  expect(sequenceWords(given, ['guide', 'fair'])).toEqual([
    'Begins with the forms guide, fair.',
    'Its goal, which ends it: the lead has clicked a link to /book.',
    'Ends early where the lead has submitted news.',
    'May begin anew 180 days after it began.',
    'Priority 10: the highest goes first.',
  ])
  expect(sequenceWords(sequence('learn', []), [])).toEqual(['No form leads here yet.'])
})

test('an email says when it goes out, to whom, and what becomes of it when it is late', () => {
  expect(timingWords(emailStep('one'))).toBe(
    'Goes out at once. If it would be more than 6 hours late, it gets a moment of its own in the next days.',
  )
  expect(
    timingWords(
      emailStep('two', {
        wait: { days: 4 },
        window: { weekdays: [1, 2, 3], fromMinutes: 540, toMinutes: 600 },
        when: { score: { below: 6 } },
        lateness: { maximumHours: 1, beyond: 'skip' },
        isForAll: true,
      }),
    ),
  ).toBe(
    'Goes out 4 days later, on Mon–Wed, 9:00–10:00 of the lead’s own time. Only where the lead has fewer than 6 points; otherwise it is passed over. If it would be more than 1 hour late, it is left out. Leads in the hold-out get it too.',
  )
})

test.each([
  [{ id: 'a' }, undefined],
  [{ id: 'a', goTo: 'end' }, 'then the sequence ends'],
  [{ id: 'a', goTo: 'cost' }, 'then on to cost'],
])('after the arm %j: %s', (arm, words) => {
  expect(armEndWords(arm)).toBe(words)
})
