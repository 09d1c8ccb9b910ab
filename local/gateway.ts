/** The one AWS endpoint of every function: who calls, may they, and which service answers. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { VirtualClock } from './clock.ts'
import type { Faults } from './faults.ts'
import { type Context, isAllowed, missingStatement } from './iam.ts'
import { type Inventory, localAccount } from './inventory.ts'
import type { Operator } from './running.ts'
import { type AwsAnswer, type AwsCall, AwsError, type AwsService, type Permission } from './service.ts'

export interface Denial {
  readonly caller: string
  readonly permission: Permission
  /** The policy statement to add to the caller's role. */
  readonly statement: string
}

export interface GatewayOptions {
  readonly inventory: Inventory
  readonly services: readonly AwsService[]
  readonly onDenied: (denial: Denial) => void
  readonly clock: VirtualClock
  readonly operator?: Operator
  readonly faults?: Faults
}

/** A request as AWS's clients write it, however it came here. */
export interface WireRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Listens from the start, since the template's queue addresses lead here; answers once it serves. */
export interface Gateway {
  readonly url: string
  serve(options: GatewayOptions): void
  /** Answers one request: programs' over HTTP and functions' as messages come to the same place. Never rejects. */
  exchange(request: WireRequest, wait?: AwsCall['wait']): Promise<WireAnswer>
  close(): Promise<void>
}

/** Each function signs with a key of its own, and that is how the gateway knows it. */
export const accessKeyFor = (functionName: string): string =>
  `LOCAL${Buffer.from(functionName).toString('hex')}`

const operatorRole = 'role/operator'

const functionOfKey = (accessKey: string): string =>
  Buffer.from(accessKey.slice('LOCAL'.length), 'hex').toString()

export const listenAsGateway = async (): Promise<Gateway> => {
  let clock: VirtualClock | undefined
  let answer: (request: WireRequest, wait?: AwsCall['wait']) => Promise<AwsAnswer> = async () => {
    throw new AwsError('ServiceUnavailable', 'The pipeline is still starting.', 503)
  }
  const exchange = async (request: WireRequest, wait?: AwsCall['wait']): Promise<WireAnswer> => {
    // The SDK compares this with its own clock, and would take the machine's time for a clock that is wrong.
    const date = new Date(clock?.nowMs() ?? Date.now()).toUTCString()
    const isRest = request.headers['x-amz-target'] === undefined
    try {
      return written(await answer(request, wait), date, isRest)
    } catch (error) {
      return refused(error, date, isRest)
    }
  }
  const server = createServer((request, response) => void respond(request, response, exchange))
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (options) => {
      clock = options.clock
      answer = answering(options)
    },
    exchange,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** One request over HTTP, as programs other than the functions make it. */
const respond = async (
  request: IncomingMessage,
  response: ServerResponse,
  exchange: Gateway['exchange'],
): Promise<void> => {
  try {
    const { status, headers, body } = await exchange({
      method: request.method ?? 'POST',
      path: request.url ?? '/',
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: await bodyOf(request),
    })
    response.writeHead(status, headers).end(body)
  } catch {
    // The caller left before its request was whole: there is nobody to answer.
    response.destroy()
  }
}

const answering = ({
  inventory,
  services,
  onDenied,
  operator,
  faults,
}: GatewayOptions): ((request: WireRequest, wait?: AwsCall['wait']) => Promise<AwsAnswer>) => {
  const roles = new Map(inventory.roles.map(({ arn, statements }) => [arn, statements]))
  if (operator) roles.set(operatorRole, operator.statements)
  const roleByFunction = new Map(inventory.functions.map(({ name, roleArn }) => [name, roleArn]))
  const serviceByScope = new Map(
    services.flatMap((service) => service.scopes.map((scope) => [scope, service])),
  )

  const authorise = (call: AwsCall, service: AwsService): void => {
    for (const permission of service.permissions(call)) {
      const context: Context = {
        ...(permission.action === 'iam:PassRole' && { 'iam:PassedToService': 'scheduler.amazonaws.com' }),
        ...permission.context,
      }
      if (isAllowed(roles.get(call.roleArn) ?? [], permission, context)) continue
      onDenied({ caller: call.caller, permission, statement: missingStatement(permission) })
      throw new AwsError('AccessDeniedException', denialText(call, permission), 403)
    }
  }

  return async (request, wait) => {
    const { accessKey, scope } = credentialOf(request)
    const service = serviceByScope.get(scope)
    if (!service)
      throw new AwsError('UnknownService', `The service ${scope} is not served on one machine.`, 404)
    const isOperator = accessKey === operator?.accessKey
    const caller = isOperator ? 'operator' : functionOfKey(accessKey)
    const roleArn = isOperator ? operatorRole : (roleByFunction.get(caller) ?? '')
    const call = { ...readCall(request, scope, caller, roleArn), ...(wait && { wait }) }
    authorise(call, service)
    const fault = faults?.(call)
    if (fault && !fault.isDone) throw fault.error
    const answer = await service.handle(call)
    if (fault) throw fault.error
    return answer
  }
}

const readCall = (request: WireRequest, scope: string, caller: string, roleArn: string): AwsCall => {
  const { method, path, headers, body } = request
  const url = new URL(path, 'http://localhost')
  const traceHeader = headers['x-amzn-trace-id']
  return {
    service: scope,
    method,
    path: url.pathname,
    query: url.searchParams,
    target: headers['x-amz-target']?.split('.').at(-1) || undefined,
    body: body ? (JSON.parse(body) as Record<string, unknown>) : {},
    text: body,
    ...(traceHeader !== undefined && { traceHeader }),
    roleArn,
    caller,
  }
}

const denialText = ({ roleArn, caller }: AwsCall, { action, resource }: Permission): string =>
  `User: arn:${roleArn.split(':')[1] ?? 'aws'}:sts::${localAccount}:assumed-role/${roleArn.split('/').at(-1)}/${caller} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action. Add ${missingStatement({ action, resource })}`

/** `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, ...` */
const credentialOf = ({ headers }: WireRequest): { accessKey: string; scope: string } => {
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1]?.split('/')
  const [accessKey, , , scope] = credential ?? []
  if (!accessKey || !scope)
    throw new AwsError('MissingAuthenticationToken', 'Missing Authentication Token', 403)
  return { accessKey, scope }
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const written = ({ status, body }: AwsAnswer, date: string, isRest: boolean): WireAnswer => {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {})
  return {
    status,
    headers: {
      date,
      'content-type': isRest ? 'application/json' : 'application/x-amz-json-1.0',
      'content-length': String(Buffer.byteLength(text)),
    },
    body: text,
  }
}

const refused = (error: unknown, date: string, isRest: boolean): WireAnswer => {
  const { code, status, message, fields } =
    error instanceof AwsError ? error : new AwsError('InternalFailure', describe(error), 500)
  const answer = written(
    { status, body: { __type: code, message, Message: message, ...fields } },
    date,
    isRest,
  )
  return isRest ? { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': code } } : answer
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)
