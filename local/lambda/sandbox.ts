/** One function in a worker of its own, with the environment that the template gives it: what Lambda calls an execution environment. */
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { VirtualClock } from '../clock.ts'
import type { Gateway } from '../gateway.ts'
import type { FunctionResource } from '../inventory.ts'
import type { Meter } from '../meter.ts'
import type { HandedAnswer, HandedRequest } from './hand-over.ts'
import { type FromTimers, Waits } from './waits.ts'
import type { ErrorText, FromWorker, ToWorker, WorkerSetup } from './worker.ts'

export type Invocation =
  | { readonly ok: true; readonly result: unknown }
  | ({ readonly ok: false } & ErrorText)

/** No execution was free: the function has not begun. */
export const isThrottled = (invocation: Invocation): boolean =>
  !invocation.ok && invocation.errorType === throttledError

/** Lambda's name for it. */
export const throttledError = 'TooManyRequestsException'

export interface FunctionLog {
  readonly functionName: string
  readonly line: string
}

/** Enough for one event at a time; Node's own default is made for a whole process, and there are a dozen workers. */
const youngGenerationMb = 6

/** Where Node keeps what it compiled of a bundle: most starts find it there. */
const compileCache = join(tmpdir(), 'node-compile-cache')

/** Lambda's limit for a synchronous call. */
const payloadLimitBytes = 6 * 1024 * 1024

export interface SandboxOptions {
  /** What Lambda itself sets, beside the template's variables. */
  readonly environmentFor: (resource: FunctionResource) => Readonly<Record<string, string>>
  readonly gateway: Pick<Gateway, 'url' | 'exchange'>
  readonly clock: VirtualClock
  readonly meter: Meter
  readonly onLog: (log: FunctionLog) => void
}

export class Sandbox {
  readonly #resource: FunctionResource
  readonly #options: SandboxOptions
  readonly #index: number
  #worker: Worker | undefined
  #last: Promise<unknown> = Promise.resolve()
  #waits: Waits | undefined
  #requests = 0
  #answer: (message: FromWorker) => void = () => {}

  /** `index` tells the function's sandboxes apart. */
  constructor(resource: FunctionResource, options: SandboxOptions, index = 0) {
    this.#resource = resource
    this.#options = options
    this.#index = index
  }

  /** The reason why the function did not start, or nothing. */
  async start(): Promise<string | undefined> {
    const error = await this.#launch()
    return error && `${this.#resource.id}: ${error.errorType}: ${error.errorMessage}`
  }

  invoke(event: unknown, traceHeader: string | undefined): Promise<Invocation> {
    return this.#options.clock.activity.during(() => {
      const result = this.#last.then(() => this.#run(event, traceHeader))
      this.#last = result
      return result
    })
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  async #run(event: unknown, traceHeader: string | undefined): Promise<Invocation> {
    const { name, memoryMb, timeoutSeconds } = this.#resource
    const { meter } = this.#options
    const eventText = JSON.stringify(event)
    if (Buffer.byteLength(eventText) > payloadLimitBytes)
      return {
        ok: false,
        errorType: 'RequestTooLargeException',
        errorMessage: `Request must be smaller than ${payloadLimitBytes} bytes for the InvokeFunction operation`,
      }
    meter.count('lambdaRequests', name)
    const notStarted = this.#worker ? undefined : await this.#launch()
    if (notStarted) return this.#fail('init', notStarted)
    const startedMs = performance.now()
    this.#requests += 1
    const requestId = `00000000-0000-4000-a${digits(this.#index, 3)}-${digits(this.#requests, 12)}`
    let timer: NodeJS.Timeout | undefined
    const message = await new Promise<FromWorker>((resolve) => {
      this.#answer = resolve
      const end = () => {
        this.#waits?.endAll()
        void this.#worker?.terminate()
        this.#worker = undefined
        resolve({
          kind: 'failed',
          error: {
            errorType: 'Sandbox.Timedout',
            errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds}.00 seconds`,
          },
        })
      }
      // The machine's time and the pipeline's: whichever is over first.
      timer = setTimeout(end, timeoutSeconds * 1000)
      if (this.#waits)
        this.#waits.deadline = { atMs: this.#options.clock.nowMs() + timeoutSeconds * 1000, end }
      this.#worker?.postMessage({ requestId, eventText, traceHeader } satisfies ToWorker)
    })
    clearTimeout(timer)
    meter.count(
      'lambdaGbSeconds',
      name,
      (Math.ceil(performance.now() - startedMs) / 1000) * (memoryMb / 1024),
    )
    if (message.kind === 'done') return { ok: true, result: message.result }
    const error = 'error' in message ? message.error : { errorType: 'Unknown', errorMessage: message.kind }
    return this.#fail(requestId, error)
  }

  #fail(requestId: string, error: ErrorText): Invocation {
    this.#log(JSON.stringify({ level: 'ERROR', requestId, message: error }))
    return { ok: false, ...error }
  }

  /** Gives what kept the bundle from being imported, if anything did; the next call then tries again, as Lambda does. */
  async #launch(): Promise<ErrorText | undefined> {
    const { codeFolder, handler, name, timeoutSeconds, memoryMb, environment } = this.#resource
    const { url } = this.#options.gateway
    const port = this.#callsToAws()
    const setup: WorkerSetup = {
      clockBuffer: this.#options.clock.buffer,
      codeFolder,
      handler,
      functionName: name,
      timeoutSeconds,
      memoryMb,
      gateway: { url, port },
    }
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: setup,
      transferList: [port],
      env: {
        ...environment,
        ...this.#options.environmentFor(this.#resource),
        // The worker takes this away again before it imports the bundle.
        NODE_COMPILE_CACHE: compileCache,
      },
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: youngGenerationMb },
      stdout: true,
      stderr: true,
    })
    this.#worker = worker
    worker.on('message', (message: FromWorker) =>
      message.kind === 'log' ? this.#log(message.line) : this.#answer(message),
    )
    worker.on('error', (error) => {
      if (this.#worker === worker) this.#worker = undefined
      this.#answer({ kind: 'failed', error: { errorType: 'Runtime.ExitError', errorMessage: error.message } })
    })
    // A thread that ends by itself, which none should, would otherwise be waited for without end.
    worker.on('exit', (code) => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      const errorMessage = `Runtime exited with error: exit status ${code}`
      this.#answer({ kind: 'broken', error: { errorType: 'Runtime.ExitError', errorMessage } })
    })
    const message = await new Promise<FromWorker>((resolve) => {
      this.#answer = resolve
    })
    if (message.kind === 'ready') return undefined
    this.#worker = undefined
    await worker.terminate()
    return 'error' in message ? message.error : { errorType: 'Unknown', errorMessage: message.kind }
  }

  /** The worker's end of a channel whose other end answers as the gateway does. */
  #callsToAws(): MessagePort {
    const { port1, port2 } = new MessageChannel()
    const waits = new Waits(port1, this.#options.clock)
    this.#waits = waits
    port1.on('message', async (message: HandedRequest | FromTimers) => {
      if (!('request' in message)) return waits.take(message)
      const { id, request } = message
      const answer = await this.#options.gateway.exchange(request, (durationMs) => waits.wait(id, durationMs))
      port1.postMessage({ id, answer } satisfies HandedAnswer)
    })
    port1.on('close', () => waits.endAll())
    return port2
  }

  #log(line: string): void {
    this.#options.meter.count('logBytes', this.#resource.name, Buffer.byteLength(line) + 1)
    this.#options.onLog({ functionName: this.#resource.name, line })
  }
}

const digits = (count: number, length: number): string => String(count).padStart(length, '0')
