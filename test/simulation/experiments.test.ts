import { expect, test } from 'vitest'
import { detectionPlan, durationsOf, enoughFor, errorsOf, type Plan, shareWithin } from './experiments.ts'

const seed = 1

/** `npm run test:long` has these of more rates, of more arms, and of other shares. */
const alike: Plan = { rates: [0.1, 0.1], perLook: 'varied', looks: 52 }
const unlike: Plan = { rates: [0.02, 0.03], perLook: [10, 90], looks: 52 }

test('no difference is seldom taken for one in a year of weekly looks, by a plain z-test often', () => {
  // Of 200 tests a true share of 2 % shows as over 5 % in one run of 400; `npm run simulate:experiments` has thousands.
  const { wrong, missed, naive } = errorsOf(alike, 200, seed)
  expect(wrong).toBeLessThanOrEqual(0.05)
  expect(missed).toBeLessThanOrEqual(0.05)
  expect(naive).toBeGreaterThan(0.2)
})

test('the true difference is in the interval at all looks', () => {
  const { wrong, missed } = errorsOf(unlike, 200, seed)
  expect(wrong).toBeLessThanOrEqual(0.05)
  expect(missed).toBeLessThanOrEqual(0.05)
})

test('10 % against 13 % is found by 4,000 emails in four tests of five, in half of them by 2,400', () => {
  const found = durationsOf(detectionPlan, 'better', 200, seed)
  expect(shareWithin(found, 4000)).toBeGreaterThan(0.8)
  expect(enoughFor(found, 0.5)).toBeLessThan(2400)
})

test('rates that are the same are told to be the same in the end', () => {
  const plan: Plan = { rates: [0.1, 0.1], perLook: [500, 500], looks: 60 }
  expect(shareWithin(durationsOf(plan, 'noDifferenceWorthHaving', 50, seed), 30_000)).toBeGreaterThan(0.9)
})
