/** The leads of a pipeline that does not run: its table and keys alone, opened from its folder. */

import { join } from 'node:path'
import { VirtualClock } from './clock.ts'
import { listenAsGateway } from './gateway.ts'
import { Meter, type MeteredUnit } from './meter.ts'
import {
  announce,
  describeRunning,
  FolderInUse,
  findRunning,
  makeOperator,
  type RunningPipeline,
  withdraw,
} from './running.ts'
import { DynamoDbService } from './services/dynamodb.ts'
import { SecretsService } from './services/secrets.ts'
import { State } from './state.ts'
import { loadInventory } from './template/load.ts'

export interface OpenFolder {
  readonly operator: RunningPipeline
  /** Where the folder's clock stands; real time where it has none yet. */
  readonly nowMs: number
  close(): Promise<void>
}

/**
 * No function runs, so nothing is scored and no email is sent: what is written waits in the table's stream, and the
 * pipeline reads on from there when it next starts. Throws `FolderInUse`; keeps a pipeline from starting meanwhile.
 */
export const openFolder = async (cdkOut: string, dataFolder: string): Promise<OpenFolder> => {
  const closers: (() => void | Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    if (await findRunning(dataFolder)) throw new FolderInUse(dataFolder)
    const gateway = await listenAsGateway()
    closers.push(() => gateway.close())
    // Nobody visits, so the public address leads nowhere.
    const inventory = loadInventory(cdkOut, { publicUrl: gateway.url, queueUrl: gateway.url })
    const state = new State(dataFolder)
    closers.push(() => state.close())
    const nowMs = Math.max(Date.now(), state.collection<number>('clock').get('nowMs') ?? 0)
    const readings = state.collection<{ unit: MeteredUnit; cause: string; quantity: number }>('meter')
    const meter = new Meter()
    meter.restore(readings.values())
    closers.push(() => {
      for (const reading of meter.readings()) readings.set(`${reading.unit}|${reading.cause}`, reading)
    })
    const table = await DynamoDbService.start({
      tables: inventory.tables,
      meter,
      folder: join(dataFolder, 'dynamodb'),
    })
    closers.push(() => table.close())
    const operator = makeOperator(inventory)
    gateway.serve({
      inventory,
      operator,
      services: [table, new SecretsService(inventory.secrets, state, meter)],
      clock: new VirtualClock(nowMs),
      onDenied: () => {},
    })
    const running = describeRunning(inventory, operator, gateway.url)
    announce(dataFolder, running)
    closers.push(() => withdraw(dataFolder))
    return { operator: running, nowMs, close }
  } catch (error) {
    await close()
    throw error
  }
}
