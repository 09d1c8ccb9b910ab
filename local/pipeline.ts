/** The pipeline on one machine, in its start order: template, port, engine, services, gateway, functions, mappings. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Alarms } from './alarms/alarms.ts'
import { Measurements } from './alarms/measurements.ts'
import { Reputation } from './alarms/reputation.ts'
import { WatchedFunctions } from './alarms/watched-functions.ts'
import { MetricHours } from './bill/metric-hours.ts'
import { VirtualClock } from './clock.ts'
import type { Faults } from './faults.ts'
import { accessKeyFor, type Denial, listenAsGateway } from './gateway.ts'
import { type HttpApiOptions, listen } from './http-api.ts'
import type { Inventory } from './inventory.ts'
import type { Functions, FunctionsOptions } from './lambda/functions.ts'
import type { FunctionLog } from './lambda/sandbox.ts'
import { QueueMapping } from './mappings/queue-mapping.ts'
import { type EarlyEnd, StreamMapping } from './mappings/stream-mapping.ts'
import { type ShardCount, StreamReader } from './mappings/stream-reader.ts'
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
import { AwsError } from './service.ts'
import { DynamoDbService } from './services/dynamodb.ts'
import { EventsService } from './services/events.ts'
import type { SchedulerDelivery } from './services/scheduler/invocations.ts'
import { SchedulerService } from './services/scheduler/service.ts'
import { SecretsService } from './services/secrets.ts'
import { type SesOptions, SesService } from './services/ses/service.ts'
import { SnsService } from './services/sns.ts'
import { type Disorder, SqsService } from './services/sqs.ts'
import { State } from './state.ts'
import { loadInventory } from './template/load.ts'
import { checkWiring, schedulerProblem, wiringWarnings } from './wiring.ts'

export interface PipelineOptions {
  readonly cdkOut: string
  /** Where data is kept between starts; absent: in memory. */
  readonly dataFolder?: string
  /** Empties the folder first. */
  readonly isFresh?: boolean
  /** 0 is any free port. */
  readonly port: number
  /** Where the clock starts, unless the folder remembers a later time. */
  readonly startMs: number
  /** Makes ids and keys the same in every run. */
  readonly seed?: string
  readonly disorder?: Disorder
  /** The account's concurrent executions. Absent: each function is invoked once at a time. */
  readonly concurrency?: number
  /** Of each table's stream. */
  readonly shards?: ShardCount
  readonly faults?: Faults
  /**
   * Whether every bundle is imported at once, which is so if not said, or each at its function's first call: sooner ready
   * where few are called, but what only an import finds, such as a missing variable, then fails that call and not the start.
   */
  readonly imports?: 'atOnce' | 'atFirstCall'
  readonly windowsEndEarly?: EarlyEnd
  readonly ses?: Pick<
    SesOptions,
    'behaviour' | 'onAccepted' | 'fault' | 'slowMs' | 'maxSendRate' | 'max24HourSend'
  >
  readonly onLog?: (log: FunctionLog) => void
  readonly onDenied?: (denial: Denial) => void
  /** What works, and yet somebody should put right. */
  readonly onWarning?: (warning: string) => void
  readonly console?: (pipeline: Pipeline) => HttpApiOptions['console']
}

export interface Pipeline {
  readonly url: string
  readonly inventory: Inventory
  readonly clock: VirtualClock
  readonly meter: Meter
  readonly table: DynamoDbService
  readonly secrets: SecretsService
  readonly sqs: SqsService
  readonly ses: SesService
  readonly scheduler: SchedulerService
  readonly events: EventsService
  readonly alarms: Alarms
  /** What alarms are judged by, beside the queues. */
  readonly measurements: Measurements
  /** How the operator's own programs speak with it. */
  readonly operator: RunningPipeline
  /** Calls that a role did not allow, newest last. */
  readonly denials: readonly Denial[]
  close(): Promise<void>
}

/** Throws, before anything is served, where the template is not complete: each missing piece is named. */
export const startPipeline = async (options: PipelineOptions): Promise<Pipeline> => {
  const { dataFolder, disorder } = options
  const closers: (() => void | Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    if (dataFolder && (await findRunning(dataFolder))) throw new FolderInUse(dataFolder)
    const port = await listen(options.port)
    closers.push(() => port.close())
    if (dataFolder && options.isFresh) rmSync(dataFolder, { recursive: true, force: true })
    const gateway = await listenAsGateway()
    closers.push(() => gateway.close())
    const inventory = loadInventory(options.cdkOut, { publicUrl: port.url, queueUrl: gateway.url })
    checkWiring(inventory)
    for (const warning of wiringWarnings(inventory)) options.onWarning?.(warning)

    const state = new State(dataFolder)
    const kept = state.collection<number>('clock')
    const readings = state.collection<{ unit: MeteredUnit; cause: string; quantity: number }>('meter')
    const clock = new VirtualClock(Math.max(options.startMs, kept.get('nowMs') ?? 0))
    const meter = new Meter()
    meter.restore(readings.values())
    closers.push(() => {
      kept.set('nowMs', clock.nowMs())
      for (const reading of meter.readings()) readings.set(`${reading.unit}|${reading.cause}`, reading)
      clock.close()
      state.close()
    })

    const table = await DynamoDbService.start({
      tables: inventory.tables,
      meter,
      ...(dataFolder && { folder: join(dataFolder, 'dynamodb') }),
    })
    closers.push(() => table.close())
    const secrets = new SecretsService(inventory.secrets, state, meter, options.seed)
    const sqs = new SqsService({
      queues: inventory.queues,
      state,
      clock,
      meter,
      ...(disorder && { disorder }),
    })
    const sns = new SnsService(inventory.topics, sqs, meter)
    const events = new EventsService(inventory.buses, state, clock, meter)
    const deliver = ({ targetArn, body, roleArn, attributes = {} }: SchedulerDelivery): void => {
      const [problem] = schedulerProblem(inventory, roleArn, targetArn)
      if (problem) throw new AwsError('AccessDeniedException', problem, 403)
      sqs.deliver(targetArn, body, { attributes })
    }
    const scheduler = new SchedulerService({
      onDropped: (name, reason) =>
        options.onLog?.({ functionName: 'scheduler', line: `schedule ${name} was dropped: ${reason}` }),
      inventory,
      state,
      clock,
      meter,
      deliver,
      ...(disorder && { disorder }),
    })
    const measurements = new Measurements()
    const metricHours = new MetricHours(meter)
    const reputation = new Reputation(measurements)
    const ses = new SesService({
      ...options.ses,
      inventory,
      state,
      clock,
      meter,
      trackingUrl: port.url,
      publish: (topicArn, message) => {
        reputation.take(message, clock.nowMs())
        sns.publish(topicArn, message)
      },
    })

    const denials: Denial[] = []
    const operator = makeOperator(inventory)
    gateway.serve({
      inventory,
      clock,
      operator,
      ...(options.faults && { faults: options.faults }),
      services: [table, secrets, sqs, events, scheduler, ses],
      onDenied: (denial) => {
        denials.push(denial)
        options.onDenied?.(denial)
      },
    })
    const functionsOptions: FunctionsOptions = {
      functions: inventory.functions,
      environmentFor: ({ name, memoryMb }) => ({
        AWS_REGION: inventory.region,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
        AWS_ACCESS_KEY_ID: accessKeyFor(name),
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_ENDPOINT_URL: gateway.url,
      }),
      gateway,
      clock,
      meter,
      ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
      onLog: (log) => {
        for (const measured of measurements.readLog(log.line)) metricHours.count(measured, clock.nowMs())
        options.onLog?.(log)
      },
    }
    const functions = new WatchedFunctions(functionsOptions, measurements, inventory.routes[0]?.apiId ?? '')
    closers.push(() => functions.close())
    if (options.imports !== 'atFirstCall') await functions.start()

    const readers = await startMappings(inventory, {
      table,
      sqs,
      functions,
      clock,
      state,
      atOnce: options.concurrency !== undefined,
      ...(options.shards && { shards: options.shards }),
      ...(disorder && { disorder }),
      ...(options.windowsEndEarly && { windowsEndEarly: options.windowsEndEarly }),
    })
    closers.push(async () => {
      await Promise.all(readers.map((reader) => reader.close()))
    })
    // As after a deploy: what SES posts to its topics has been worked off before the first email is sent.
    if (ses.validateDestinations()) await clock.activity.idle()
    const pipeline: Pipeline = {
      url: port.url,
      inventory,
      clock,
      meter,
      table,
      secrets,
      sqs,
      ses,
      scheduler,
      events,
      alarms: new Alarms({ inventory, sqs, clock, measurements }),
      measurements,
      operator: describeRunning(inventory, operator, gateway.url, port.url),
      denials,
      close,
    }
    const consoleHandler = options.console?.(pipeline) ?? (async () => false)
    port.serve({ inventory, functions, clock, meter, console: consoleHandler })
    // Last opened, first closed: no request may reach functions that are gone.
    closers.push(() => port.close())
    if (dataFolder) {
      announce(dataFolder, pipeline.operator)
      closers.push(() => withdraw(dataFolder))
    }
    return pipeline
  } catch (error) {
    await close()
    throw error
  }
}

const startMappings = async (
  inventory: Inventory,
  parts: {
    table: DynamoDbService
    sqs: SqsService
    functions: Functions
    clock: VirtualClock
    state: State
    atOnce: boolean
    shards?: ShardCount
    disorder?: Disorder
    windowsEndEarly?: EarlyEnd
  },
): Promise<StreamReader[]> => {
  const { table, clock, state, sqs, shards } = parts
  const { region } = inventory
  const readers: StreamReader[] = []
  for (const resource of inventory.tables.filter(({ streamArn }) => streamArn !== undefined)) {
    const reader = new StreamReader({
      engine: table,
      table: resource,
      region,
      clock,
      state,
      ...(shards && { shards }),
    })
    const mappings = inventory.mappings
      .filter(({ sourceArn }) => sourceArn === resource.streamArn)
      .map((mapping) => new StreamMapping(mapping, { ...parts, reader }))
    readers.push(reader)
    table.onWrite(() => reader.nudge())
    await reader.start()
    for (const mapping of mappings) mapping.start()
  }
  for (const mapping of inventory.mappings.filter(({ source }) => source === 'queue')) {
    const consumer = inventory.functions.find(({ arn }) => arn === mapping.functionArn)
    if (consumer) new QueueMapping(mapping, { ...parts, consumer, sqs, region }).nudge()
  }
  return readers
}
