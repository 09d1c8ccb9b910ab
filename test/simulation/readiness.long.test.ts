import { expect, test } from 'vitest'
import { simulate, simulatedCards, swingsText } from './readiness.ts'

const seed = 1
const cards = await simulatedCards()

test.each(Object.entries(cards))(
  'leads swing a tenth as often as by one plain threshold, and none is promoted late: %s',
  (name, campaign) => {
    const found = simulate(campaign, 120, seed)
    console.log(swingsText(name, seed, found))
    // Enough happened for the shares to mean anything.
    expect(found.plainSwings).toBeGreaterThan(300)
    expect(found.dueAtOnce).toBeGreaterThan(70)
    expect(found.ripenSwings).toBeLessThanOrEqual(0.1 * found.plainSwings)
    expect(found.longestDelayEvents).toBeLessThanOrEqual(1)
    expect(found.promotedByTime).toBe(0)
  },
)
