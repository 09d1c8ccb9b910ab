/** What Lambda's runtime is to a bundle: imports it unchanged and gives it one event at a time. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { handOver } from './hand-over.ts'
import { installTimers } from './timers.ts'
import { installVirtualDate } from './virtual-date.ts'

export interface WorkerSetup {
  readonly clockBuffer: SharedArrayBuffer
  readonly codeFolder: string
  readonly handler: string
  readonly functionName: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  /** Where calls to AWS go; without it they take a socket, as they do in Lambda. */
  readonly gateway?: { readonly url: string; readonly port: MessagePort }
}

export interface ToWorker {
  readonly requestId: string
  /** The event as JSON, which is how it comes in Lambda too. */
  readonly eventText: string
  /** How the event came about: Lambda has it in the environment, and the SDK sends it along. */
  readonly traceHeader: string | undefined
}

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'broken'; readonly error: ErrorText }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'done'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly error: ErrorText }

export interface ErrorText {
  readonly errorType: string
  readonly errorMessage: string
}

const setup = workerData as WorkerSetup
const tell = (message: FromWorker): void => parentPort?.postMessage(message)
const describe = (error: unknown): ErrorText =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: 'Error', errorMessage: String(error) }

// Ours, for this start alone: the bundle sees the variables that the template gives it.
delete process.env.NODE_COMPILE_CACHE
installVirtualDate(setup.clockBuffer)
if (setup.gateway) {
  installTimers(setup.gateway.port)
  handOver(setup.gateway.url, setup.gateway.port)
}

let requestId = 'init'
for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const)
  console[level] = (...parts: unknown[]) => {
    const message = parts.length === 1 && typeof parts[0] === 'object' ? parts[0] : format(...parts)
    const record = { timestamp: new Date().toISOString(), level: level.toUpperCase(), requestId, message }
    tell({ kind: 'log', line: JSON.stringify(record) })
  }

/** What is written past the console, such as metrics, is in CloudWatch's log as it stands. */
process.stdout.write = (chunk: string | Uint8Array): boolean => {
  const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
  for (const line of text.split('\n')) if (line !== '') tell({ kind: 'log', line })
  return true
}

const importHandler = async (): Promise<(event: unknown, context: unknown) => unknown> => {
  const [file, name = ''] = setup.handler.split('.')
  const module: Record<string, unknown> = await import(
    pathToFileURL(join(setup.codeFolder, `${file}.mjs`)).href
  )
  const handler = module[name]
  if (typeof handler !== 'function') throw new Error(`The bundle exports no function named ${name}.`)
  return handler as (event: unknown, context: unknown) => unknown
}

/** Nothing else keeps a thread that waits for AWS while it imports: its port does not, and it listens to no events yet. */
const awake = setInterval(() => {}, 60_000)
try {
  const handler = await importHandler()
  parentPort?.on('message', async (message: ToWorker) => {
    requestId = message.requestId
    process.env._X_AMZN_TRACE_ID = message.traceHeader ?? ''
    const deadlineMs = Date.now() + setup.timeoutSeconds * 1000
    const context = {
      awsRequestId: requestId,
      functionName: setup.functionName,
      memoryLimitInMB: String(setup.memoryMb),
      getRemainingTimeInMillis: () => deadlineMs - Date.now(),
    }
    try {
      tell({ kind: 'done', result: await handler(JSON.parse(message.eventText), context) })
    } catch (error) {
      tell({ kind: 'failed', error: describe(error) })
    }
  })
  tell({ kind: 'ready' })
} catch (error) {
  tell({ kind: 'broken', error: describe(error) })
} finally {
  clearInterval(awake)
}
