import { test } from 'vitest'
import { expectStrainToChangeNothing } from './strain.ts'

test('ten invocations at once, two shards, throttles, conflicts and failures: the same happens to each lead', async () => {
  await expectStrainToChangeNothing({ leads: 3, days: 40, seed: 's385' }, ['dynamodb'])
})
