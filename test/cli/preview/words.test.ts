import { expect, test } from 'vitest'
import { armEndWords, sequenceWords, timingWords } from '../../../cli/preview/words.ts'
import { emailStep, sequence } from '../../support/leads.ts'

test('a sequence says how it begins, what ends it and whether it may begin again', () => {
  const given = sequence('learn', [], {
    goal: { fact: 'CLICKED', link: '/book' },
    exits: [{ form: ['news'] }],
    reentryAfterDays: 180,
    priority: 10,
  })
  expect(sequenceWords(given, ['guide', 'fair'])).toEqual([
    'Begins with the forms guide, fair.',
    'Its goal, which ends it: the lead has clicked /book.',
    'Ends early if the lead has submitted the form news.',
    'May begin again 180 days after it began.',
    'Priority 10: the highest goes first.',
  ])
  expect(sequenceWords(sequence('learn', []), [])).toEqual(['No form leads here yet.'])
})

test('an email says when it goes out, to whom, and what becomes of it when it is late', () => {
  expect(timingWords(emailStep('one'))).toBe(
    'Goes out at once. If it would be more than 6 hours late, each lead gets it at a time of its own over the next days.',
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
    'Goes out 4 days later, within Mon–Wed 09:00–10:00 in the lead’s time zone. Only if the lead has fewer than 6 points; otherwise it is skipped. If it would be more than 1 hour late, it is skipped. Leads in the hold-out get it too.',
  )
})

test.each([
  [{ id: 'a' }, undefined],
  [{ id: 'a', goTo: 'end' }, 'then the sequence ends'],
  [{ id: 'a', goTo: 'cost' }, 'then on to cost'],
])('after the arm %j: %s', (arm, words) => {
  expect(armEndWords(arm)).toBe(words)
})
