/** What Lambda does on a function's behalf is done with that function's role: reading its source, parking its failures. */
import { isAllowed, missingStatement } from '../iam.ts'
import type { Inventory } from '../inventory.ts'
import type { Permission } from '../service.ts'

const streamActions = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']
const queueActions = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']

/** Roles lack grants without which their event-source mappings never deliver. */
export class MappingNotPermitted extends Error {
  override readonly name = 'MappingNotPermitted'
}

/** Throws `MappingNotPermitted` with the statements to add. */
export const checkMappingPermissions = (inventory: Inventory): void => {
  const problems = inventory.mappings.flatMap((mapping) => {
    const resource = inventory.functions.find(({ arn }) => arn === mapping.functionArn)
    const role = inventory.roles.find(({ arn }) => arn === resource?.roleArn)
    const [prefix, actions] =
      mapping.source === 'stream' ? ['dynamodb', streamActions] : ['sqs', queueActions]
    const needed: Permission[] = actions.map((action) => ({
      action: `${prefix}:${action}`,
      resource: mapping.sourceArn,
    }))
    if (mapping.onFailureArn) needed.push({ action: 'sqs:SendMessage', resource: mapping.onFailureArn })
    return needed
      .filter((permission) => !isAllowed(role?.statements ?? [], permission))
      .map((permission) => `${resource?.id}: its role ${role?.id} needs ${missingStatement(permission)}`)
  })
  if (problems.length > 0)
    throw new MappingNotPermitted(`Some functions may not read their events:\n${problems.join('\n')}`)
}
