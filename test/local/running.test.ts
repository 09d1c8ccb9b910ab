import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, PutItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { GetAccountCommand } from '@aws-sdk/client-sesv2'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { type Pipeline, startPipeline } from '../../local/pipeline.ts'
import { clockOf, findRunning } from '../../local/running.ts'
import { sesClient } from '../../shared/aws/mailer.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { monday } from '../support/leads.ts'

let cdkOut: string
const running: Pipeline[] = []

beforeAll(async () => {
  cdkOut = (await synthesiseForTest()).assembly.directory
})
afterEach(async () => {
  for (const pipeline of running.splice(0)) await pipeline.close()
})

const startOn = async (dataFolder: string): Promise<Pipeline> => {
  const pipeline = await startPipeline({ cdkOut, port: 0, startMs: monday, dataFolder })
  running.push(pipeline)
  return pipeline
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'ripen-running-'))

test('a pipeline is found by its folder while it runs, with its own time, and not afterwards', async () => {
  const folder = newFolder()
  expect(await findRunning(folder)).toBeUndefined()
  const pipeline = await startOn(folder)
  expect(await findRunning(folder)).toEqual(pipeline.operator)
  expect(await clockOf(pipeline.operator)).toBe(monday)
  expect(statSync(join(folder, 'running.json')).mode & 0o777).toBe(0o600)
  const left = readFileSync(join(folder, 'running.json'), 'utf8')
  await running.pop()?.close()
  expect(await findRunning(folder)).toBeUndefined()
  // What a killed pipeline leaves behind.
  writeFileSync(join(folder, 'running.json'), left)
  expect(await findRunning(folder)).toBeUndefined()
  writeFileSync(join(folder, 'running.json'), left.slice(0, 20))
  expect(await findRunning(folder)).toBeUndefined()
})

test('a second pipeline on one folder is refused before it touches anything', async () => {
  const folder = newFolder()
  await startOn(folder)
  await expect(startPipeline({ cdkOut, port: 0, startMs: monday, dataFolder: folder })).rejects.toThrow(
    /^A pipeline runs on .* already; stop it, or name another folder with --data\.$/,
  )
})

test('the operator may put, query and scan leads, send as the deployment does, and nothing else; no other key is the operator', async () => {
  const { operator, url } = await startOn(newFolder())
  const clientOf = (accessKeyId: string) =>
    new DynamoDBClient({
      endpoint: operator.gateway,
      region: operator.region,
      credentials: { accessKeyId, secretAccessKey: 'local' },
      maxAttempts: 1,
    })
  const client = clientOf(operator.accessKey)
  const Item = { pk: { S: 'LEAD#1' }, sk: { S: 'NOTE' } }
  await client.send(new PutItemCommand({ TableName: operator.table, Item }))
  const { Items = [] } = await client.send(new ScanCommand({ TableName: operator.table }))
  // Beside it is only what the functions note of the campaign as they start.
  expect(Items.filter(({ pk }) => !pk?.S?.startsWith('RELEASE#'))).toEqual([Item])
  const update = new UpdateItemCommand({ TableName: operator.table, Key: Item })
  await expect(client.send(update)).rejects.toThrow(
    'operator is not authorized to perform: dynamodb:UpdateItem',
  )
  expect(operator.mail).toEqual({
    sender: 'learn@example.com',
    configurationSet: expect.stringMatching(/./),
    publicUrl: url,
  })
  const ses = sesClient({
    endpoint: operator.gateway,
    region: operator.region,
    credentials: { accessKeyId: operator.accessKey, secretAccessKey: 'local' },
  })
  await expect(ses.send(new GetAccountCommand({}))).rejects.toThrow(
    'operator is not authorized to perform: ses:GetAccount',
  )
  const stranger = clientOf('0'.repeat(48))
  await expect(stranger.send(new ScanCommand({ TableName: operator.table }))).rejects.toThrow(
    'is not authorized to perform: dynamodb:Scan',
  )
})
