/** SQS on the virtual clock: delays, visibility, receive counts and the way to the dead-letter queue. */
import { createHash } from 'node:crypto'
import type { VirtualClock } from '../clock.ts'
import type { QueueResource } from '../inventory.ts'
import type { Meter } from '../meter.ts'
import { type AwsAnswer, type AwsCall, AwsError, type AwsService, type Permission } from '../service.ts'
import type { Collection, State } from '../state.ts'

export interface QueueMessage {
  readonly id: string
  readonly queueArn: string
  readonly body: string
  readonly sentAtMs: number
  readonly attributes: Readonly<Record<string, string>>
  /** Of the call that sent it: SQS keeps it as the message's `AWSTraceHeader`. */
  readonly traceHeader?: string
  readonly receiveCount: number
  /** Hidden until then: a delay, or the visibility time-out of a delivery. */
  readonly visibleAtMs: number
}

/** SQS's limit since 2025. */
const bodyLimitBytes = 1024 * 1024

/** Within SQS's contract of at-least-once and no order: each message comes twice, and in any order. */
export interface Disorder {
  random(): number
}

export class SqsService implements AwsService {
  readonly scopes = ['sqs']
  readonly #queues: readonly QueueResource[]
  readonly #clock: VirtualClock
  readonly #meter: Meter
  readonly #disorder: Disorder | undefined
  readonly #messages: Collection<QueueMessage>
  readonly #counter: Collection<number>
  /** Ids by queue, so that a receive does not look at other queues' messages. */
  readonly #byQueue = new Map<string, Set<string>>()
  readonly #listeners = new Map<string, () => void>()

  constructor(options: {
    queues: readonly QueueResource[]
    state: State
    clock: VirtualClock
    meter: Meter
    disorder?: Disorder
  }) {
    this.#queues = options.queues
    this.#clock = options.clock
    this.#meter = options.meter
    this.#disorder = options.disorder
    this.#messages = options.state.collection('messages')
    this.#counter = options.state.collection('messageCounter')
    for (const { arn } of options.queues) this.#byQueue.set(arn, new Set())
    for (const message of this.#messages.values()) {
      this.#byQueue.get(message.queueArn)?.add(message.id)
      this.#announceAt(message)
    }
  }

  /** Calls `listener` whenever a message of the queue may be received. */
  onAvailable(queueArn: string, listener: () => void): void {
    this.#listeners.set(queueArn, listener)
  }

  permissions(call: AwsCall): Permission[] {
    if (call.target !== 'SendMessage')
      throw new AwsError(
        'InvalidAction',
        `SQS ${call.target} is not served to functions; Lambda receives for them.`,
      )
    return [{ action: 'sqs:SendMessage', resource: this.#byUrl(call).arn }]
  }

  async handle(call: AwsCall): Promise<AwsAnswer> {
    const queue = this.#byUrl(call)
    const body = String(call.body.MessageBody ?? '')
    if (body === '')
      throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.')
    const delaySeconds = Number(call.body.DelaySeconds ?? queue.delaySeconds)
    if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > 900)
      throw new AwsError(
        'InvalidParameterValue',
        `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
      )
    const { traceHeader } = call
    const id = this.deliver(queue.arn, body, { delaySeconds, ...(traceHeader && { traceHeader }) })
    return { status: 200, body: { MessageId: id, MD5OfMessageBody: md5(body) } }
  }

  /** Puts a message on a queue, also for the services that send on someone's behalf. Gives its id. */
  deliver(
    queueArn: string,
    body: string,
    {
      delaySeconds = 0,
      attributes = {},
      traceHeader,
    }: {
      delaySeconds?: number
      attributes?: Readonly<Record<string, string>>
      traceHeader?: string
    } = {},
  ): string {
    const queue = this.#queue(queueArn)
    if (Buffer.byteLength(body) > bodyLimitBytes)
      throw new AwsError(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${bodyLimitBytes} bytes.`,
      )
    this.#meter.count('sqsRequests', `${queue.name} send`)
    const sentAtMs = this.#clock.nowMs()
    const message = {
      queueArn,
      body,
      sentAtMs,
      attributes,
      ...(traceHeader !== undefined && { traceHeader }),
      receiveCount: 0,
    }
    const id = this.#nextId()
    this.#keep({ ...message, id, visibleAtMs: sentAtMs + delaySeconds * 1000 })
    if (this.#disorder && this.#listeners.has(queueArn)) {
      const againMs = Math.ceil((delaySeconds + 1 + this.#disorder.random() * 30) * 1000)
      this.#keep({ ...message, id: this.#nextId(), visibleAtMs: sentAtMs + againMs })
    }
    return id
  }

  /** Up to `most` messages, hidden from now on for the queue's visibility time-out; too often received ones leave for the dead-letter queue. */
  receive(queueArn: string, most: number): QueueMessage[] {
    const queue = this.#queue(queueArn)
    const nowMs = this.#clock.nowMs()
    const received: QueueMessage[] = []
    for (const message of this.#available(queueArn, nowMs)) {
      if (queue.redrive && message.receiveCount >= queue.redrive.maxReceiveCount) {
        this.#move(message, queue.redrive.deadLetterArn)
        continue
      }
      if (received.length === most) break
      const taken = {
        ...message,
        receiveCount: message.receiveCount + 1,
        visibleAtMs: nowMs + queue.visibilityTimeoutSeconds * 1000,
      }
      this.#keep(taken)
      received.push(taken)
    }
    if (received.length > 0) this.#meter.count('sqsRequests', `${queue.name} receive`)
    return received
  }

  /** For how long a message that was received stays hidden. */
  hiddenMs(queueArn: string): number {
    return this.#queue(queueArn).visibilityTimeoutSeconds * 1000
  }

  /** Ends the delivery of these messages; one batch request, as Lambda makes it. */
  delete(queueArn: string, ids: readonly string[]): void {
    if (ids.length === 0) return
    this.#meter.count('sqsRequests', `${this.#queue(queueArn).name} delete`)
    for (const id of ids) {
      this.#messages.delete(id)
      this.#byQueue.get(queueArn)?.delete(id)
    }
  }

  /** Ends the delivery of these messages for good: they go to the queue's dead-letter queue, or nowhere where it has none. */
  giveUp(queueArn: string, ids: readonly string[]): void {
    const { redrive } = this.#queue(queueArn)
    if (!redrive) {
      this.delete(queueArn, ids)
      return
    }
    for (const message of this.contents(queueArn))
      if (ids.includes(message.id)) this.#move(message, redrive.deadLetterArn)
  }

  contents(queueArn: string): QueueMessage[] {
    return [...(this.#byQueue.get(queueArn) ?? [])].flatMap((id) => this.#messages.get(id) ?? [])
  }

  depth(queueArn: string): number {
    return this.#byQueue.get(queueArn)?.size ?? 0
  }

  /** Sends everything in a dead-letter queue back to the queues it is the end of. Gives how many. */
  redrive(deadLetterArn: string): number {
    const source = this.#queues.find(({ redrive }) => redrive?.deadLetterArn === deadLetterArn)
    if (!source)
      throw new Error(
        'Only a queue’s own dead-letter queue can be sent back; a stream’s is looked at by hand.',
      )
    const messages = this.contents(deadLetterArn)
    for (const message of messages) this.#move({ ...message, receiveCount: 0 }, source.arn)
    return messages.length
  }

  #available(queueArn: string, nowMs: number): QueueMessage[] {
    const visible = this.contents(queueArn).filter(({ visibleAtMs }) => visibleAtMs <= nowMs)
    const disorder = this.#disorder
    return disorder
      ? visible
          .map((message) => ({ message, at: disorder.random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ message }) => message)
      : visible
  }

  #move(message: QueueMessage, toArn: string): void {
    this.#byQueue.get(message.queueArn)?.delete(message.id)
    this.#keep({ ...message, queueArn: toArn, visibleAtMs: this.#clock.nowMs() })
  }

  #keep(message: QueueMessage): void {
    this.#messages.set(message.id, message)
    this.#byQueue.get(message.queueArn)?.add(message.id)
    this.#announceAt(message)
  }

  #announceAt({ queueArn, visibleAtMs, id }: QueueMessage): void {
    const announce = () => this.#listeners.get(queueArn)?.()
    if (visibleAtMs <= this.#clock.nowMs()) announce()
    else
      this.#clock.at(visibleAtMs, `a message becomes visible on ${queueArn.split(':').at(-1)}`, () => {
        if (this.#messages.get(id)?.visibleAtMs === visibleAtMs) announce()
      })
  }

  #nextId(): string {
    const next = (this.#counter.get('last') ?? 0) + 1
    this.#counter.set('last', next)
    return `00000000-0000-4000-8000-${String(next).padStart(12, '0')}`
  }

  #queue(arn: string): QueueResource {
    const queue = this.#queues.find((candidate) => candidate.arn === arn)
    if (!queue) throw new AwsError('QueueDoesNotExist', `The queue ${arn} is not in the template.`)
    return queue
  }

  #byUrl(call: AwsCall): QueueResource {
    const queue = this.#queues.find(({ url }) => url === call.body.QueueUrl)
    if (!queue) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.')
    return queue
  }
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
