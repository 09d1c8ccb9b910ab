/** EventBridge Scheduler on the virtual clock, on the wire as the SDK speaks to it. */
import type { Timer, VirtualClock } from '../../clock.ts'
import { type Inventory, localAccount } from '../../inventory.ts'
import type { Meter } from '../../meter.ts'
import { type AwsAnswer, type AwsCall, AwsError, type AwsService, type Permission } from '../../service.ts'
import type { Collection, State } from '../../state.ts'
import { parseExpression } from './expression.ts'
import { readSchedule, type StoredSchedule } from './schedule.ts'

export interface SchedulerDelivery {
  readonly targetArn: string
  readonly body: string
  readonly roleArn: string
}

export interface SchedulerOptions {
  readonly inventory: Pick<Inventory, 'region' | 'scheduleGroups' | 'schedules'>
  readonly state: State
  readonly clock: VirtualClock
  readonly meter: Meter
  /** Throws where the role may not, or the target is not there: a failed attempt. */
  readonly deliver: (delivery: SchedulerDelivery) => void
  /** Within the contract of at-least-once: every firing comes a second time, within a minute. */
  readonly disorder?: { random(): number }
}

/** Backoff between attempts: doubling from a second, as long as AWS's documentation allows it to grow. */
const backoffMs = (attempt: number): number => Math.min(1000 * 2 ** attempt, 15 * 60_000)

export class SchedulerService implements AwsService {
  readonly scopes = ['scheduler']
  readonly #options: SchedulerOptions
  readonly #schedules: Collection<StoredSchedule>
  readonly #timers = new Map<string, Timer>()

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#schedules = options.state.collection('schedules')
    for (const declared of options.inventory.schedules) this.#install(declared)
    for (const schedule of this.#schedules.values()) this.#arm(schedule)
  }

  permissions(call: AwsCall): Permission[] {
    const { action, group, name } = this.#read(call)
    const resource = `arn:aws:scheduler:${this.#options.inventory.region}:${localAccount}:schedule/${group}/${name}`
    const target = call.body.Target as { RoleArn?: string } | undefined
    const passes: Permission[] = target?.RoleArn ? [{ action: 'iam:PassRole', resource: target.RoleArn }] : []
    return [{ action: `scheduler:${action}`, resource }, ...passes]
  }

  async handle(call: AwsCall): Promise<AwsAnswer> {
    this.#options.meter.count('schedulerApiCalls', call.caller)
    const { action, group, name } = this.#read(call)
    const key = `${group}/${name}`
    const existing = this.#schedules.get(key)
    const arn = `arn:aws:scheduler:${this.#options.inventory.region}:${localAccount}:schedule/${key}`
    if (!this.#hasGroup(group))
      throw new AwsError('ResourceNotFoundException', `Schedule group ${group} does not exist.`, 404)
    switch (action) {
      case 'CreateSchedule': {
        const schedule = this.#parse(call, group, name)
        if (existing) {
          const isRepeat = existing.clientToken !== undefined && existing.clientToken === schedule.clientToken
          if (!isRepeat) throw new AwsError('ConflictException', `Schedule ${name} already exists.`, 409)
          return { status: 200, body: { ScheduleArn: arn } }
        }
        this.#put(schedule)
        return { status: 200, body: { ScheduleArn: arn } }
      }
      case 'UpdateSchedule':
        if (!existing) throw notFound(name)
        this.#put({ ...this.#parse(call, group, name), revision: existing.revision + 1 })
        return { status: 200, body: { ScheduleArn: arn } }
      case 'DeleteSchedule':
        if (!existing) throw notFound(name)
        this.#remove(key)
        return { status: 200, body: {} }
      default:
        if (!existing) throw notFound(name)
        return {
          status: 200,
          body: { ...existing.given, Arn: arn, Name: name, GroupName: group, State: existing.state },
        }
    }
  }

  /** Every schedule that will fire, for the page and the checker. */
  outstanding(): StoredSchedule[] {
    return this.#schedules.values().filter(({ nextAtMs }) => nextAtMs !== undefined)
  }

  #read(call: AwsCall): { action: string; group: string; name: string } {
    const name = decodeURIComponent(/^\/schedules\/([^/]+)$/.exec(call.path)?.[1] ?? '')
    const actions: Readonly<Record<string, string>> = {
      POST: 'CreateSchedule',
      PUT: 'UpdateSchedule',
      DELETE: 'DeleteSchedule',
      GET: 'GetSchedule',
    }
    const action = actions[call.method]
    if (!name || !action)
      throw new AwsError(
        'UnknownOperationException',
        `Scheduler ${call.method} ${call.path} is not served on one machine; add it to local/services/scheduler.`,
        404,
      )
    return { action, name, group: String(call.body.GroupName ?? call.query.get('groupName') ?? 'default') }
  }

  #parse(call: AwsCall, group: string, name: string): StoredSchedule {
    return readSchedule(call.body, group, name, this.#options.clock.nowMs())
  }

  #hasGroup(group: string): boolean {
    return group === 'default' || this.#options.inventory.scheduleGroups.some(({ name }) => name === group)
  }

  #install({
    name,
    groupName,
    expression,
    timeZone,
    flexibleWindowMinutes,
    target,
  }: Inventory['schedules'][number]): void {
    const key = `${groupName}/${name}`
    const kept = this.#schedules.get(key)
    if (kept?.expression === expression && kept.timeZone === timeZone) return
    const nowMs = this.#options.clock.nowMs()
    const schedule: StoredSchedule = {
      key,
      name,
      group: groupName,
      expression,
      timeZone,
      windowMinutes: flexibleWindowMinutes,
      state: 'ENABLED',
      deletesItself: false,
      target,
      createdAtMs: nowMs,
      nextAtMs: parseExpression(expression, timeZone, nowMs)(nowMs),
      revision: 0,
      given: {},
    }
    this.#schedules.set(key, schedule)
  }

  #put(schedule: StoredSchedule): void {
    this.#schedules.set(schedule.key, schedule)
    this.#arm(schedule)
  }

  #remove(key: string): void {
    this.#schedules.delete(key)
    this.#timers.get(key)?.cancel()
    this.#timers.delete(key)
  }

  #arm(schedule: StoredSchedule): void {
    this.#timers.get(schedule.key)?.cancel()
    this.#timers.delete(schedule.key)
    if (schedule.nextAtMs === undefined || schedule.state === 'DISABLED') return
    const label = `schedule ${schedule.name} fires`
    this.#timers.set(
      schedule.key,
      this.#options.clock.at(schedule.nextAtMs, label, () => this.#fire(schedule)),
    )
  }

  #fire(schedule: StoredSchedule): void {
    const { clock, disorder } = this.#options
    this.#timers.delete(schedule.key)
    this.#deliver(schedule, clock.nowMs(), 0)
    if (disorder) {
      const againMs = clock.nowMs() + 1000 + Math.floor(disorder.random() * 59) * 1000
      clock.at(againMs, `schedule ${schedule.name} fires once more`, () =>
        this.#deliver(schedule, againMs, 0),
      )
    }
  }

  /** One attempt; a failure is tried again until attempts or age run out, then it goes to the dead-letter queue. */
  #deliver(schedule: StoredSchedule, firedAtMs: number, attempt: number): void {
    const { clock, meter, deliver } = this.#options
    const { target } = schedule
    meter.count('schedulerInvocations', schedule.group)
    try {
      deliver({
        targetArn: target.arn,
        body: this.#input(schedule, firedAtMs, attempt),
        roleArn: target.roleArn,
      })
    } catch (error) {
      const againMs = clock.nowMs() + backoffMs(attempt)
      const isOver =
        attempt >= target.maximumRetryAttempts || againMs - firedAtMs > target.maximumEventAgeSeconds * 1000
      if (!isOver) {
        clock.at(againMs, `schedule ${schedule.name} is tried again`, () =>
          this.#deliver(schedule, firedAtMs, attempt + 1),
        )
        return
      }
      if (target.deadLetterArn)
        deliver({ targetArn: target.deadLetterArn, body: target.input, roleArn: target.roleArn })
      else throw error
    }
    this.#complete(schedule)
  }

  /** What was updated since it fired is another schedule by the same name, and stays. */
  #complete({ key, revision, expression, timeZone, createdAtMs }: StoredSchedule): void {
    const current = this.#schedules.get(key)
    if (!current || current.revision !== revision || current.createdAtMs !== createdAtMs) return
    const nowMs = this.#options.clock.nowMs()
    const nextAtMs = parseExpression(expression, timeZone, createdAtMs)(nowMs)
    if (nextAtMs === undefined && current.deletesItself) this.#remove(key)
    else this.#put({ ...current, nextAtMs, revision: revision + 1 })
  }

  #input({ target, key }: StoredSchedule, firedAtMs: number, attempt: number): string {
    const region = this.#options.inventory.region
    return target.input
      .replaceAll(
        '<aws.scheduler.schedule-arn>',
        `arn:aws:scheduler:${region}:${localAccount}:schedule/${key}`,
      )
      .replaceAll('<aws.scheduler.scheduled-time>', new Date(firedAtMs).toISOString())
      .replaceAll('<aws.scheduler.attempt-number>', String(attempt + 1))
  }
}

const notFound = (name: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404)
