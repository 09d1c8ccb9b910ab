/** Every function of the template, each with a sandbox of its own. */
import { UserError } from '../../shared/contracts/user-error.ts'
import type { FunctionResource } from '../inventory.ts'
import { type Invocation, Sandbox, type SandboxOptions } from './sandbox.ts'

export interface FunctionsOptions extends SandboxOptions {
  readonly functions: readonly FunctionResource[]
}

/** Some functions did not start: each is named with its reason, such as a variable that infra/ forgot. */
export class FunctionsNotStarted extends UserError {
  override readonly name = 'FunctionsNotStarted'

  constructor(reasons: readonly string[]) {
    super(`Some functions did not start:\n${reasons.map((reason) => `  ${reason}`).join('\n')}`)
  }
}

export class Functions {
  readonly #sandboxes: ReadonlyMap<string, Sandbox>

  constructor(options: FunctionsOptions) {
    this.#sandboxes = new Map(
      options.functions.map((resource) => [resource.arn, new Sandbox(resource, options)]),
    )
  }

  /** Imports every bundle now, and not at its function's first call. Throws `FunctionsNotStarted`. */
  async start(): Promise<void> {
    const results = await Promise.all([...this.#sandboxes.values()].map((sandbox) => sandbox.start()))
    const reasons = results.flatMap((reason) => reason ?? [])
    if (reasons.length > 0) throw new FunctionsNotStarted(reasons)
  }

  /** One event at a time per function, the others wait in order. `traceHeader` goes along with what the function calls. */
  invoke(functionArn: string, event: unknown, traceHeader?: string): Promise<Invocation> {
    const sandbox = this.#sandboxes.get(functionArn)
    if (!sandbox) throw new Error(`The function ${functionArn} is not in the template.`)
    return sandbox.invoke(event, traceHeader)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sandboxes.values()].map((sandbox) => sandbox.close()))
  }
}
