import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Engine, startEngine } from '../../../local/engine/process.ts'
import { type EngineRecord, openStream } from '../../../local/engine/stream.ts'
import { EngineWire } from '../../../local/engine/wire.ts'
import { capacityUnitsIn } from '../../../local/services/dynamodb.ts'

let engine: Engine
let wire: EngineWire
beforeAll(async () => {
  engine = await startEngine(mkdtempSync(join(tmpdir(), 'ripen-stream-')))
  wire = new EngineWire(engine.endpoint)
})
afterAll(async () => {
  wire.close()
  await engine.stop()
})

const ask = async (operation: string, input: object): Promise<string> => {
  const { status, text } = await wire.send(`DynamoDB_20120810.${operation}`, JSON.stringify(input))
  expect([operation, status, text]).toEqual([operation, 200, text])
  return text
}

const createTable = (TableName: string, more: object = {}) =>
  ask('CreateTable', {
    TableName,
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...more,
  })

const withStream = { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } }

const item = {
  pk: { S: 'Zoë "😀"' },
  count: { N: '1.5' },
  bytes: { B: 'aGVsbG8=' },
  list: { L: [{ BOOL: true }, { NULL: true }, { M: { inner: { S: '' } } }] },
  names: { SS: ['a', 'b'] },
}

const write = async (TableName: string) => {
  await ask('PutItem', { TableName, Item: item })
  await ask('UpdateItem', {
    TableName,
    Key: { pk: item.pk },
    UpdateExpression: 'SET more = :more',
    ExpressionAttributeValues: { ':more': { N: '2' } },
  })
  await ask('TransactWriteItems', {
    TransactItems: ['one', 'two'].map((S) => ({ Put: { TableName, Item: { pk: { S } } } })),
  })
  await ask('DeleteItem', { TableName, Key: { pk: item.pk } })
}

/** Dynoxide as it is, and as an engine without a file of ours. */
const throughFile = (): Engine => engine
const byAsking = (): Engine => ({ endpoint: engine.endpoint, stop: engine.stop })

const open = async (through: Engine, tableName: string, positions = new Map<string, string>()) => {
  const stream = await openStream(through, wire, tableName, positions)
  if (!stream) throw new Error(`${tableName} has no stream.`)
  return stream
}

const change = ({ eventName, keys, newImage }: EngineRecord) => [eventName, keys, newImage]

test.each([
  { way: 'from its file', through: throughFile, table: 'from-file' },
  { way: 'by asking', through: byAsking, table: 'by-asking' },
])(
  'a stream read $way gives each change in order, once, and goes on from a kept place',
  async ({ through, table }) => {
    await createTable(table, withStream)
    const stream = await open(through(), table)
    expect(await stream.read()).toEqual([])
    await write(table)
    const read = await stream.read()
    expect(read.map(change)).toEqual([
      ['INSERT', { pk: item.pk }, item],
      ['MODIFY', { pk: item.pk }, { ...item, more: { N: '2' } }],
      ['INSERT', { pk: { S: 'one' } }, { pk: { S: 'one' } }],
      ['INSERT', { pk: { S: 'two' } }, { pk: { S: 'two' } }],
      ['REMOVE', { pk: item.pk }, undefined],
    ])
    expect(await stream.read()).toEqual([])
    const third = read[2]
    const later = await open(through(), table, new Map([[third?.shardId ?? '', third?.sequenceNumber ?? '']]))
    expect(await later.read()).toEqual(read.slice(3))
    stream.close()
    later.close()
  },
)

test('both ways give the same records', async () => {
  await createTable('same', withStream)
  await write('same')
  const [asked, found] = [await open(byAsking(), 'same'), await open(throughFile(), 'same')]
  expect(await found.read()).toEqual(await asked.read())
  asked.close()
  found.close()
})

test('a table without a stream has none to read', async () => {
  await createTable('still')
  expect(await openStream(engine, wire, 'still', new Map())).toBeUndefined()
})

test('what was read is let go of, another table’s records stay, and the engine counts on', async () => {
  await createTable('trimmed', withStream)
  await createTable('kept', withStream)
  await ask('PutItem', { TableName: 'kept', Item: { pk: { S: 'kept' } } })
  const stream = await open(throughFile(), 'trimmed')
  const numbers: number[] = []
  for (let at = 0; at < 120; at += 1) {
    await ask('PutItem', { TableName: 'trimmed', Item: { pk: { S: String(at) } } })
    for (const { sequenceNumber } of await stream.read()) numbers.push(Number(sequenceNumber))
  }
  expect(numbers).toEqual(Array.from({ length: 120 }, (_, at) => at + 1))
  // Read again from the beginning: the first hundred are gone.
  const again = await open(byAsking(), 'trimmed')
  expect((await again.read()).map(({ sequenceNumber }) => Number(sequenceNumber))).toEqual(
    Array.from({ length: 20 }, (_, at) => at + 101),
  )
  expect((await (await open(byAsking(), 'kept')).read()).map(change)).toEqual([
    ['INSERT', { pk: { S: 'kept' } }, { pk: { S: 'kept' } }],
  ])
  stream.close()
})

test('what a call consumed is found in any answer, whatever an item says', async () => {
  await createTable('metered')
  const misleading = { pk: { S: 'a' }, ConsumedCapacity: { M: { CapacityUnits: { N: '99' } } } }
  const capacity = { ReturnConsumedCapacity: 'TOTAL' }
  const answers = {
    put: await ask('PutItem', { TableName: 'metered', Item: misleading, ...capacity }),
    get: await ask('GetItem', { TableName: 'metered', Key: { pk: { S: 'a' } }, ...capacity }),
    strongGet: await ask('GetItem', {
      TableName: 'metered',
      Key: { pk: { S: 'a' } },
      ConsistentRead: true,
      ...capacity,
    }),
    scan: await ask('Scan', { TableName: 'metered', ...capacity }),
    transaction: await ask('TransactWriteItems', {
      TransactItems: ['b', 'c'].map((S) => ({ Put: { TableName: 'metered', Item: { pk: { S } } } })),
      ...capacity,
    }),
    silent: await ask('Scan', { TableName: 'metered' }),
  }
  expect(Object.entries(answers).map(([call, text]) => [call, capacityUnitsIn(text)])).toEqual([
    ['put', 1],
    ['get', 0.5],
    ['strongGet', 1],
    ['scan', 0.5],
    ['transaction', 4],
    ['silent', 0],
  ])
})
