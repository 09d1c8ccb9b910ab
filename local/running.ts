/** How other programs find the pipeline that runs on a data folder: a file with its address and a key, there while it runs. */
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { env } from '../shared/contracts/names.ts'
import { UserError } from '../shared/contracts/user-error.ts'
import { arnOf, type Inventory, type PolicyStatement } from './inventory.ts'

const running = z.object({
  /** Where AWS clients are to call. */
  gateway: z.string(),
  region: z.string(),
  /** Who calls: the operator, by a key that is another at each start. */
  accessKey: z.string(),
  table: z.string(),
  identityKeyArn: z.string(),
  /** As whom it sends, and where its links lead; absent where only its folder is open and nothing can be sent. */
  mail: z.optional(z.object({ sender: z.string(), configurationSet: z.string(), publicUrl: z.string() })),
})
export type RunningPipeline = z.infer<typeof running>

/** Whoever runs the pipeline, as the gateway knows them. In AWS that is a person with a role of their own. */
export interface Operator {
  readonly accessKey: string
  readonly statements: readonly PolicyStatement[]
}

/** Another pipeline keeps its data there; two on one folder would undo each other's work. */
export class FolderInUse extends UserError {
  override readonly name = 'FolderInUse'

  constructor(dataFolder: string) {
    super(`A pipeline runs on ${dataFolder} already; stop it, or name another folder with --data.`)
  }
}

/** May read and write leads, read the key that names them, and send an email: what import, export and test-send need, and no more. */
export const makeOperator = (
  inventory: Pick<Inventory, 'tables' | 'functions' | 'region' | 'configurationSets'>,
): Operator => ({
  accessKey: randomBytes(24).toString('hex'),
  statements: [
    {
      effect: 'Allow',
      actions: ['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:Scan'],
      resources: inventory.tables.map(({ arn }) => arn),
    },
    {
      effect: 'Allow',
      actions: ['secretsmanager:GetSecretValue'],
      resources: [variableOf(inventory, env.identityKeyArn)],
    },
    {
      effect: 'Allow',
      actions: ['ses:SendEmail'],
      resources: [arnOf('ses', inventory.region, 'identity/*')],
      conditions: { StringEquals: { 'ses:FromAddress': variableOf(inventory, env.senderAddress) } },
    },
    {
      effect: 'Allow',
      actions: ['ses:SendEmail'],
      resources: inventory.configurationSets.map(({ name }) =>
        arnOf('ses', inventory.region, `configuration-set/${name}`),
      ),
    },
  ],
})

/** What a program needs to know to speak with this pipeline. */
export const describeRunning = (
  inventory: Pick<Inventory, 'tables' | 'functions' | 'region'>,
  operator: Operator,
  gateway: string,
  publicUrl?: string,
): RunningPipeline => ({
  gateway,
  region: inventory.region,
  accessKey: operator.accessKey,
  table: inventory.tables[0]?.name ?? '',
  identityKeyArn: variableOf(inventory, env.identityKeyArn),
  ...(publicUrl !== undefined && {
    mail: {
      sender: variableOf(inventory, env.senderAddress),
      configurationSet: variableOf(inventory, env.configurationSet),
      publicUrl,
    },
  }),
})

/** Lets others find it; only the same user can read the key. */
export const announce = (dataFolder: string, pipeline: RunningPipeline): void =>
  writeFileSync(fileIn(dataFolder), JSON.stringify(pipeline), { mode: 0o600 })

export const withdraw = (dataFolder: string): void => rmSync(fileIn(dataFolder), { force: true })

/** The pipeline that runs on the folder. A file that a killed one left behind is seen through by asking. */
export const findRunning = async (dataFolder: string): Promise<RunningPipeline | undefined> => {
  const found = readAnnouncement(dataFolder)
  return found && (await clockOf(found)) !== undefined ? found : undefined
}

/** Its time, to the second; nothing where it does not answer, or another program does. */
export const clockOf = async ({
  gateway,
  region,
  accessKey,
  identityKeyArn,
}: RunningPipeline): Promise<number | undefined> => {
  try {
    const response = await fetch(gateway, {
      method: 'POST',
      headers: {
        'x-amz-target': 'secretsmanager.GetSecretValue',
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/0/${region}/secretsmanager/aws4_request`,
      },
      body: JSON.stringify({ SecretId: identityKeyArn }),
      // On one machine an answer takes milliseconds; a busy pipeline may take longer.
      signal: AbortSignal.timeout(10_000),
    })
    await response.arrayBuffer()
    return response.ok ? Date.parse(response.headers.get('date') ?? '') : undefined
  } catch {
    // Nobody listens there any more, which is the answer.
    return undefined
  }
}

const readAnnouncement = (dataFolder: string): RunningPipeline | undefined => {
  try {
    const read = running.safeParse(JSON.parse(readFileSync(fileIn(dataFolder), 'utf8')))
    return read.success ? read.data : undefined
  } catch {
    // No file, or one that was being written when its pipeline was killed.
    return undefined
  }
}

const fileIn = (dataFolder: string): string => join(dataFolder, 'running.json')

/** As the template gives it to the functions. */
const variableOf = ({ functions }: Pick<Inventory, 'functions'>, variable: string): string =>
  functions.map(({ environment }) => environment[variable]).find(Boolean) ?? ''
