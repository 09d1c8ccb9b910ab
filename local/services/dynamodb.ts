/** DynamoDB on one machine: the Dynoxide engine behind the gateway, metered by what it says each call consumed. */
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  paginateListTables,
  paginateScan,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import { keys } from '../../shared/contracts/names.ts'
import { type Engine, startEngine } from '../engine/process.ts'
import { type EngineStream, openStream, type StreamPositions } from '../engine/stream.ts'
import { EngineWire } from '../engine/wire.ts'
import type { TableResource } from '../inventory.ts'
import type { Meter } from '../meter.ts'
import { type AwsAnswer, type AwsCall, AwsError, type AwsService, type Permission } from '../service.ts'
import { openTemporaryFolder } from '../temporary-folder.ts'

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
  readonly #engine: Engine
  readonly #tables: readonly TableResource[]
  readonly #meter: Meter
  readonly #wire: EngineWire
  readonly #client: DynamoDBClient
  #onWrite: () => void = () => {}
  #removeFolder: () => void = () => {}

  private constructor(engine: Engine, tables: readonly TableResource[], meter: Meter) {
    this.#engine = engine
    this.#tables = tables
    this.#meter = meter
    this.#wire = new EngineWire(engine.endpoint)
    this.#client = new DynamoDBClient(engineClient(engine.endpoint))
  }

  /** Starts the engine on `folder`, or on one that is gone afterwards, and creates the tables that are not there yet. */
  static async start(options: {
    readonly tables: readonly TableResource[]
    readonly meter: Meter
    readonly folder?: string
  }): Promise<DynamoDbService> {
    const folder =
      options.folder === undefined
        ? openTemporaryFolder('ripen-table-')
        : { path: options.folder, remove: () => {} }
    const service = new DynamoDbService(await startEngine(folder.path), options.tables, options.meter)
    service.#removeFolder = folder.remove
    for (const table of options.tables) await service.#create(table)
    return service
  }

  /** The engine's own address, past the gateway. */
  get endpoint(): string {
    return this.#engine.endpoint
  }

  /** Called after each write that succeeded: the stream has something to say. */
  onWrite(listener: () => void): void {
    this.#onWrite = listener
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
    const { status, text } = await this.#wire.send(`DynamoDB_20120810.${target}`, askingForCapacity(call))
    if (status === 200) {
      const unit = writes.has(target) ? 'dynamoWriteUnits' : 'dynamoReadUnits'
      this.#meter.count(unit, causeOf(call, target), capacityUnitsIn(text))
      if (writes.has(target)) this.#onWrite()
    } else if (conditionFailed(text))
      // A condition that fails costs its write all the same, and in a transaction the others' too.
      this.#meter.count('dynamoWriteUnits', `${causeOf(call, target)}, refused`, leastUnits(call, target))
    return { status, body: text }
  }

  /** The table's stream from where reading ended; nothing where it has none. */
  openStream(tableName: string, positions: StreamPositions): Promise<EngineStream | undefined> {
    return openStream(this.#engine, this.#wire, tableName, positions)
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
    this.#wire.close()
    await this.#engine.stop()
    this.#removeFolder()
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
}

/** The request with one member more, and otherwise as it was written: most are not worth writing again. */
const askingForCapacity = ({ body, text }: AwsCall): string =>
  Object.keys(body).length === 0 || body.ReturnConsumedCapacity !== undefined
    ? JSON.stringify({ ...body, ReturnConsumedCapacity: 'TOTAL' })
    : `${text.slice(0, text.lastIndexOf('}'))},"ReturnConsumedCapacity":"TOTAL"}`

interface Consumed {
  readonly CapacityUnits?: number
}

/** What an answer says that it consumed. Dynoxide says so at its end, where it is found without reading the items before it. */
export const capacityUnitsIn = (text: string): number => {
  const [, atEnd] = /"ConsumedCapacity":(\{[^{}]*\}|\[[^[\]]*\])\}$/.exec(text.slice(-500)) ?? []
  const { ConsumedCapacity } = JSON.parse(atEnd ? `{"ConsumedCapacity":${atEnd}}` : text) as {
    ConsumedCapacity?: Consumed | readonly Consumed[]
  }
  return [ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
}

/** Who calls, and about what kind of item: `<function> SENT`, of a transaction `<function> SUPPRESSED+QUALIFIED+SEND`. */
const causeOf = ({ caller, body }: AwsCall, target: string): string => {
  if (target === 'Scan') return `${caller} scan`
  if (target === 'Query') return `${caller} query`
  return `${caller} ${keysOf(body, target).map(kindOf).join('+')}`
}

type Attributes = Readonly<Record<string, { readonly S?: string }>>

const keysOf = (body: AwsCall['body'], target: string): Attributes[] =>
  target === 'TransactWriteItems'
    ? (body.TransactItems as Readonly<Record<string, object>>[]).flatMap((item) =>
        Object.values(item).map(keyOf),
      )
    : [keyOf(body)]

const keyOf = (given: object): Attributes => {
  const { Key, Item } = given as { readonly Key?: Attributes; readonly Item?: Attributes }
  return Key ?? Item ?? {}
}

/** Of a fact what happened, of anything else the word that its key begins with. */
const kindOf = ({ pk, sk }: Attributes): string => {
  const [first = '', second = ''] = (sk?.S ?? '').split('#')
  if (`${first}#` === keys.factPrefix) return second
  const [owner = ''] = (pk?.S ?? '').split('#')
  return owner === keys.summary ? first : owner
}

/** What a refused write costs at least: a unit, and two for each item of a transaction. */
const leastUnits = ({ body }: AwsCall, target: string): number =>
  target === 'TransactWriteItems' ? 2 * keysOf(body, target).length : 1

const conditionFailed = (answer: string): boolean => answer.includes('ConditionalCheckFailed')

/** Every item of a store that nothing else works on, unmarshalled; the engine runs for as long as that takes. */
export async function* readStore(folder: string): AsyncGenerator<Record<string, unknown>> {
  const engine = await startEngine(folder)
  const client = new DynamoDBClient(engineClient(engine.endpoint))
  try {
    for await (const { TableNames = [] } of paginateListTables({ client }, {}))
      for (const TableName of TableNames)
        for await (const { Items = [] } of paginateScan({ client }, { TableName }))
          for (const item of Items) yield unmarshall(item)
  } finally {
    client.destroy()
    await engine.stop()
  }
}

/** Client settings for the engine itself, past the gateway. */
export const engineClient = (endpoint: string) => ({
  endpoint,
  region: 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})
