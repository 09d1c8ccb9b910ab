import { beforeAll, describe, expect, test } from 'vitest'
import type { Synthesis } from '../../infra/synthesise.ts'
import { loadInventory } from '../../local/template/load.ts'
import { checkWiring } from '../../local/wiring.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { synthesiseWith } from '../support/other-settings.ts'

let synthesis: Synthesis & { readonly bundles: string }

beforeAll(async () => {
  synthesis = await synthesiseForTest()
})

describe.each([
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['eusc-de-east-1', 'aws-eusc'],
])('in %s', (region, partition) => {
  test('no ARN is of another partition', () => {
    const assembly = synthesiseWith(synthesis, { region })
    const template = JSON.stringify(assembly.getStackByName('Ripen-dev').template)
    const partitions = [...template.matchAll(/arn:(aws[a-z-]*):/g)].map(([, found]) => found)
    expect([...new Set(partitions)]).toEqual([partition])
  })

  test('the pipeline on one machine is wired to its end, by names of that partition', () => {
    const { directory } = synthesiseWith(synthesis, { region })
    const inventory = loadInventory(directory, { publicUrl: 'https://api', queueUrl: 'https://sqs' })
    checkWiring(inventory)
    const arns = [...JSON.stringify(inventory).matchAll(/arn:(aws[a-z-]*):/g)].map(([, found]) => found)
    expect([...new Set(arns)]).toEqual([partition])
  })
})
