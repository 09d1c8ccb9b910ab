/** HTTP to the table's engine over kept connections: small JSON both ways, for a third of what Node's own client takes. */
import { connect, type Socket } from 'node:net'
import { type HttpAnswer, readAnswer } from './http-answer.ts'

/** More than the functions ask at once; beyond it calls wait, in order. */
const mostConnections = 16

/** The engine wants to see who calls and does not check it. */
const caller = [
  'x-amz-date: 20260101T000000Z',
  'authorization: AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0',
]

interface Call {
  readonly request: string
  readonly resolve: (answer: HttpAnswer) => void
  readonly reject: (error: Error) => void
}

export class EngineWire {
  readonly #url: URL
  readonly #connections = new Set<Connection>()
  readonly #waiting: Call[] = []

  constructor(endpoint: string) {
    this.#url = new URL(endpoint)
  }

  /** `target` as in `X-Amz-Target`. Rejects where the engine is gone, or answers what is not HTTP. */
  send(target: string, body: string): Promise<HttpAnswer> {
    const request = [
      'POST / HTTP/1.1',
      `host: ${this.#url.host}`,
      'content-type: application/x-amz-json-1.0',
      `x-amz-target: ${target}`,
      ...caller,
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n')
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject })
      this.#assign()
    })
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const connection = this.#free()
      if (!connection) return
      connection.take(this.#waiting.shift() as Call)
    }
  }

  #free(): Connection | undefined {
    for (const connection of this.#connections) if (!connection.isBusy) return connection
    if (this.#connections.size === mostConnections) return undefined
    const connection: Connection = new Connection(this.#url, {
      onFree: () => this.#assign(),
      onClosed: () => {
        this.#connections.delete(connection)
        this.#assign()
      },
    })
    this.#connections.add(connection)
    return connection
  }
}

/** One call at a time. */
class Connection {
  readonly #socket: Socket
  readonly #onFree: () => void
  #call: Call | undefined
  #received: Buffer = Buffer.alloc(0)

  constructor({ hostname, port }: URL, options: { onFree: () => void; onClosed: () => void }) {
    this.#onFree = options.onFree
    this.#socket = connect({ host: hostname, port: Number(port || 80), noDelay: true })
    this.#socket.on('data', (chunk) => this.#receive(chunk))
    this.#socket.on('error', (cause) =>
      this.#end(new Error('The table’s engine does not answer.', { cause })),
    )
    this.#socket.on('close', () => {
      options.onClosed()
      this.#end(new Error('The table’s engine closed the connection before it had answered.'))
    })
  }

  get isBusy(): boolean {
    return this.#call !== undefined || this.#socket.destroyed
  }

  take(call: Call): void {
    this.#call = call
    this.#socket.write(call.request)
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    const answer = readAnswer(this.#received)
    if (answer === 'incomplete') return
    this.#received = Buffer.alloc(0)
    this.#end(answer)
    // What is not understood has no end that could be found, so the connection cannot be used again.
    if (answer instanceof Error || answer.closes) this.close()
    else this.#onFree()
  }

  #end(outcome: HttpAnswer | Error): void {
    const call = this.#call
    this.#call = undefined
    if (outcome instanceof Error) call?.reject(outcome)
    else call?.resolve(outcome)
  }
}

/** Asks DynamoDB Streams. Throws where the answer is not the one that was asked for. */
export const askStreams = async <T>(wire: EngineWire, operation: string, input: object): Promise<T> => {
  const { status, text } = await wire.send(`DynamoDBStreams_20120810.${operation}`, JSON.stringify(input))
  if (status !== 200) throw new Error(`${operation} of the table’s stream was answered ${status}: ${text}`)
  return JSON.parse(text) as T
}
