import { expect, test } from 'vitest'
import type { Fact } from '../../../shared/domain/facts.ts'
import { settle } from '../../../shared/domain/settle.ts'
import { campaign, captured, monday } from '../../support/leads.ts'

test.each([
  [
    0,
    [
      ['learn-1', true, undefined],
      ['digest-1', undefined, undefined],
    ],
  ],
  [
    100,
    [
      ['learn-1', true, true],
      ['digest-1', undefined, true],
    ],
  ],
])(
  'of two enrolments that begin together one is the lead’s first; with %i percent held out',
  (holdOutPercent, expected) => {
    const facts: Fact[] = [
      captured(),
      captured({ submission: 's-2', form: 'news', atMs: monday + 1000 }),
      { kind: 'CONFIRMED', form: 'news', atMs: monday + 2000 },
    ]
    const { records } = settle('l1', facts, { ...campaign, holdOutPercent }, monday + 3000)
    const enrolled = records.filter((fact) => fact.kind === 'ENROLLED')
    expect(enrolled.map(({ enrolment, isFirst, isHeldOut }) => [enrolment, isFirst, isHeldOut])).toEqual(
      expected,
    )
  },
)
