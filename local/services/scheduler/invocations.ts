/** What a schedule's firing becomes: attempts at its target, then its dead-letter queue, on the virtual clock. */
import { createHash } from 'node:crypto'
import type { Timer, VirtualClock } from '../../clock.ts'
import type { Meter } from '../../meter.ts'
import { AwsError } from '../../service.ts'
import type { Collection, State } from '../../state.ts'
import { type StoredSchedule, scheduledTimeMs } from './schedule.ts'

export interface SchedulerDelivery {
  readonly targetArn: string
  readonly body: string
  readonly roleArn: string
  /** On a message to a dead-letter queue: what failed, and why. */
  readonly attributes?: Readonly<Record<string, string>>
}

/** One firing, as long as it is not over; kept, so that a retry outlives a restart. */
interface Invocation {
  readonly schedule: StoredSchedule
  readonly firedAtMs: number
  /** From 0. */
  readonly attempt: number
  readonly tryAtMs: number
}

export interface InvocationsOptions {
  readonly state: State
  readonly clock: VirtualClock
  readonly meter: Meter
  /** Throws where the role may not, or the target is not there: a failed attempt. */
  readonly deliver: (delivery: SchedulerDelivery) => void
  /** A firing failed for good and there is no dead-letter queue to take it, or that failed too. AWS only counts it. */
  readonly onDropped?: (scheduleName: string, reason: string) => void
  /** Within the contract of at-least-once: every firing comes a second time within a minute. */
  readonly disorder?: { random(): number }
  readonly arnOf: (schedule: StoredSchedule) => string
  /** Told once a firing was delivered, parked or dropped. */
  readonly onOver: (schedule: StoredSchedule) => void
}

/** Doubling from a second; AWS documents exponential backoff without its figures. */
const backoffMs = (attempt: number): number => Math.min(1000 * 2 ** attempt, 15 * 60_000)

export class Invocations {
  readonly #options: InvocationsOptions
  readonly #inHand: Collection<Invocation>
  readonly #timers = new Map<string, Timer>()

  constructor(options: InvocationsOptions) {
    this.#options = options
    this.#inHand = options.state.collection('scheduleInvocations')
  }

  /** Goes on with what was being tried again when everything stopped. */
  resume(): void {
    for (const invocation of this.#inHand.values()) this.#tryLater(invocation)
  }

  fire(schedule: StoredSchedule): void {
    const { clock, disorder } = this.#options
    const firedAtMs = clock.nowMs()
    const invocation: Invocation = { schedule, firedAtMs, attempt: 0, tryAtMs: firedAtMs }
    this.#inHand.set(keyOf(invocation), invocation)
    this.#attempt(invocation)
    if (!disorder) return
    const againMs = firedAtMs + 1000 + Math.floor(disorder.random() * 59) * 1000
    clock.at(againMs, `schedule ${schedule.name} fires once more`, () => this.#attempt(invocation))
  }

  isInHand(scheduleKey: string): boolean {
    return this.#inHand.values().some(({ schedule }) => schedule.key === scheduleKey)
  }

  /** A deleted schedule is not tried again. */
  cancel(scheduleKey: string): void {
    for (const [key, { schedule }] of this.#inHand.entries()) {
      if (schedule.key !== scheduleKey) continue
      this.#inHand.delete(key)
      this.#timers.get(key)?.cancel()
      this.#timers.delete(key)
    }
  }

  /** A failure is tried again until attempts or age run out, then it goes to the dead-letter queue. */
  #attempt(invocation: Invocation): void {
    const { clock, meter, deliver } = this.#options
    const { schedule, firedAtMs, attempt } = invocation
    const { target } = schedule
    this.#timers.delete(keyOf(invocation))
    meter.count('schedulerInvocations', schedule.group)
    try {
      deliver({ targetArn: target.arn, body: this.#input(invocation), roleArn: target.roleArn })
    } catch (error) {
      const tryAtMs = clock.nowMs() + backoffMs(attempt)
      const isOver =
        attempt >= target.maximumRetryAttempts || tryAtMs - firedAtMs > target.maximumEventAgeSeconds * 1000
      if (!isOver) {
        this.#tryLater({ ...invocation, attempt: attempt + 1, tryAtMs })
        return
      }
      this.#park(invocation, error)
    }
    this.#end(invocation)
  }

  #tryLater(invocation: Invocation): void {
    const key = keyOf(invocation)
    this.#inHand.set(key, invocation)
    const label = `schedule ${invocation.schedule.name} is tried again`
    this.#timers.set(
      key,
      this.#options.clock.at(invocation.tryAtMs, label, () => this.#attempt(invocation)),
    )
  }

  #end(invocation: Invocation): void {
    this.#inHand.delete(keyOf(invocation))
    this.#options.onOver(invocation.schedule)
  }

  /** To the dead-letter queue, with what AWS tells about it; a schedule without one drops the event, and is not stopped by it. */
  #park(invocation: Invocation, error: unknown): void {
    const { deliver, onDropped } = this.#options
    const { schedule } = invocation
    const { deadLetterArn, roleArn } = schedule.target
    const reason = error instanceof Error ? error.message : String(error)
    if (!deadLetterArn) {
      onDropped?.(schedule.name, reason)
      return
    }
    const attributes = this.#deadLetterAttributes(invocation, error)
    try {
      deliver({ targetArn: deadLetterArn, body: this.#input(invocation), roleArn, attributes })
    } catch (failure) {
      onDropped?.(schedule.name, failure instanceof Error ? failure.message : String(failure))
    }
  }

  #deadLetterAttributes(invocation: Invocation, error: unknown): Record<string, string> {
    const { schedule, attempt } = invocation
    return {
      ERROR_CODE: error instanceof AwsError ? error.code : 'TargetError',
      ERROR_MESSAGE: error instanceof Error ? error.message : String(error),
      EXECUTION_ID: executionIdOf(invocation),
      EXHAUSTED_RETRY_CONDITION:
        attempt >= schedule.target.maximumRetryAttempts ? 'MaximumRetryAttempts' : 'MaximumEventAgeInSeconds',
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: String(attempt),
      SCHEDULED_TIME: inSeconds(scheduledTimeMs(schedule)),
      SCHEDULE_ARN: this.#options.arnOf(schedule),
      TARGET_ARN: schedule.target.arn,
    }
  }

  /** The input with AWS's context attributes in place. */
  #input(invocation: Invocation): string {
    const { schedule, attempt } = invocation
    return schedule.target.input
      .replaceAll('<aws.scheduler.schedule-arn>', this.#options.arnOf(schedule))
      .replaceAll('<aws.scheduler.scheduled-time>', inSeconds(scheduledTimeMs(schedule)))
      .replaceAll('<aws.scheduler.execution-id>', executionIdOf(invocation))
      .replaceAll('<aws.scheduler.attempt-number>', String(attempt + 1))
  }
}

const keyOf = ({ schedule, firedAtMs }: Invocation): string =>
  `${schedule.key} ${schedule.revision} ${firedAtMs}`

/** Sixteen hexadecimal digits, another for each attempt; made from what it names, so that runs can be compared. */
const executionIdOf = (invocation: Invocation): string =>
  createHash('sha256')
    .update(`${keyOf(invocation)} ${invocation.attempt}`)
    .digest('hex')
    .slice(0, 16)

/** `2026-03-02T12:00:00Z`. */
const inSeconds = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`
