import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { beforeAll, expect, test } from 'vitest'
import type { PlannedChange } from '../../../cli/plan/change.ts'
import { type PlanOptions, planCommand } from '../../../cli/plan/plan-command.ts'
import { Meter } from '../../../local/meter.ts'
import { type Pipeline, startPipeline } from '../../../local/pipeline.ts'
import { DynamoDbService } from '../../../local/services/dynamodb.ts'
import { scanItems } from '../../../shared/aws/lead-scan.ts'
import { ReleaseTable } from '../../../shared/aws/release-table.ts'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import { type Fact, factKey } from '../../../shared/domain/facts.ts'
import { changedPlainCampaign, plainCampaign, synthesiseCampaign } from '../../support/assembly.ts'
import { importRows } from '../../support/importing.ts'
import { captured, day, enrolled, hour, sent } from '../../support/leads.ts'

const campaign = plainCampaign
/** A Monday later than the machine's own clock, so that a folder's time is known from this machine's. */
const later = Date.parse('2126-03-04T10:00:00Z')

const options = (folder: string): PlanOptions => ({
  data: folder,
  json: false,
  leads: false,
  quota: 50_000,
  failOn: [],
})

const change = {
  'sequences/learn.yaml': {
    'id: day, email: analysts-day, wait: 4 days': 'id: day, email: analysts-day, wait: 2 days',
    '- { id: cost,': '- { id: taste, email: digest-first, wait: 3 days, window: office }\n  - { id: cost,',
  },
}

/** A folder on which the plain campaign ran for a day, with two leads of it. */
let data: string
/** Those of its pipeline. */
let tables: Pipeline['inventory']['tables']
/** What was printed while it ran, of a changed campaign and of the same one, and whether the table is as it was. */
let whileItRan: { readonly changed: string; readonly same: string; readonly isTableAsBefore: boolean }

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'ripen-plan-'))
  const { assembly } = await synthesiseCampaign(plainCampaign)
  const pipeline = await startPipeline({
    cdkOut: assembly.directory,
    dataFolder: data,
    port: 0,
    startMs: later,
  })
  try {
    await importRows(
      { campaign, data },
      'email,firstName,suppression\nada@example.com,Ada,\neve@example.com,Eve,unsubscribed',
    )
    await pipeline.clock.advanceTo(later + day)
    tables = pipeline.inventory.tables
    const before = await pipeline.table.scan()
    const changed = await plan(changedPlainCampaign(change))
    const same = await plan(campaign)
    whileItRan = { changed, same, isTableAsBefore: isDeepStrictEqual(await pipeline.table.scan(), before) }
    expect(pipeline.denials).toEqual([])
  } finally {
    await pipeline.close()
  }
})

const plan = async (folder: string): Promise<string> => {
  const printed: string[] = []
  await planCommand(folder, options(data), undefined, (text) => printed.push(text))
  return printed.join('\n')
}

test('the running pipeline and its folder at rest tell the same, and nothing in the table changes', async () => {
  const folder = changedPlainCampaign(change)
  const versions = [
    (await compileCampaign(campaign)).plan.version,
    (await compileCampaign(folder)).plan.version,
  ]
  const expected = (
    place: string,
  ) => `fernhill ${versions.join(' -> ')}, against ${place}, Tue 5 Mar 10:00 Europe/London
2 leads: 1 under way, 0 waiting to confirm, 0 with sales, 1 suppressed

Sequence learn  onChange: migrate, leads under way continue from where they are
  ~ day  wait 4 days -> 2 days
  + taste  email digest-first, 3 days later, Mon–Fri 09:00–17:00, after example
  1 lead under way:
          1  get more than they would have
  Steps gained: taste 1.
  Emails sent twice: 0.`
  expect(whileItRan.changed).toBe(expected(`the pipeline that runs on ${data}`))
  expect(whileItRan.same).toMatch(/Nothing changes\.$/)
  expect(whileItRan.isTableAsBefore).toBe(true)
  expect(await plan(folder)).toBe(expected(`the folder ${data}`))
})

const emails = [
  ['welcome', 'welcome'],
  ['day', 'analysts-day'],
  ['good-course', 'good-course'],
  ['example', 'worked-example'],
  ['cost', 'cost-and-return'],
  ['adviser', 'talk-to-us'],
] as const

/** Of eight leads, one each has had none to six of the six emails, the latest within a day; and one has unsubscribed. */
const factsOf = (lead: number, version: string, nowMs: number): Fact[] => {
  const had = lead % 8
  const lastMs = nowMs - (1 + (lead % 20)) * hour
  const startMs = had === 0 ? lastMs : lastMs - 60 * day
  const came = captured({ submission: `s-${lead}`, atMs: startMs })
  if (had === 0) return [came]
  if (had === 7)
    return [came, { kind: 'UNSUBSCRIBED', enrolment: 'learn-1', step: 'welcome', via: 'page', atMs: lastMs }]
  return [
    came,
    enrolled({ atMs: startMs, version }),
    ...emails
      .slice(0, had)
      .map(([step, email], at) => ({ ...sent(step, lastMs - (had - 1 - at) * 10 * day), email })),
  ]
}

const put = async (
  dynamo: DynamoDBClient,
  table: string,
  items: readonly Readonly<Record<string, unknown>>[],
): Promise<void> => {
  for (let from = 0; from < items.length; from += 25)
    await dynamo.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [table]: items.slice(from, from + 25).map((item) => ({ PutRequest: { Item: marshall(item) } })),
        },
      }),
    )
}

/** The table of a folder like that one, without its pipeline, so that nothing is done about what is written to it. */
const tableAlone = async (): Promise<{
  dynamo: DynamoDBClient
  table: string
  close: () => Promise<void>
}> => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-plan-'))
  cpSync(join(data, 'dynamodb'), folder, { recursive: true })
  const service = await DynamoDbService.start({ tables, meter: new Meter(), folder })
  const dynamo = new DynamoDBClient({
    endpoint: service.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  const close = async () => {
    dynamo.destroy()
    await service.close()
  }
  return { dynamo, table: tables[0]?.name ?? '', close }
}

test('of 400 leads in a table each one under way is counted once', async () => {
  const version = (await compileCampaign(campaign)).plan.sequences.learn?.version ?? ''
  const { dynamo, table, close } = await tableAlone()
  const items = Array.from({ length: 400 }, (_, lead) =>
    factsOf(lead, version, later + day).map((fact) => ({
      pk: `LEAD#lead-${lead}`,
      sk: `FACT#${factKey(fact)}`,
      ...fact,
    })),
  ).flat()
  await put(dynamo, table, items)
  const printed: string[] = []
  await planCommand(
    changedPlainCampaign(change),
    { ...options(data), json: true },
    async () => ({
      place: 'the table',
      nowMs: later + day,
      items: () => scanItems(dynamo, table),
      releases: (name) => new ReleaseTable(dynamo, table).read(name),
      close,
    }),
    (text) => printed.push(text),
  )
  const told: PlannedChange = JSON.parse(printed.join('\n'))
  // The two leads that the pipeline had already are among them.
  expect(told.leads).toEqual({
    all: 402,
    underWay: 301,
    waitingToConfirm: 0,
    withSales: 0,
    suppressed: 51,
  })
  const [learn] = told.sequences
  expect(learn?.outcomes).toEqual({ gains: 251, asBefore: 50, finished: 50, suppressed: 51 })
  expect(learn?.stepCounts.taste).toEqual({
    gained: 251,
    passed: 100,
    lost: 0,
    hadAlready: 0,
    otherEmail: 0,
  })
  expect(learn?.sentTwice).toBe(0)
  expect(told.warnings).toEqual([])
})
