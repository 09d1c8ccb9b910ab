import { expect, test } from 'vitest'
import type { FunctionResource, Inventory } from '../../local/inventory.ts'
import { loadInventory } from '../../local/template/load.ts'
import { deployment } from '../support/deployments.ts'
import { good } from '../support/settings.ts'

const inventoryWith = (settings: Readonly<Record<string, unknown>>): Inventory =>
  loadInventory(deployment({ ...good, ...settings }).stack.assembly.directory, {
    publicUrl: 'https://api',
    queueUrl: 'https://sqs',
  })

const nameOf = ({ id }: Pick<FunctionResource, 'id'>): string => id.split('Function')[0] ?? id

/** By function, how many invocations of it a mapping may have under way at once; a stream's with one shard. */
const workers = ({ mappings, functions }: Inventory): Record<string, number | undefined> =>
  Object.fromEntries(
    mappings.map(({ functionArn, source, maximumConcurrency, parallelizationFactor }) => [
      nameOf(functions.find(({ arn }) => arn === functionArn) ?? { id: '' }),
      source === 'queue' ? maximumConcurrency : parallelizationFactor,
    ]),
  )

test('by default every worker is bounded by the least that Lambda allows', () => {
  expect(workers(inventoryWith({}))).toEqual({
    // Lambda allows no less than two for a queue.
    send: 2,
    feedback: 2,
    handoff: 2,
    sweep: 2,
    report: 2,
    // For each shard of the table's stream.
    reconcile: 1,
    tally: 1,
  })
})

test('a sweep in more segments gets workers for them, a few segments each', () => {
  expect(workers(inventoryWith({ sweepSegments: 1 })).sweep).toBe(2)
  expect(workers(inventoryWith({ sweepSegments: 33 })).sweep).toBe(9)
})

test('what the documentation counts is what the template may run at once: ten by queues, and two for each shard', () => {
  const inventory = inventoryWith({})
  const sum = (source: 'queue' | 'stream'): number =>
    inventory.mappings
      .filter((mapping) => mapping.source === source)
      .reduce((all, { maximumConcurrency = 0, parallelizationFactor }) => {
        return all + (source === 'queue' ? maximumConcurrency : parallelizationFactor)
      }, 0)
  expect([sum('queue'), sum('stream')]).toEqual([10, 2])
})

test('nothing is reserved by default: an account of ten can reserve nothing, and the deployment would fail', () => {
  expect(inventoryWith({}).functions.flatMap(({ reservedConcurrency }) => reservedConcurrency ?? [])).toEqual(
    [],
  )
})

test('by setting, the functions that answer people are reserved a share each, and no worker is', () => {
  const { functions } = inventoryWith({ reservedConcurrency: 20 })
  const reserved = functions.filter(({ reservedConcurrency }) => reservedConcurrency !== undefined)
  expect(Object.fromEntries(reserved.map((one) => [nameOf(one), one.reservedConcurrency]))).toEqual({
    forms: 20,
    capture: 20,
    preferences: 20,
    sales: 20,
  })
})
