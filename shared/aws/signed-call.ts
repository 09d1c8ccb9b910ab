/** A signed call of AWS, with its tries and time limits: for functions that need an operation, not a whole client. */
import type { HttpRequest } from '@smithy/core/protocols'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import * as z from 'zod/mini'
import { LoggableError } from '../contracts/loggable-error.ts'
import { type Service, signedRequest } from './signed-request.ts'
import { cancellationPasses, type Pause, spreadPause, tryAgain } from './try-again.ts'

type Input = Readonly<Record<string, unknown>>

/** A service said no, or nothing readable. Carries neither what was sent nor what a call that went through gave. */
export class CallFailed extends LoggableError {
  override readonly name = 'CallFailed'
  /** The service's name for the error, such as `ConditionalCheckFailedException`; empty where it gave none. */
  readonly code: string
  /** Of the answer; absent where there was none. */
  readonly status: number | undefined
  /** Of a transaction: what became of each of its items. */
  readonly cancellations: readonly string[]

  constructor(operation: string, problem: Problem, options?: ErrorOptions) {
    const { code = '', status, cancellations = [] } = problem
    super(`${operation} failed: ${[code, problem.message].filter(Boolean).join(': ')}`, options)
    this.code = code
    this.status = status
    this.cancellations = cancellations
  }
}

interface Problem {
  readonly message: string
  readonly code?: string
  readonly status?: number
  readonly cancellations?: readonly string[]
}

/** What is waited for, and for how long; a test has a time of its own. */
export interface Patience {
  /** For one answer, to its last byte. */
  readonly answerMs: number
  /** For all tries of a call together. */
  readonly callMs: number
  readonly timeout: (ms: number) => AbortSignal
  readonly pause: Pause
}

/** A visitor is waiting, and the functions that call so are ended by Lambda after ten seconds. */
const patience: Patience = {
  answerMs: 3000,
  callMs: 7000,
  timeout: (ms) => AbortSignal.timeout(ms),
  pause: spreadPause,
}

/** Connections are kept and used again, so one maker of calls serves a whole instance. */
export const awsCaller = ({ answerMs, callMs, timeout, pause }: Patience) => {
  const http = new NodeHttpHandler({ connectionTimeout: 1000 })
  return async (service: Service, operation: string, input: Input): Promise<unknown> => {
    const body = JSON.stringify(input)
    const isOver = timeout(callMs)
    return tryAgain(
      async () => {
        const request = await signedRequest(service, operation, body)
        const abortSignal = AbortSignal.any([isOver, timeout(answerMs)])
        return answerOf(operation, await exchange(http, operation, request, abortSignal))
      },
      (failure) => !isOver.aborted && mayPass(failure),
      pause,
    )
  }
}

/**
 * The answer's JSON. Throttles, faults of the service, lost answers and conflicts between writers are tried again. A
 * call whose answer was lost may have been carried out: so every call must be one that may be made twice, and a
 * conditional write whose condition fails may have been made by an earlier try of the same call. Throws `CallFailed`.
 */
export const callAws = awsCaller(patience)

const mayPass = (failure: unknown): boolean => {
  if (!(failure instanceof CallFailed)) return false
  const { status, code, cancellations } = failure
  // No answer, or one that went through and cannot be read.
  if (status === undefined || status === 200) return true
  // Of other refusals only those that say so: too large, a redirect or a wrong signature stay what they are.
  return status >= 500 || status === 429 || passing.test(code) || cancellationPasses(cancellations)
}

/** Codes that the SDK tries again, and that of a single write that met a transaction. */
const passing = new RegExp(
  `^(${[
    'Throttl',
    'RequestThrottled',
    'TooManyRequests',
    'RequestLimitExceeded',
    'LimitExceededException',
    'ProvisionedThroughputExceeded',
    'RequestTimeout',
    'TransactionInProgress',
    'TransactionConflict',
  ].join('|')})`,
)

interface Answer {
  readonly status: number
  readonly text: string
}

const exchange = async (
  http: NodeHttpHandler,
  operation: string,
  request: HttpRequest,
  abortSignal: AbortSignal,
): Promise<Answer> => {
  try {
    const { response } = await http.handle(request, { abortSignal })
    return { status: response.statusCode, text: await textOf(response.body) }
  } catch (cause) {
    const message = abortSignal.aborted ? 'no answer in time' : `no answer: ${codeOf(cause)}`
    throw new CallFailed(operation, { message }, { cause })
  }
}

/** Node's name for what happened to a connection, without the address that its message has. */
const codeOf = (failure: unknown): string =>
  failure instanceof Error ? String('code' in failure ? failure.code : failure.name) : 'of unknown cause'

const answerOf = (operation: string, { status, text }: Answer): unknown => {
  const content = parsed(text)
  if (status === 200) {
    // The text is not shown: it may be half of a secret.
    if (content === undefined) throw new CallFailed(operation, { message: 'the answer is not JSON', status })
    return content
  }
  const read = refusal.safeParse(content)
  if (!read.success) throw new CallFailed(operation, { message: `status ${status}`, status })
  const { __type, message, Message = message, CancellationReasons } = read.data
  throw new CallFailed(operation, {
    message: Message,
    code: __type.split('#').at(-1) ?? '',
    status,
    cancellations: CancellationReasons.map(({ Code }) => Code),
  })
}

const refusal = z.object({
  __type: z.string(),
  message: z._default(z.string(), ''),
  /** Some services write it so. */
  Message: z.optional(z.string()),
  CancellationReasons: z._default(z.array(z.object({ Code: z._default(z.string(), 'None') })), []),
})

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's page, say, or half an answer: told by its status alone.
    return undefined
  }
}

const textOf = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
