/** Finds where the leads are: a deployed stack, a pipeline that runs on a folder, or the folder alone. */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { clockOf, findRunning, type RunningPipeline } from '../../local/running.ts'
import { outputNames } from '../../shared/contracts/names.ts'
import { InputError } from '../input-error.ts'
import { outputsOf } from '../stack-outputs.ts'
import { type LeadStore, tableStore } from './store.ts'

export interface PlaceOptions {
  /** Folder of a pipeline on this machine. */
  readonly data: string
  /** Name of a deployed stack; outweighs the folder. */
  readonly stack?: string
  readonly region?: string
}

/** A folder without leads may be written to, and not read. */
export const openStore = (place: PlaceOptions, purpose: 'write' | 'read'): Promise<LeadStore> =>
  place.stack === undefined ? openLocal(place.data, purpose) : openDeployed(place.stack, place.region)

const openLocal = async (data: string, purpose: 'write' | 'read'): Promise<LeadStore> => {
  const folder = resolve(data)
  const running = await findRunning(folder)
  if (running) {
    const nowMs = (await clockOf(running)) ?? Date.now()
    return openRunning(running, `the pipeline that runs on ${data}`, nowMs, async () => {})
  }
  if (purpose === 'read' && !existsSync(join(folder, 'dynamodb')))
    throw new InputError(
      `${data} contains no leads; name another folder with --data, or a stack with --stack.`,
    )
  const [{ assemble }, { openFolder }] = await Promise.all([
    import('../assembly.ts'),
    import('../../local/folder.ts'),
  ])
  const { cdkOut } = await assemble()
  const { operator, nowMs, close } = await openFolder(cdkOut, folder)
  const store = await openRunning(operator, `the folder ${data}`, nowMs, close)
  return { ...store, waitsFor: `the pipeline to start on ${data}` }
}

const openRunning = (
  { gateway, region, accessKey, table, identityKeyArn }: RunningPipeline,
  place: string,
  nowMs: number,
  close: () => Promise<void>,
): Promise<LeadStore> =>
  openTable(
    {
      endpoint: gateway,
      region,
      credentials: { accessKeyId: accessKey, secretAccessKey: 'local' },
    },
    { place, tableName: table, identityKeyArn, nowMs, close },
  )

/** By the credentials that the AWS command line would take. */
const openDeployed = async (stack: string, region: string | undefined): Promise<LeadStore> => {
  const config = region === undefined ? {} : { region }
  const outputs = await outputsOf(stack, region)
  const tableName = outputs.get(outputNames.tableName)
  const identityKeyArn = outputs.get(outputNames.identityKeyArn)
  if (tableName === undefined || identityKeyArn === undefined)
    throw new InputError(
      `The stack ${stack} does not say where its leads are; deploy this version of Ripen first ("npx cdk deploy").`,
    )
  return openTable(config, {
    place: `the stack ${stack}`,
    tableName,
    identityKeyArn,
    nowMs: Date.now(),
    close: async () => {},
  })
}

const openTable = async (
  config: Pick<DynamoDBClientConfig, 'endpoint' | 'region' | 'credentials'>,
  options: {
    readonly place: string
    readonly tableName: string
    readonly identityKeyArn: string
    readonly nowMs: number
    readonly close: () => Promise<void>
  },
): Promise<LeadStore> => {
  const secrets = new SecretsManagerClient(config)
  const { SecretString: identityKey } = await secrets.send(
    new GetSecretValueCommand({ SecretId: options.identityKeyArn }),
  )
  secrets.destroy()
  if (!identityKey)
    throw new InputError(`The secret ${options.identityKeyArn} is empty; leads cannot be named without it.`)
  return tableStore({ ...options, dynamo: new DynamoDBClient(config), identityKey })
}
