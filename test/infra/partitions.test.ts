import { describe, expect, test } from 'vitest'
import { loadInventory } from '../../local/template/load.ts'
import { checkWiring } from '../../local/wiring.ts'
import { deployment } from '../support/deployments.ts'
import { good, zone } from '../support/settings.ts'

const domainName = 'go.example.com'

describe.each([
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['eusc-de-east-1', 'aws-eusc'],
])('in %s', (region, partition) => {
  const adopt = {
    table: `arn:${partition}:dynamodb:${region}:123456789012:table/Restored/stream/2026-11-30T10:00:00.000`,
    identityKey: `arn:${partition}:secretsmanager:${region}:123456789012:secret:KeysIdentity-a1B2c3`,
    linkKey: `arn:${partition}:secretsmanager:${region}:123456789012:secret:KeysLink-d4E5f6`,
  }

  test.each([
    ['a new stack', {}],
    ['a domain in a zone', { ...zone, domainName, tracing: true }],
    ['an identity that exists', { identity: 'existing' }],
    ['a table and keys that are taken over', { adopt }],
  ])('no ARN of %s is of another partition', (_, settings) => {
    const template = JSON.stringify(deployment({ ...good, region, ...settings }).template)
    const partitions = [...template.matchAll(/arn:(aws[a-z-]*):/g)].map(([, found]) => found)
    expect([...new Set(partitions)]).toEqual([partition])
  })

  test('the pipeline on one machine is wired to its end, by names of that partition', () => {
    const { directory } = deployment({ ...good, region }).stack.assembly
    const inventory = loadInventory(directory, { publicUrl: 'https://api', queueUrl: 'https://sqs' })
    checkWiring(inventory)
    const arns = [...JSON.stringify(inventory).matchAll(/arn:(aws[a-z-]*):/g)].map(([, found]) => found)
    expect([...new Set(arns)]).toEqual([partition])
  })
})
