import { test } from 'vitest'
import { expectDisorderToChangeNothing } from './disorder.ts'

test('everything delivered twice and shuffled: same facts, same sends, same report', async () => {
  // Of these fourteen one goes to sales twice and is won, and two leave.
  await expectDisorderToChangeNothing({
    leads: 14,
    seed: 'simulation2',
    moreSendsThan: 80,
    emailsToSales: 2,
  })
})
