import { expect, test } from 'vitest'
import type { Step } from '../../../shared/domain/campaign.ts'
import { stepChanges } from '../../../shared/domain/step-changes.ts'
import { emailStep, sequence } from '../../support/leads.ts'

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => emailStep(id)) as [Step, Step, Step, Step]
const fork: Step = { id: 'fork', formerly: [], wait: {}, arms: [{ id: 'yes', when: { form: ['news'] } }] }

const rows: readonly [string, readonly Step[], readonly Step[], readonly string[]][] = [
  ['nothing', [a, b, c], [a, b, c], []],
  ['a step put in', [a, c], [a, b, c], ['added b after a']],
  ['a step put in at the beginning', [a], [b, a], ['added b']],
  ['a step taken out', [a, b, c], [a, c], ['removed b']],
  ['the first step taken out', [a, b], [b], ['removed a']],
  ['a wait', [a, b], [a, { ...b, wait: { days: 2 } }], ['kept b: wait']],
  [
    'an email and a condition',
    [a],
    [emailStep('a', { email: 'x', when: { form: ['news'] } })],
    ['kept a: email when'],
  ],
  [
    'one email made a test',
    [a],
    [
      emailStep('a', {
        variants: [
          { id: 'x', email: 'a', weight: 1 },
          { id: 'y', email: 'y', weight: 1 },
        ],
      }),
    ],
    ['kept a: variants'],
  ],
  [
    'a name that is said',
    [a, b],
    [a, { ...d, email: 'd', formerly: ['b'] } as Step],
    ['kept d, was b (said): email'],
  ],
  ['a name that is not said', [a, b], [a, emailStep('d', { email: 'b' })], ['kept d, was b (guessed)']],
  [
    'an email that another step still sends',
    [a, b],
    [a, b, emailStep('d', { email: 'b' })],
    ['added d after b'],
  ],
  ['one step moved to the end', [a, b, c, d], [b, c, d, a], ['kept a, moved after d']],
  ['one step moved to the front', [a, b, c, d], [d, a, b, c], ['kept d, moved']],
  ['a branch with other arms', [a, fork], [a, { ...fork, arms: [{ id: 'yes' }] }], ['kept fork: arms']],
  ['a step made a branch', [emailStep('fork')], [fork], ['kept fork: email isForAll lateness arms']],
]

test.each(rows)('%s', (_, before, after, expected) => {
  const changes = stepChanges(sequence('learn', before), sequence('learn', after, { version: 'learn-v2' }))
  expect(
    changes.map(({ id, kind, renamed, before: was, isMoved, follows, parts }) =>
      [
        `${kind} ${id}`,
        renamed ? `, was ${was?.id} (${renamed})` : '',
        isMoved ? ', moved' : '',
        (kind === 'added' || isMoved) && follows !== undefined ? ` after ${follows}` : '',
        parts.length > 0 ? `: ${parts.join(' ')}` : '',
      ].join(''),
    ),
  ).toEqual(expected)
})
