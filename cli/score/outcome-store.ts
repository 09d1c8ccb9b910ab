/** Where recorded outcomes lie: in a local store, or in the table that is deployed. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  DynamoDBClient,
  DynamoDBServiceException,
  paginateScan,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { findRunning } from '../../local/running.ts'
import { readStore } from '../../local/services/dynamodb.ts'
import { keys } from '../../shared/contracts/names.ts'
import { readFact } from '../../shared/contracts/stored.ts'
import type { Fact } from '../../shared/domain/facts.ts'
import { InputError } from '../input-error.ts'

type Items = AsyncIterable<Record<string, unknown>>

/**
 * Facts by lead; through the pipeline that runs on the folder, if one does. Throws `InputError` and `UnreadableFact`.
 */
export const factsInFolder = async (folder: string): Promise<Map<string, Fact[]>> => {
  if (!existsSync(join(folder, 'dynamodb')))
    throw new InputError(
      `There are no recorded outcomes in ${folder}. Name the folder where ripen start keeps its data with --data, a deployed table with --table, or past leads with --csv.`,
    )
  const running = await findRunning(folder)
  if (!running) return factsOf(readStore(join(folder, 'dynamodb')))
  const { gateway, region, accessKey, table } = running
  const credentials = { accessKeyId: accessKey, secretAccessKey: 'local' }
  const client = new DynamoDBClient({ endpoint: gateway, region, credentials })
  try {
    return await factsOf(scan(client, table))
  } finally {
    client.destroy()
  }
}

/** Facts by lead, from the deployed table. Throws `InputError` and `UnreadableFact`. */
export const factsInTable = async (table: string, region?: string): Promise<Map<string, Fact[]>> => {
  const client = new DynamoDBClient(region === undefined ? {} : { region })
  try {
    return await factsOf(scan(client, table))
  } catch (error) {
    throw explained(error, table) ?? error
  } finally {
    client.destroy()
  }
}

async function* scan(client: DynamoDBClient, table: string): Items {
  const pages = paginateScan(
    { client },
    {
      TableName: table,
      FilterExpression: 'begins_with(sk, :fact)',
      ExpressionAttributeValues: { ':fact': { S: keys.factPrefix } },
    },
  )
  for await (const { Items: items = [] } of pages) for (const item of items) yield unmarshall(item)
}

const factsOf = async (items: Items): Promise<Map<string, Fact[]>> => {
  const facts = new Map<string, Fact[]>()
  const prefix = keys.lead('')
  for await (const item of items) {
    const [pk, sk] = [String(item.pk), String(item.sk)]
    if (!pk.startsWith(prefix) || !sk.startsWith(keys.factPrefix)) continue
    const leadId = pk.slice(prefix.length)
    const own = facts.get(leadId)
    if (own) own.push(readFact(item))
    else facts.set(leadId, [readFact(item)])
  }
  return facts
}

/** What the caller can mend, in words; nothing where it is our own defect. */
const explained = (error: unknown, table: string): InputError | undefined => {
  if (!(error instanceof Error)) return undefined
  if (error instanceof ResourceNotFoundException)
    return new InputError(`--table ${table} does not exist; is --region the one it was deployed to?`, {
      cause: error,
    })
  if (error.name === 'CredentialsProviderError' || error.message === 'Region is missing')
    return new InputError(
      `--table ${table} cannot be read: AWS credentials or the region are missing. Sign in, and name the region with --region.`,
      { cause: error },
    )
  if (error instanceof DynamoDBServiceException && error.$fault === 'client')
    return new InputError(`--table ${table} cannot be read: ${error.name}: ${error.message}`, {
      cause: error,
    })
  return undefined
}
