import { expect, test } from 'vitest'
import { errorsOf, type Plan } from './experiments.ts'

const seed = 1
const rates = [0.02, 0.1, 0.3]
const alike = rates.flatMap((rate): Plan[] =>
  [2, 4].map((arms) => ({ rates: Array.from({ length: arms }, () => rate), perLook: 'varied', looks: 52 })),
)
const unlike: Plan[] = [
  { rates: [0.02, 0.02], perLook: [20, 180], looks: 52 },
  { rates: [0.1, 0.13], perLook: 'varied', looks: 52 },
  { rates: [0.02, 0.03], perLook: [10, 90], looks: 52 },
]

test.each(alike)(
  'no difference is seldom taken for one in a year of weekly looks, by a plain z-test often: $rates',
  (plan) => {
    // Of 200 tests a true share of 2 % shows as over 5 % in one run of 400; `npm run simulate:experiments` has thousands.
    const { wrong, missed, naive } = errorsOf(plan, 200, seed)
    expect(wrong).toBeLessThanOrEqual(0.05)
    expect(missed).toBeLessThanOrEqual(0.05)
    expect(naive).toBeGreaterThan(0.2)
  },
)

test.each(unlike)('the true difference is in the interval at all looks: $rates, $perLook', (plan) => {
  const { wrong, missed } = errorsOf(plan, 200, seed)
  expect(wrong).toBeLessThanOrEqual(0.05)
  expect(missed).toBeLessThanOrEqual(0.05)
})
