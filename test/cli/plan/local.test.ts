import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { expect, test } from 'vitest'
import { importCommand } from '../../../cli/leads/import-command.ts'
import type { PlannedChange } from '../../../cli/plan/change.ts'
import type { PlanOptions } from '../../../cli/plan/command.ts'
import { planCommand } from '../../../cli/plan/plan-command.ts'
import { startPipeline } from '../../../local/pipeline.ts'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import { type Fact, factKey } from '../../../shared/domain/facts.ts'
import { changedCampaign, synthesiseForTest } from '../../support/assembly.ts'
import { captured, day, enrolled, hour, sent } from '../../support/leads.ts'

const campaign = resolve(import.meta.dirname, '..', '..', '..', 'campaign')
/** A Monday later than the machine's own clock, so that a folder's time is known from this machine's. */
const later = Date.parse('2126-03-04T10:00:00Z')

const options = (data: string): PlanOptions => ({
  data,
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

/** A folder on which the sample campaign ran for a day, with two leads of it. */
const ranOn = async (
  data: string,
  whileItRuns: (pipeline: Awaited<ReturnType<typeof startPipeline>>) => Promise<void> = async () => {},
): Promise<void> => {
  const { assembly } = await synthesiseForTest()
  const pipeline = await startPipeline({
    cdkOut: assembly.directory,
    dataFolder: data,
    port: 0,
    startMs: later,
  })
  try {
    const rows = join(data, 'rows.csv')
    writeFileSync(
      rows,
      'email,firstName,suppression\nada@example.com,Ada,\neve@example.com,Eve,unsubscribed\n',
    )
    await importCommand(
      rows,
      {
        campaign,
        data,
        form: 'guide',
        map: [],
        consent: 'Ticked the box at the fair in Leeds on 1 March 2026',
        sendConfirmations: false,
        dryRun: false,
        resume: false,
      },
      undefined,
      () => {},
    )
    await pipeline.clock.advanceTo(later + day)
    await whileItRuns(pipeline)
    expect(pipeline.denials).toEqual([])
  } finally {
    await pipeline.close()
  }
}

const plan = async (data: string, folder: string, given: Partial<PlanOptions> = {}): Promise<string> => {
  const printed: string[] = []
  await planCommand(folder, { ...options(data), ...given }, undefined, (text) => printed.push(text))
  return printed.join('\n')
}

test('the running pipeline and its folder at rest tell the same, and nothing in the table changes', async () => {
  const data = mkdtempSync(join(tmpdir(), 'ripen-plan-'))
  const folder = changedCampaign(change)
  const versions = [
    (await compileCampaign(campaign)).plan.version,
    (await compileCampaign(folder)).plan.version,
  ]
  const expected = (
    place: string,
  ) => `fernhill ${versions.join(' -> ')}, against ${place}, Tue 5 Mar 10:00 Europe/London
2 leads: 1 under way, 0 waiting to confirm, 0 with sales, 1 suppressed

Sequence learn  onChange: migrate, leads under way go on from where they stand
  ~ day  wait 4 days -> 2 days
  + taste  email digest-first, wait 3 days, Mon Tue Wed Thu Fri 09:00-17:00, after example
  1 lead under way:
          1  get more than they would have
  Steps that leads get and would not have got: taste 1.
  Sent twice: 0.`
  await ranOn(data, async (pipeline) => {
    const before = await pipeline.table.scan()
    expect(await plan(data, folder)).toBe(expected(`the pipeline that runs on ${data}`))
    expect(await plan(data, campaign)).toMatch(/Nothing changes\.$/)
    expect(await pipeline.table.scan()).toEqual(before)
  })
  expect(await plan(data, folder)).toBe(expected(`the folder ${data}`))
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

/** Past the pipeline, many at once, so that nothing is done about them. */
const put = async (
  endpoint: string,
  table: string,
  items: readonly Readonly<Record<string, unknown>>[],
): Promise<void> => {
  const dynamo = new DynamoDBClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  for (let from = 0; from < items.length; from += 25)
    await dynamo.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [table]: items.slice(from, from + 25).map((item) => ({ PutRequest: { Item: marshall(item) } })),
        },
      }),
    )
  dynamo.destroy()
}

test('of 2,000 leads in a folder each one under way is counted once', async () => {
  const data = mkdtempSync(join(tmpdir(), 'ripen-plan-'))
  const version = (await compileCampaign(campaign)).plan.sequences.learn?.version ?? ''
  await ranOn(data, async ({ table, inventory }) => {
    const items = Array.from({ length: 2_000 }, (_, lead) =>
      factsOf(lead, version, later + day).map((fact) => ({
        pk: `LEAD#lead-${lead}`,
        sk: `FACT#${factKey(fact)}`,
        ...fact,
      })),
    ).flat()
    await put(table.endpoint, inventory.tables[0]?.name ?? '', items)
  })
  const told: PlannedChange = JSON.parse(await plan(data, changedCampaign(change), { json: true }))
  // The two leads that the pipeline had already are among them.
  expect(told.leads).toEqual({
    all: 2_002,
    underWay: 1_501,
    waitingToConfirm: 0,
    withSales: 0,
    suppressed: 251,
  })
  const [learn] = told.sequences
  expect(learn?.outcomes).toEqual({ gains: 1_251, asBefore: 250, finished: 250, suppressed: 251 })
  expect(learn?.stepCounts.taste).toEqual({
    gained: 1_251,
    passed: 500,
    lost: 0,
    hadAlready: 0,
    otherEmail: 0,
  })
  expect(learn?.sentTwice).toBe(0)
  expect(told.warnings).toEqual([])
})
