/** DynamoDB on one machine: the Dynoxide engine behind the gateway, metered by what it says each call consumed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  DynamoDBServiceException,
  paginateListTables,
  paginateScan,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { TableResource } from '../inventory.ts'
import type { Meter } from '../meter.ts'
import { type AwsAnswer, type AwsCall, AwsError, type AwsService, type Permission } from '../service.ts'

const actions = ['PutItem', 'UpdateItem', 'DeleteItem', 'GetItem', 'Query', 'Scan'] as const
const transactActions: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
}
const writes = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems'])

export class DynamoDbService implements AwsService {
  readonly scopes = ['dynamodb']
  readonly endpoint: string
  readonly #engine: ChildProcess | undefined
  readonly #tables: readonly TableResource[]
  readonly #meter: Meter
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #client: DynamoDBClient
  #onWrite: () => void = () => {}
  #file: string | undefined
  #temporaryFolder: string | undefined
  #stream: DatabaseSync | undefined

  private constructor(
    endpoint: string,
    engine: ChildProcess | undefined,
    tables: readonly TableResource[],
    meter: Meter,
  ) {
    this.endpoint = endpoint
    this.#engine = engine
    this.#tables = tables
    this.#meter = meter
    this.#client = new DynamoDBClient(engineClient(endpoint))
  }

  /** Starts the engine on `folder`, or on one that is gone afterwards, and creates the tables that are not there yet. */
  static async start(options: {
    readonly tables: readonly TableResource[]
    readonly meter: Meter
    readonly folder?: string
  }): Promise<DynamoDbService> {
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'ripen-table-'))
    const { endpoint, engine } = await startEngine(folder)
    const service = new DynamoDbService(endpoint, engine, options.tables, options.meter)
    service.#file = join(folder, tableFile)
    if (!options.folder) service.#temporaryFolder = folder
    for (const table of options.tables) await service.#create(table)
    return service
  }

  /** Called after each write that succeeded: the stream has something to say. */
  onWrite(listener: () => void): void {
    this.#onWrite = listener
  }

  /**
   * Lets go of stream records up to this sequence number, as DynamoDB does after a day: the engine looks through all
   * that it keeps at each write, and after some thousand that costs more than the write. The newest one stays, because the
   * engine counts on from it.
   */
  trimStream(tableName: string, sequenceNumber: string): void {
    if (!this.#engine || !this.#file || !existsSync(this.#file)) return
    this.#stream ??= new DatabaseSync(this.#file, { timeout: 5000 })
    this.#stream
      .prepare(
        'DELETE FROM _stream_records WHERE table_name = ? AND CAST(sequence_number AS INTEGER) <= ? AND id < (SELECT MAX(id) FROM _stream_records)',
      )
      .run(tableName, Number(sequenceNumber))
  }

  permissions(call: AwsCall): Permission[] {
    const action = call.target ?? ''
    if (action === 'TransactWriteItems')
      return (call.body.TransactItems as Record<string, { TableName: string }>[]).flatMap((item) =>
        Object.entries(item).map(([kind, { TableName }]) => ({
          action: `dynamodb:${transactActions[kind] ?? kind}`,
          resource: this.#arn(TableName),
        })),
      )
    if (!actions.some((known) => known === action))
      throw new AwsError(
        'UnknownOperationException',
        `DynamoDB ${action} is not served on one machine; add it to local/services/dynamodb.ts.`,
      )
    return [{ action: `dynamodb:${action}`, resource: this.#arn(String(call.body.TableName)) }]
  }

  async handle(call: AwsCall): Promise<AwsAnswer> {
    const target = call.target ?? ''
    const { status, text } = await this.#forward(
      target,
      JSON.stringify({ ...call.body, ReturnConsumedCapacity: 'TOTAL' }),
    )
    if (status === 200) {
      this.#count(call.caller, target, JSON.parse(text) as Record<string, unknown>)
      if (writes.has(target)) this.#onWrite()
    } else this.#meter.count('dynamoWriteUnits', call.caller) // A condition that fails costs its write all the same.
    return { status, body: text }
  }

  /** Every item, unmarshalled; for the page and the checker. */
  async scan(): Promise<Record<string, unknown>[]> {
    const items: Record<string, unknown>[] = []
    for (const { name } of this.#tables)
      for await (const page of paginateScan({ client: this.#client }, { TableName: name }))
        items.push(...(page.Items ?? []).map((item) => unmarshall(item)))
    return items
  }

  async close(): Promise<void> {
    this.#client.destroy()
    this.#agent.destroy()
    this.#stream?.close()
    if (this.#engine) await stopEngine(this.#engine)
    if (this.#temporaryFolder) rmSync(this.#temporaryFolder, { recursive: true, force: true })
  }

  async #create({ name, properties }: TableResource): Promise<void> {
    const input = {
      TableName: name,
      AttributeDefinitions: properties.AttributeDefinitions,
      KeySchema: properties.KeySchema,
      BillingMode: 'PAY_PER_REQUEST',
      ...(properties.GlobalSecondaryIndexes
        ? { GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes }
        : {}),
      ...(properties.StreamSpecification
        ? { StreamSpecification: { ...(properties.StreamSpecification as object), StreamEnabled: true } }
        : {}),
    } as CreateTableCommandInput
    try {
      await this.#client.send(new CreateTableCommand(input))
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error
    }
  }

  #arn(tableName: string): string {
    const table = this.#tables.find(({ name }) => name === tableName)
    if (!table)
      throw new AwsError(
        'ResourceNotFoundException',
        `Requested resource not found: Table: ${tableName} not found`,
      )
    return table.arn
  }

  #count(caller: string, target: string, answer: Record<string, unknown>): void {
    const consumed = [answer.ConsumedCapacity].flat() as ({ CapacityUnits?: number } | undefined)[]
    const units = consumed.reduce((sum, part) => sum + (part?.CapacityUnits ?? 0), 0)
    this.#meter.count(writes.has(target) ? 'dynamoWriteUnits' : 'dynamoReadUnits', caller, units)
  }

  #forward(target: string, body: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        this.endpoint,
        {
          method: 'POST',
          agent: this.#agent,
          headers: {
            'content-type': 'application/x-amz-json-1.0',
            'x-amz-target': `DynamoDB_20120810.${target}`,
            'x-amz-date': '20260101T000000Z',
            authorization:
              'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
            'content-length': Buffer.byteLength(body),
          },
        },
        (incoming) => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode ?? 500, text: Buffer.concat(chunks).toString('utf8') }),
          )
        },
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}

/** Every item of a store that nothing else works on, unmarshalled; the engine runs for as long as that takes. */
export async function* readStore(folder: string): AsyncGenerator<Record<string, unknown>> {
  const { endpoint, engine } = await startEngine(folder)
  const client = new DynamoDBClient(engineClient(endpoint))
  try {
    for await (const { TableNames = [] } of paginateListTables({ client }, {}))
      for (const TableName of TableNames)
        for await (const { Items = [] } of paginateScan({ client }, { TableName }))
          for (const item of Items) yield unmarshall(item)
  } finally {
    client.destroy()
    if (engine) await stopEngine(engine)
  }
}

/** Client settings for the engine itself, past the gateway. */
export const engineClient = (endpoint: string) => ({
  endpoint,
  region: 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})

const tableFile = 'table.sqlite'

const startEngine = async (folder: string): Promise<{ endpoint: string; engine?: ChildProcess }> => {
  const given = process.env.RIPEN_DYNAMODB_ENDPOINT
  if (given) return { endpoint: given }
  mkdirSync(folder, { recursive: true })
  const port = await freePort()
  const storage = ['--db-path', join(folder, tableFile)]
  const engine = spawn(engineBinary(), ['--host', '127.0.0.1', '--port', String(port), ...storage], {
    stdio: 'ignore',
  })
  const failed = new Promise<never>((_, reject) => {
    engine.once('error', (cause) => reject(new Error(missingEngine, { cause })))
    engine.once('exit', (code) =>
      reject(new Error(`The DynamoDB engine stopped at start with code ${code}.`)),
    )
  })
  const endpoint = `http://127.0.0.1:${port}`
  await Promise.race([failed, answers(endpoint)])
  failed.catch(() => {})
  return { endpoint, engine }
}

const stopEngine = async (engine: ChildProcess): Promise<void> => {
  if (engine.exitCode !== null) return
  await new Promise<void>((resolve) => {
    engine.once('exit', () => resolve())
    engine.kill('SIGTERM')
  })
}

const missingEngine =
  'No DynamoDB engine for this platform: put "dynoxide" on the PATH, or give the address of a DynamoDB Local in RIPEN_DYNAMODB_ENDPOINT.'

const engineBinary = (): string => {
  try {
    return join(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json'), '..', 'dynoxide')
  } catch {
    return 'dynoxide'
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** Resolves once the engine takes connections. */
const answers = async (endpoint: string): Promise<void> => {
  const client = new DynamoDBClient({ ...engineClient(endpoint), maxAttempts: 1 })
  const { ListTablesCommand } = await import('@aws-sdk/client-dynamodb')
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      await client.send(new ListTablesCommand({}))
      client.destroy()
      return
    } catch (error) {
      if (error instanceof DynamoDBServiceException) throw error
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
  throw new Error('The DynamoDB engine did not answer within five seconds.')
}
