import { test } from 'vitest'
import { expectStrainToChangeNothing } from './strain.ts'

test('ten invocations at once, two shards, throttles, conflicts and failures: the same happens to each lead', async () => {
  await expectStrainToChangeNothing({ leads: 25, days: 60, seed: 'simulation2' }, [
    'dynamodb',
    'scheduler',
    'sqs',
  ])
})
