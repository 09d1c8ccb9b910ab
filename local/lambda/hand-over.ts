/** Hands a bundle's calls to AWS to the gateway as messages: the way through the kernel costs more than most calls do. */
import { EventEmitter } from 'node:events'
import http, { STATUS_CODES } from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { Readable, Writable } from 'node:stream'
import type { MessagePort } from 'node:worker_threads'
import type { WireAnswer, WireRequest } from '../gateway.ts'
import type { FromTimers, ToTimers } from './waits.ts'

/** From a worker: a request, with a number by which its answer is known. */
export interface HandedRequest {
  readonly id: number
  readonly request: WireRequest
}

export interface HandedAnswer {
  readonly id: number
  readonly answer: WireAnswer
}

/** What Node's `http` was asked for. */
interface Options {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Decides how many requests may be under way at once. */
  readonly agent?: { readonly maxSockets?: number }
}

/**
 * From now on what this thread asks of `gatewayUrl` by `http.request` goes over `port`. Everything above that runs as it
 * does in Lambda: the SDK serialises, signs, waits, gives up and tries again. Requests to anywhere else take their usual way.
 */
export const handOver = (gatewayUrl: string, port: MessagePort): void => {
  const { hostname, port: gatewayPort } = new URL(gatewayUrl)
  const isForGateway = (target: unknown): target is Options =>
    typeof target === 'object' &&
    target !== null &&
    'host' in target &&
    target.host === hostname &&
    'port' in target &&
    String(target.port) === gatewayPort
  const line = new Line(port)
  const overSocket = http.request
  const request = (...given: unknown[]) => {
    const [target, onResponse] = given
    return isForGateway(target) && typeof onResponse === 'function'
      ? new HandedOverRequest(line, target, (response) => onResponse(response))
      : Reflect.apply(overSocket, http, given)
  }
  Object.assign(http, { request })
  syncBuiltinESMExports()
}

/** The way to the gateway: requests leave with a number, and by that number answers find whom they are for. */
class Line {
  readonly #port: MessagePort
  readonly #waiting = new Map<number, (answer: WireAnswer) => void>()
  #last = 0

  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', (message: HandedAnswer | ToTimers) => {
      if (!('answer' in message)) return
      this.#waiting.get(message.id)?.(message.answer)
      this.#waiting.delete(message.id)
    })
    // What keeps a worker alive is that it waits for events, as Lambda's runtime does.
    port.unref()
  }

  /** Gives the way to wait no longer. */
  send(request: WireRequest, onAnswer: (answer: WireAnswer) => void): () => void {
    this.#last += 1
    const id = this.#last
    this.#waiting.set(id, onAnswer)
    this.#port.postMessage({ id, request } satisfies HandedRequest)
    return () => {
      if (this.#waiting.delete(id)) this.#port.postMessage({ gaveUp: id } satisfies FromTimers)
    }
  }
}

/** An agent has a limited number of sockets; requests beyond them wait for one, in order. */
class Sockets {
  static readonly #byAgent = new WeakMap<object, Sockets>()
  #free: number
  readonly #waiting = new Set<() => void>()

  private constructor(most: number) {
    this.#free = most
  }

  static of(agent: Options['agent']): Sockets {
    const most = agent?.maxSockets ?? Number.POSITIVE_INFINITY
    const sockets = (agent && Sockets.#byAgent.get(agent)) ?? new Sockets(most)
    if (agent) Sockets.#byAgent.set(agent, sockets)
    return sockets
  }

  /** Calls `use` when there is a socket; gives the way to let go of it, or to wait for it no longer. */
  take(use: () => void): () => void {
    if (this.#free > 0) {
      this.#free -= 1
      use()
    } else this.#waiting.add(use)
    return () => {
      if (this.#waiting.delete(use)) return
      const [next] = this.#waiting
      if (next) {
        this.#waiting.delete(next)
        next()
      } else this.#free += 1
    }
  }
}

/** What the SDK sees of Node's `ClientRequest`. */
class HandedOverRequest extends Writable {
  readonly socket = new Socket(this)
  readonly #line: Line
  readonly #options: Options
  readonly #body: (string | Buffer)[] = []
  #letGo: () => void = () => {}
  #response: Readable | undefined

  constructor(line: Line, options: Options, onResponse: (response: Readable) => void) {
    super({ autoDestroy: false, decodeStrings: false })
    this.#line = line
    this.#options = options
    this.once('response', onResponse)
  }

  setTimeout(milliseconds: number, onTimeout?: () => void): this {
    this.socket.setTimeout(milliseconds, onTimeout)
    return this
  }

  override _write(chunk: string | Buffer, _: BufferEncoding, done: () => void): void {
    this.#body.push(chunk)
    done()
  }

  /** The body is whole: the request is sent as soon as its agent has a socket. */
  override _final(done: () => void): void {
    let giveUp: () => void = () => {}
    const free = Sockets.of(this.#options.agent).take(() => {
      giveUp = this.#line.send(this.#written(), (answer) => this.#receive(answer))
    })
    this.#letGo = () => {
      giveUp()
      free()
    }
    done()
  }

  /** A request that is given up before its answer came ends as one whose connection broke. */
  override _destroy(given: Error | null, done: (error: Error | null) => void): void {
    this.#letGo()
    this.socket.end()
    this.#response?.destroy(given ?? undefined)
    done(given ?? (this.#response ? null : hangUp()))
  }

  #written(): WireRequest {
    const { method = 'GET', path = '/', headers = {} } = this.#options
    return {
      method,
      path,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      body: textOf(this.#body),
    }
  }

  #receive({ status, headers, body }: WireAnswer): void {
    const response = Object.assign(new Readable({ read: () => {} }), {
      statusCode: status,
      statusMessage: STATUS_CODES[status] ?? '',
      headers,
      complete: true,
    })
    response.push(Buffer.from(body))
    response.push(null)
    response.once('close', () => this.destroy())
    this.#response = response
    this.socket.end()
    this.emit('response', response)
  }
}

/** A character may lie in two pieces, so that bytes are joined before they are read. */
const textOf = (pieces: readonly (string | Buffer)[]): string =>
  pieces.every((piece) => typeof piece === 'string')
    ? pieces.join('')
    : Buffer.concat(pieces.map((piece) => Buffer.from(piece))).toString('utf8')

const hangUp = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })

/** What the SDK sees of the request's socket: connected from the start, and idle until the answer comes. */
class Socket extends EventEmitter {
  readonly connecting = false
  readonly #request: Writable
  #timer: NodeJS.Timeout | undefined

  constructor(request: Writable) {
    super()
    this.#request = request
  }

  setKeepAlive(): this {
    return this
  }

  setTimeout(milliseconds: number, onTimeout?: () => void): this {
    clearTimeout(this.#timer)
    if (onTimeout) this.once('timeout', onTimeout)
    if (milliseconds > 0) this.#timer = setTimeout(() => this.emit('timeout'), milliseconds)
    return this
  }

  destroy(): this {
    this.#request.destroy()
    return this
  }

  /** Nothing more is waited for. */
  end(): void {
    clearTimeout(this.#timer)
  }
}
