import { expect, test } from 'vitest'
import { conditionText } from '../../../shared/campaign/schema/condition-words.ts'
import type { StepCondition } from '../../../shared/domain/conditions.ts'

test.each<[StepCondition, string, string]>([
  [{ field: 'job', in: ['Student'] }, 'job is Student', 'job is not Student'],
  [
    { field: 'job', in: ['Student', 'Working', 'Other'] },
    'job is Student, Working or Other',
    'job is not Student, Working or Other',
  ],
  [
    { field: 'minutesOnSite', atLeast: 3 },
    'minutes on site is at least 3',
    'minutes on site is not at least 3',
  ],
  [
    { field: 'visits', atLeast: 3, below: 9 },
    'visits is at least 3 and below 9',
    'visits is not at least 3 and below 9',
  ],
  [{ field: 'Pages Seen', below: 9 }, 'Pages Seen is below 9', 'Pages Seen is not below 9'],
  [{ field: 'city', known: true }, 'city is known', 'city is unknown'],
  [{ field: 'city', known: false }, 'city is unknown', 'city is known'],
  [{ source: ['Google', 'Fair'] }, 'the source is Google or Fair', 'the source is not Google or Fair'],
  [
    { emailDomain: ['rival.example'] },
    'the address is at rival.example',
    'the address is not at rival.example',
  ],
  [
    { addressKind: ['role', 'disposable'] },
    'the address is a role or disposable address',
    'the address is not a role or disposable address',
  ],
  [
    { fact: 'CLICKED', link: '/syllabus' },
    'the lead has clicked /syllabus',
    'the lead has not clicked /syllabus',
  ],
  [
    { fact: 'CLICKED', times: 3, withinDays: 14 },
    'the lead has clicked a link at least 3 times in the last 14 days',
    'the lead has not clicked a link at least 3 times in the last 14 days',
  ],
  [
    { fact: 'CLICKED', quietDays: 30 },
    'the lead has not clicked a link in the last 30 days',
    'the lead has clicked a link in the last 30 days',
  ],
  [
    { fact: 'CLICKED', link: '/syllabus', withinDays: 1 },
    'the lead has clicked /syllabus in the last day',
    'the lead has not clicked /syllabus in the last day',
  ],
  [
    { fact: 'RETURNED', times: 1 },
    'the lead has been returned by sales',
    'the lead has not been returned by sales',
  ],
  [{ fact: 'BOUNCED' }, 'the lead has had an email bounce', 'the lead has not had an email bounce'],
  [{ score: { atLeast: 6 } }, 'the lead has at least 6 points', 'the lead has fewer than 6 points'],
  [{ score: { below: 1 } }, 'the lead has fewer than 1 point', 'the lead has at least 1 point'],
  [
    { score: { atLeast: 3, below: 8 } },
    'the lead has at least 3 and fewer than 8 points',
    'the lead has fewer than 3 or at least 8 points',
  ],
  [
    { form: ['guide', 'news'] },
    'the lead has submitted the form guide or news',
    'the lead has not submitted the form guide or news',
  ],
  [
    { all: [{ form: ['a'] }, { any: [{ source: ['b'] }, { source: ['c'] }] }] },
    'the lead has submitted the form a and (the source is b or the source is c)',
    'the lead has not submitted the form a or (the source is not b and the source is not c)',
  ],
  [
    { any: [{ source: ['a'] }, { not: { all: [{ source: ['b'] }, { source: ['c'] }] } }] },
    'the source is a or (the source is not b or the source is not c)',
    'the source is not a and (the source is b and the source is c)',
  ],
])('%j is said as "%s", and its opposite as "%s"', (condition, words, opposite) => {
  expect(conditionText(condition)).toBe(words)
  expect(conditionText({ not: condition })).toBe(opposite)
  expect(conditionText({ not: { not: condition } })).toBe(words)
})
