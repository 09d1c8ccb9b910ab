/** Every function of the template: in one sandbox each, or in as many at once as the account may run. */
import { UserError } from '../../shared/contracts/user-error.ts'
import type { FunctionResource } from '../inventory.ts'
import { type Invocation, Sandbox, type SandboxOptions, throttledError } from './sandbox.ts'

export interface FunctionsOptions extends SandboxOptions {
  readonly functions: readonly FunctionResource[]
  /**
   * The account's quota of concurrent executions, 10 in a new one: invocations run side by side, and what is too many is
   * throttled. Absent: one at a time for each function, the others wait, and every run is the same.
   */
  readonly concurrency?: number
}

/** Some functions did not start: each is named with its reason, such as a variable that infra/ forgot. */
export class FunctionsNotStarted extends UserError {
  override readonly name = 'FunctionsNotStarted'

  constructor(reasons: readonly string[]) {
    super(`Some functions did not start:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`)
  }
}

/** What Lambda answers where no execution is free. The function has not begun. */
const throttled: Invocation = {
  ok: false,
  errorType: throttledError,
  errorMessage: 'Rate Exceeded.',
}

export class Functions {
  readonly #pools: ReadonlyMap<string, Pool>
  readonly #concurrency: number | undefined
  /** What the account runs for functions that have nothing reserved. */
  readonly #unreserved: number
  #runningUnreserved = 0

  constructor(options: FunctionsOptions) {
    const { functions, concurrency } = options
    this.#pools = new Map(functions.map((resource) => [resource.arn, new Pool(resource, options)]))
    this.#concurrency = concurrency
    const reserved = functions.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0)
    this.#unreserved = (concurrency ?? 0) - reserved
  }

  /** Imports every bundle now, and not at its function's first call. Throws `FunctionsNotStarted`. */
  async start(): Promise<void> {
    const results = await Promise.all([...this.#pools.values()].map((pool) => pool.start()))
    const reasons = results.flatMap((reason) => reason ?? [])
    if (reasons.length > 0) throw new FunctionsNotStarted(reasons)
  }

  /** `traceHeader` goes along with what the function calls. */
  async invoke(functionArn: string, event: unknown, traceHeader?: string): Promise<Invocation> {
    const pool = this.#pools.get(functionArn)
    if (!pool) throw new Error(`The function ${functionArn} is not in the template.`)
    if (this.#concurrency === undefined) return pool.invokeInTurn(event, traceHeader)
    const { reserved } = pool
    if (pool.running >= (reserved ?? Number.POSITIVE_INFINITY)) return throttled
    if (reserved === undefined && this.#runningUnreserved >= this.#unreserved) return throttled
    if (reserved === undefined) this.#runningUnreserved += 1
    try {
      return await pool.invokeAtOnce(event, traceHeader)
    } finally {
      if (reserved === undefined) this.#runningUnreserved -= 1
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()))
  }
}

/** The sandboxes of one function. Those that are free are used again before another is made, as in Lambda. */
class Pool {
  readonly reserved: number | undefined
  readonly #make: (index: number) => Sandbox
  readonly #all: Sandbox[] = []
  readonly #free: Sandbox[] = []

  constructor(resource: FunctionResource, options: SandboxOptions) {
    this.reserved = resource.reservedConcurrency
    this.#make = (index) => new Sandbox(resource, options, index)
  }

  get running(): number {
    return this.#all.length - this.#free.length
  }

  async start(): Promise<string | undefined> {
    const first = this.#take()
    const reason = await first.start()
    this.#free.push(first)
    return reason
  }

  /** The sandbox itself takes one event after the other. */
  invokeInTurn(event: unknown, traceHeader: string | undefined): Promise<Invocation> {
    const only = this.#all[0] ?? this.#take()
    return only.invoke(event, traceHeader)
  }

  async invokeAtOnce(event: unknown, traceHeader: string | undefined): Promise<Invocation> {
    const sandbox = this.#take()
    try {
      return await sandbox.invoke(event, traceHeader)
    } finally {
      this.#free.push(sandbox)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((sandbox) => sandbox.close()))
  }

  #take(): Sandbox {
    const free = this.#free.pop()
    if (free) return free
    const made = this.#make(this.#all.length)
    this.#all.push(made)
    return made
  }
}
