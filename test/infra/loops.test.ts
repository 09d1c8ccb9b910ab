import { expect, test } from 'vitest'
import { isAllowed } from '../../local/iam.ts'
import type { Inventory } from '../../local/inventory.ts'
import { loadInventory } from '../../local/template/load.ts'
import { deployment } from '../support/deployments.ts'
import { good } from '../support/settings.ts'

/** By function, the functions that work off the queues to which it may send. */
const nextOf = ({ functions, mappings, roles }: Inventory): Map<string, string[]> =>
  new Map(
    functions.map(({ arn, roleArn }) => [
      arn,
      mappings
        .filter(({ source, sourceArn }) => {
          const { statements = [] } = roles.find((role) => role.arn === roleArn) ?? {}
          const permission = { action: 'sqs:SendMessage', resource: sourceArn }
          return source === 'queue' && isAllowed(statements, permission)
        })
        .map(({ functionArn }) => functionArn),
    ]),
  )

const reachable = (from: string, next: ReadonlyMap<string, readonly string[]>): Set<string> => {
  const found = new Set<string>()
  const visit = (arn: string): void => {
    for (const other of next.get(arn) ?? []) {
      if (found.has(other)) continue
      found.add(other)
      visit(other)
    }
  }
  visit(from)
  return found
}

test('exactly the functions that can send themselves a message, by whatever way, may loop', () => {
  const inventory = loadInventory(deployment(good).stack.assembly.directory, {
    publicUrl: 'https://api',
    queueUrl: 'https://sqs',
  })
  const next = nextOf(inventory)
  const nameOf = (id: string): string => id.split('Function')[0] ?? id
  const loops = inventory.functions.filter(({ arn }) => reachable(arn, next).has(arn))
  expect(loops.map(({ id }) => nameOf(id)).sort()).toEqual(['handoff', 'send', 'sweep'])
  const allowed = inventory.functions.filter(({ mayLoop }) => mayLoop)
  expect(allowed.map(({ id }) => nameOf(id)).sort()).toEqual(['handoff', 'send', 'sweep'])
})
