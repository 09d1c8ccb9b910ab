/** `ripen plan`: opens the place where the leads are, goes through them, and prints what the change does. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { scanItems } from '../../shared/aws/lead-scan.ts'
import { ReleaseTable } from '../../shared/aws/release-table.ts'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import { openStore, type PlaceOptions } from '../leads/open-store.ts'
import { changesIn, type Failure } from './change.ts'
import { leadLine, leadObject } from './leads.ts'
import { type PlanStore, planOf } from './plan.ts'
import { planText } from './print.ts'

export interface PlanOptions extends PlaceOptions {
  /** Name of a table, in place of a stack. */
  readonly table?: string
  readonly json: boolean
  readonly leads: boolean
  readonly quota: number
  readonly failOn: readonly Failure[]
}

/** Gives the exit code. */
export const planCommand = async (
  folder: string,
  options: PlanOptions,
  open: (options: PlanOptions) => Promise<PlanStore> = openPlace,
  print: (text: string) => void = console.log,
): Promise<number> => {
  const compiled = await compileCampaign(folder)
  const store = await open(options)
  try {
    const plan = await planOf(compiled, store, options.quota, (leadId, change) => {
      if (!options.leads) return
      if (options.json) for (const object of leadObject(leadId, change)) print(JSON.stringify(object))
      else for (const line of leadLine(leadId, change, compiled.plan.timeZone)) print(line)
    })
    if (!plan) {
      print(
        options.json
          ? JSON.stringify({ campaign: compiled.plan.name, place: store.place, before: null })
          : `No version of ${compiled.plan.name} was ever in force in ${store.place}: no leads are under way.`,
      )
      return 0
    }
    const kinds = changesIn(plan)
    const failed = options.failOn.filter((failure) => kinds.has(failure))
    if (options.json) print(JSON.stringify(plan, null, options.leads ? 0 : 2))
    else {
      print(planText(plan))
      if (failed.length > 0) print(`\n--fail-on: there are changes of the kind ${failed.join(', ')}.`)
    }
    return failed.length > 0 ? 1 : 0
  } finally {
    await store.close()
  }
}

/** A table alone does for reading; a stack or a folder says which table it has. */
const openPlace = async (options: PlanOptions): Promise<PlanStore> => {
  const { table, region } = options
  if (table === undefined) return openStore(options, 'read')
  const dynamo = new DynamoDBClient(region === undefined ? {} : { region })
  return {
    place: `the table ${table}`,
    nowMs: Date.now(),
    items: () => scanItems(dynamo, table),
    releases: (campaign) => new ReleaseTable(dynamo, table).read(campaign),
    close: async () => dynamo.destroy(),
  }
}
