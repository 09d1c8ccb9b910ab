import { expect, test } from 'vitest'
import { heldOut, play, two, variantsByLead, withVariants } from './experiment.ts'

test('a campaign with a test and a hold-out keeps each lead to its variant and its side when a third comes, which takes its share from both', async () => {
  const played = await play(await withVariants(two), 7)
  const again = await play(await withVariants(`${two}, { id: third, email: digest-first, weight: 3 }`), 7)
  expect(again.violations).toEqual([])
  expect(heldOut(again)).toEqual(heldOut(played))
  const [before, after] = [variantsByLead(played), variantsByLead(again)]
  const moves = Map.groupBy([...after], ([to, variant]) => `${before.get(to)} to ${variant}`)
  expect(Object.fromEntries([...moves].map(([move, those]) => [move, those.length]))).toEqual({
    'plain to plain': 7,
    'plain to third': 7,
    'sums to sums': 10,
    'sums to third': 9,
  })
})
