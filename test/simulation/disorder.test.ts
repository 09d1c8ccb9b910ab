import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { play } from '../../cli/demo/run.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { expectDisorderToChangeNothing } from './disorder.ts'

test('everything delivered twice and shuffled: same facts, same sends, same report', async () => {
  // Of these five three go to sales, of whom one is won and one is returned, and one leaves.
  await expectDisorderToChangeNothing({ leads: 5, seed: 's385', moreSendsThan: 25, emailsToSales: 3 })
})

test('a file that is not there and a column that is not in it are told by name', async () => {
  const { assembly, campaign } = await synthesiseForTest()
  const options = { cdkOut: assembly.directory, campaign, form: 'guide', days: 1, seed: 's', disorder: false }
  await expect(play({ ...options, csv: 'nowhere.csv', map: [] })).rejects.toThrow(
    'nowhere.csv cannot be read',
  )
  const csv = resolve(import.meta.dirname, '..', '..', 'cli', 'demo', 'sample-leads.csv')
  await expect(play({ ...options, csv, map: ['email={Address}'] })).rejects.toThrow(
    'There is no column "Address"; the columns are email,',
  )
})
