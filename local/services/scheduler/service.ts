/** EventBridge Scheduler on the virtual clock, on the wire as the SDK speaks to it. */
import type { Timer, VirtualClock } from '../../clock.ts'
import { type Inventory, localAccount } from '../../inventory.ts'
import type { Meter } from '../../meter.ts'
import { type AwsAnswer, type AwsCall, AwsError, type AwsService, type Permission } from '../../service.ts'
import type { Collection, State } from '../../state.ts'
import { isOneTime, nextFiringMs, readSchedule, type StoredSchedule } from './schedule.ts'
import { type Operation, operationOf } from './wire.ts'

export interface SchedulerDelivery {
  readonly targetArn: string
  readonly body: string
  readonly roleArn: string
  /** On a message to a dead-letter queue: what failed, and why. */
  readonly attributes?: Readonly<Record<string, string>>
}

export interface SchedulerOptions {
  readonly inventory: Pick<Inventory, 'region' | 'scheduleGroups' | 'schedules'>
  readonly state: State
  readonly clock: VirtualClock
  readonly meter: Meter
  /** Throws where the role may not, or the target is not there: a failed attempt. */
  readonly deliver: (delivery: SchedulerDelivery) => void
  /** A firing failed for good and there is no dead-letter queue to take it, or that failed too. AWS only counts it. */
  readonly onDropped?: (scheduleName: string, reason: string) => void
  /**
   * Within the contract of at-least-once: every firing comes a second time within a minute, and a schedule that
   * deletes itself is there for a moment longer, so that its successor meets it.
   */
  readonly disorder?: { random(): number }
}

/** Doubling from a second; AWS documents exponential backoff without its figures. */
const backoffMs = (attempt: number): number => Math.min(1000 * 2 ** attempt, 15 * 60_000)

export class SchedulerService implements AwsService {
  readonly scopes = ['scheduler']
  readonly #options: SchedulerOptions
  readonly #schedules: Collection<StoredSchedule>
  readonly #groups: Collection<{ readonly name: string }>
  readonly #timers = new Map<string, Timer>()
  #executions = 0

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#schedules = options.state.collection('schedules')
    this.#groups = options.state.collection('scheduleGroups')
    this.#install()
    for (const schedule of this.#schedules.values()) this.#arm(schedule)
  }

  permissions(call: AwsCall): Permission[] {
    const { action, group, name } = operationOf(call)
    const resource =
      action.endsWith('Group') || action.endsWith('Groups')
        ? `schedule-group/${name || '*'}`
        : `schedule/${group}/${name || '*'}`
    const target = call.body.Target as { RoleArn?: string } | undefined
    const passes: Permission[] = target?.RoleArn ? [{ action: 'iam:PassRole', resource: target.RoleArn }] : []
    return [{ action: `scheduler:${action}`, resource: this.#arn(resource) }, ...passes]
  }

  async handle(call: AwsCall): Promise<AwsAnswer> {
    this.#options.meter.count('schedulerApiCalls', call.caller)
    return { status: 200, body: this.#perform(operationOf(call), call) }
  }

  /** Every schedule that will fire, for the page and the checker. */
  outstanding(): StoredSchedule[] {
    return this.#schedules
      .values()
      .filter(({ nextAtMs, state }) => nextAtMs !== undefined && state === 'ENABLED')
  }

  #perform({ action, group, name }: Operation, call: AwsCall): unknown {
    const scheduleArn = { ScheduleArn: this.#arn(`schedule/${group}/${name}`) }
    switch (action) {
      case 'CreateSchedule': {
        this.#checkGroup(group)
        this.#create(readSchedule(call.body, group, name, this.#options.clock.nowMs()))
        return scheduleArn
      }
      case 'UpdateSchedule': {
        const { revision } = this.#existing(group, name)
        this.#put({
          ...readSchedule(call.body, group, name, this.#options.clock.nowMs()),
          revision: revision + 1,
        })
        return scheduleArn
      }
      case 'DeleteSchedule':
        this.#remove(this.#existing(group, name).key)
        return {}
      case 'GetSchedule':
        return { ...this.#existing(group, name).given, ...this.#summary(this.#existing(group, name)) }
      case 'ListSchedules':
        return this.#list(call)
      case 'CreateScheduleGroup':
        if (this.#hasGroup(name))
          throw new AwsError('ConflictException', `Schedule group ${name} already exists.`, 409)
        this.#groups.set(name, { name })
        return { ScheduleGroupArn: this.#arn(`schedule-group/${name}`) }
      case 'GetScheduleGroup':
        this.#checkGroup(name)
        return this.#groupSummary(name)
      case 'DeleteScheduleGroup':
        this.#checkGroup(name)
        for (const { key } of this.#schedules.values().filter((schedule) => schedule.group === name))
          this.#remove(key)
        this.#groups.delete(name)
        return {}
      case 'ListScheduleGroups':
        return { ScheduleGroups: this.#groupNames().map((known) => this.#groupSummary(known)) }
    }
  }

  #create(schedule: StoredSchedule): void {
    const existing = this.#schedules.get(schedule.key)
    const isRepeat =
      existing?.clientToken !== undefined &&
      existing.clientToken === schedule.clientToken &&
      JSON.stringify(existing.given) === JSON.stringify(schedule.given)
    if (existing && !isRepeat)
      throw new AwsError('ConflictException', `Schedule ${schedule.name} already exists.`, 409)
    if (!existing) this.#put(schedule)
  }

  #existing(group: string, name: string): StoredSchedule {
    this.#checkGroup(group)
    const schedule = this.#schedules.get(`${group}/${name}`)
    if (!schedule) throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404)
    return schedule
  }

  #list({ query }: AwsCall): unknown {
    const most = Number(query.get('MaxResults') ?? 100)
    const after = query.get('NextToken') ?? ''
    const wanted = this.#schedules
      .values()
      .filter(
        ({ name, group, state, key }) =>
          name.startsWith(query.get('NamePrefix') ?? '') &&
          (query.get('ScheduleGroup') ?? group) === group &&
          (query.get('State') ?? state) === state &&
          key > after,
      )
      .sort((a, b) => (a.key < b.key ? -1 : 1))
    const page = wanted.slice(0, most)
    const NextToken = wanted.length > most ? page.at(-1)?.key : undefined
    return { Schedules: page.map((schedule) => this.#summary(schedule)), ...(NextToken && { NextToken }) }
  }

  #summary({ name, group, state, target, key, createdAtMs }: StoredSchedule) {
    return {
      Arn: this.#arn(`schedule/${key}`),
      Name: name,
      GroupName: group,
      State: state,
      CreationDate: createdAtMs / 1000,
      Target: { Arn: target.arn, RoleArn: target.roleArn, Input: target.input },
    }
  }

  #groupSummary(name: string) {
    return { Arn: this.#arn(`schedule-group/${name}`), Name: name, State: 'ACTIVE' }
  }

  #groupNames(): string[] {
    const declared = this.#options.inventory.scheduleGroups.map(({ name }) => name)
    return ['default', ...declared, ...this.#groups.values().map(({ name }) => name)]
  }

  #hasGroup(group: string): boolean {
    return this.#groupNames().includes(group)
  }

  #checkGroup(group: string): void {
    if (!this.#hasGroup(group))
      throw new AwsError('ResourceNotFoundException', `Schedule group ${group} does not exist.`, 404)
  }

  #arn(resource: string): string {
    return `arn:aws:scheduler:${this.#options.inventory.region}:${localAccount}:${resource}`
  }

  /** Brings what the template declares up to date: new and changed ones are set, those that are gone are removed. */
  #install(): void {
    const nowMs = this.#options.clock.nowMs()
    const declared = this.#options.inventory.schedules.map(
      ({ name, groupName, expression, timeZone, flexibleWindowMinutes, target }): StoredSchedule => ({
        key: `${groupName}/${name}`,
        name,
        group: groupName,
        expression,
        timeZone,
        windowMinutes: flexibleWindowMinutes,
        state: 'ENABLED',
        deletesItself: false,
        target,
        createdAtMs: nowMs,
        nextAtMs: undefined,
        revision: 0,
        isDeclared: true,
        given: {},
      }),
    )
    for (const { key, isDeclared } of this.#schedules.values())
      if (isDeclared && !declared.some((schedule) => schedule.key === key)) this.#schedules.delete(key)
    for (const schedule of declared) {
      const kept = this.#schedules.get(schedule.key)
      if (!kept || declaration(kept) !== declaration(schedule))
        this.#schedules.set(schedule.key, { ...schedule, nextAtMs: nextFiringMs(schedule, nowMs) })
    }
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
    this.#executions += 1
    this.#deliver(schedule, clock.nowMs(), 0, this.#executions)
    if (disorder) {
      const againMs = clock.nowMs() + 1000 + Math.floor(disorder.random() * 59) * 1000
      const execution = this.#executions
      clock.at(againMs, `schedule ${schedule.name} fires once more`, () =>
        this.#deliver(schedule, againMs, 0, execution),
      )
    }
  }

  /** One attempt; a failure is tried again until attempts or age run out, then it goes to the dead-letter queue. */
  #deliver(schedule: StoredSchedule, firedAtMs: number, attempt: number, execution: number): void {
    const { clock, meter, deliver, disorder } = this.#options
    const { target } = schedule
    const body = this.#input(schedule, firedAtMs, attempt, execution)
    meter.count('schedulerInvocations', schedule.group)
    try {
      deliver({ targetArn: target.arn, body, roleArn: target.roleArn })
    } catch (error) {
      const againMs = clock.nowMs() + backoffMs(attempt)
      const isOver =
        attempt >= target.maximumRetryAttempts || againMs - firedAtMs > target.maximumEventAgeSeconds * 1000
      if (!isOver) {
        clock.at(againMs, `schedule ${schedule.name} is tried again`, () =>
          this.#deliver(schedule, firedAtMs, attempt + 1, execution),
        )
        return
      }
      this.#park(schedule, body, attempt + 1, error)
    }
    if (disorder && isOneTime(schedule))
      clock.at(clock.nowMs() + 1000, `schedule ${schedule.name} is gone`, () => this.#complete(schedule))
    else this.#complete(schedule)
  }

  /** To the dead-letter queue, with what AWS tells about it; a schedule without one drops the event, and is not stopped by it. */
  #park(schedule: StoredSchedule, body: string, attempts: number, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    const { arn, deadLetterArn, roleArn } = schedule.target
    if (!deadLetterArn) {
      this.#options.onDropped?.(schedule.name, reason)
      return
    }
    const attributes = {
      ERROR_CODE: error instanceof AwsError ? error.code : 'TargetError',
      ERROR_MESSAGE: reason,
      EXHAUSTED_RETRY_CONDITION:
        attempts > schedule.target.maximumRetryAttempts ? 'MaximumRetryAttempts' : 'MaximumEventAgeInSeconds',
      RETRY_ATTEMPTS: String(attempts - 1),
      SCHEDULE_ARN: this.#arn(`schedule/${schedule.key}`),
      TARGET_ARN: arn,
    }
    try {
      this.#options.deliver({ targetArn: deadLetterArn, body, roleArn, attributes })
    } catch (failure) {
      this.#options.onDropped?.(schedule.name, failure instanceof Error ? failure.message : String(failure))
    }
  }

  /** What was updated since it fired is another schedule by the same name, and stays. */
  #complete({ key, revision, createdAtMs }: StoredSchedule): void {
    const current = this.#schedules.get(key)
    if (!current || current.revision !== revision || current.createdAtMs !== createdAtMs) return
    const nextAtMs = nextFiringMs(current, this.#options.clock.nowMs())
    if (nextAtMs === undefined && current.deletesItself) this.#remove(key)
    else this.#put({ ...current, nextAtMs, revision: revision + 1 })
  }

  #input({ target, key }: StoredSchedule, firedAtMs: number, attempt: number, execution: number): string {
    return target.input
      .replaceAll('<aws.scheduler.schedule-arn>', this.#arn(`schedule/${key}`))
      .replaceAll('<aws.scheduler.scheduled-time>', new Date(firedAtMs).toISOString())
      .replaceAll('<aws.scheduler.execution-id>', `local-${String(execution).padStart(8, '0')}`)
      .replaceAll('<aws.scheduler.attempt-number>', String(attempt + 1))
  }
}

/** What a template says of a schedule: where this differs from what was kept, the template has changed. */
const declaration = ({ expression, timeZone, windowMinutes, target }: StoredSchedule): string =>
  JSON.stringify([expression, timeZone, windowMinutes, Object.entries(target).sort()])
