/** The functions, and what CloudWatch measures of each invocation: errors, throttles, how old its records are, 5xx answers. */
import { systemLogBytes } from '../bill/system-log.ts'
import { Functions, type FunctionsOptions } from '../lambda/functions.ts'
import { type Invocation, isThrottled } from '../lambda/sandbox.ts'
import type { Measurements } from './measurements.ts'

interface HttpEvent {
  readonly requestContext?: { readonly http?: unknown }
}
interface StreamEvent {
  readonly Records?: readonly { readonly dynamodb?: { readonly ApproximateCreationDateTime?: number } }[]
}

export class WatchedFunctions extends Functions {
  readonly #options: FunctionsOptions
  readonly #nameByArn: ReadonlyMap<string, string>
  readonly #logsInvocations: ReadonlySet<string>
  readonly #measurements: Measurements
  readonly #apiId: string

  /** `apiId` is that of the one HTTP API. */
  constructor(options: FunctionsOptions, measurements: Measurements, apiId: string) {
    super(options)
    this.#options = options
    this.#nameByArn = new Map(options.functions.map(({ arn, name }) => [arn, name]))
    this.#logsInvocations = new Set(
      options.functions.filter(({ logsInvocations }) => logsInvocations).map(({ arn }) => arn),
    )
    this.#measurements = measurements
    this.#apiId = apiId
  }

  override async invoke(functionArn: string, event: unknown, traceHeader?: string): Promise<Invocation> {
    const of = this.#nameByArn.get(functionArn) ?? ''
    this.#measureAge(of, event as StreamEvent)
    const invocation = await super.invoke(functionArn, event, traceHeader)
    const hasNotBegun = isThrottled(invocation)
    if (!hasNotBegun && this.#logsInvocations.has(functionArn))
      this.#options.meter.count('logBytes', `${of} system`, systemLogBytes)
    this.#record('AWS/Lambda', 'Throttles', of, hasNotBegun ? 1 : 0)
    // A throttled invocation never began, so it is no error of the function.
    if (!hasNotBegun) this.#record('AWS/Lambda', 'Errors', of, invocation.ok ? 0 : 1)
    if ((event as HttpEvent).requestContext?.http !== undefined)
      this.#record('AWS/ApiGateway', '5xx', this.#apiId, isFault(invocation) ? 1 : 0)
    return invocation
  }

  #measureAge(of: string, { Records = [] }: StreamEvent): void {
    const writtenSeconds = Records.at(-1)?.dynamodb?.ApproximateCreationDateTime
    if (writtenSeconds !== undefined)
      this.#record('AWS/Lambda', 'IteratorAge', of, this.#options.clock.nowMs() - writtenSeconds * 1000)
  }

  #record(namespace: string, name: string, of: string, value: number): void {
    this.#measurements.record({ namespace, name, of }, value, this.#options.clock.nowMs())
  }
}

const isFault = (invocation: Invocation): boolean => {
  if (!invocation.ok) return true
  const { statusCode = 200 } = (invocation.result ?? {}) as { statusCode?: number }
  return statusCode >= 500
}
