import { expect, test } from 'vitest'
import { simulate, simulatedCards, swingsText } from './readiness.ts'

const seed = 1
const cards = await simulatedCards()

test.each(Object.entries(cards))(
  'leads swing a tenth as often as by one plain threshold, and none is promoted late: %s',
  (name, campaign) => {
    // `npm run test:long` plays three times as many.
    const found = simulate(campaign, 40, seed)
    console.log(swingsText(name, seed, found))
    // Enough happened for the shares to mean anything.
    expect(found.plainSwings).toBeGreaterThan(100)
    expect(found.dueAtOnce).toBeGreaterThan(23)
    expect(found.ripenSwings).toBeLessThanOrEqual(0.1 * found.plainSwings)
    expect(found.longestDelayEvents).toBeLessThanOrEqual(1)
    expect(found.promotedByTime).toBe(0)
  },
)

test('the same seed is the same year, and another is another', () => {
  const campaign = cards['the sample campaign']
  if (!campaign) throw new Error('The sample campaign is simulated.')
  expect(simulate(campaign, 10, seed)).toEqual(simulate(campaign, 10, seed))
  expect(simulate(campaign, 10, seed)).not.toEqual(simulate(campaign, 10, seed + 1))
})
