/** EventBridge Scheduler on the virtual clock, on the wire as the SDK speaks to it. */
import { isDeepStrictEqual } from 'node:util'
import type { Timer } from '../../clock.ts'
import { arnOf, type Inventory } from '../../inventory.ts'
import { type AwsAnswer, type AwsCall, AwsError, type AwsService, type Permission } from '../../service.ts'
import type { Collection } from '../../state.ts'
import { Invocations, type InvocationsOptions } from './invocations.ts'
import { checkName, constraint, nextFiringMs, readSchedule, type StoredSchedule } from './schedule.ts'
import { type Operation, operationOf } from './wire.ts'

export type SchedulerOptions = Omit<InvocationsOptions, 'arnOf' | 'onOver'> & {
  readonly inventory: Pick<Inventory, 'region' | 'scheduleGroups' | 'schedules'>
}

/** A group as it is kept. */
interface StoredGroup {
  readonly name: string
  readonly createdAtMs: number
  readonly clientToken?: string
}

export class SchedulerService implements AwsService {
  readonly scopes = ['scheduler']
  readonly #options: SchedulerOptions
  readonly #schedules: Collection<StoredSchedule>
  readonly #groups: Collection<StoredGroup>
  readonly #invocations: Invocations
  readonly #timers = new Map<string, Timer>()
  /** Keys of what will be deleted because it has fired. */
  readonly #deletions = new Set<string>()
  #revisions: number
  readonly #startedAtMs: number

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#startedAtMs = options.clock.nowMs()
    this.#schedules = options.state.collection('schedules')
    this.#groups = options.state.collection('scheduleGroups')
    this.#revisions = this.#schedules.values().reduce((most, { revision }) => Math.max(most, revision), 0)
    this.#invocations = new Invocations({
      ...options,
      arnOf: ({ key }) => this.#arn(`schedule/${key}`),
      onOver: (schedule) => this.#complete(schedule),
    })
    this.#install()
    for (const schedule of this.#schedules.values()) {
      this.#arm(schedule)
      if (isSpent(schedule) && !this.#invocations.isInHand(schedule.key)) this.#deleteLate(schedule)
    }
    this.#invocations.resume()
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

  /** Every schedule that will fire, or fired and is still being tried, for the page and the checker. */
  outstanding(): StoredSchedule[] {
    return this.#schedules
      .values()
      .filter(
        ({ key, nextAtMs, state }) =>
          (nextAtMs !== undefined && state === 'ENABLED') || this.#invocations.isInHand(key),
      )
  }

  #perform({ action, group, name }: Operation, call: AwsCall): unknown {
    const scheduleArn = { ScheduleArn: this.#arn(`schedule/${group}/${name}`) }
    switch (action) {
      case 'CreateSchedule':
        this.#checkGroup(group)
        this.#create(this.#read(call.body, group, name))
        return scheduleArn
      case 'UpdateSchedule': {
        const { createdAtMs, isDeclared } = this.#existing(group, name)
        const updated = this.#read(call.body, group, name)
        this.#put({ ...updated, createdAtMs, ...(isDeclared && { isDeclared }) })
        return scheduleArn
      }
      case 'DeleteSchedule':
        this.#remove(this.#existing(group, name).key)
        return {}
      case 'GetSchedule': {
        const schedule = this.#existing(group, name)
        const { ClientToken, ...given } = schedule.given
        const { startMs, endMs } = schedule
        return {
          ...given,
          ...this.#summary(schedule),
          Target: given.Target,
          ...(startMs !== undefined && { StartDate: startMs / 1000 }),
          ...(endMs !== undefined && { EndDate: endMs / 1000 }),
        }
      }
      case 'ListSchedules':
        return this.#list(call)
      case 'CreateScheduleGroup':
        this.#createGroup(name, call.body.ClientToken)
        return { ScheduleGroupArn: this.#arn(`schedule-group/${name}`) }
      case 'GetScheduleGroup':
        return this.#groupSummary(this.#existingGroup(name))
      case 'DeleteScheduleGroup':
        this.#deleteGroup(name)
        return {}
      case 'ListScheduleGroups': {
        const wanted = this.#allGroups().filter((known) => hasPrefix(known.name, call.query))
        const { page, NextToken } = pageOf(wanted, (known) => known.name, call.query)
        return { ScheduleGroups: page.map((known) => this.#groupSummary(known)), NextToken }
      }
    }
  }

  #read(body: AwsCall['body'], group: string, name: string): StoredSchedule {
    this.#revisions += 1
    return {
      ...readSchedule(body, group, name, this.#options.clock.nowMs()),
      revision: this.#revisions,
    }
  }

  #create(schedule: StoredSchedule): void {
    const existing = this.#schedules.get(schedule.key)
    const isRepeat =
      existing?.clientToken !== undefined &&
      existing.clientToken === schedule.clientToken &&
      isDeepStrictEqual(existing.given, schedule.given)
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
    const group = query.get('ScheduleGroup')
    if (group !== null) this.#checkGroup(group)
    const wanted = this.#schedules
      .values()
      .filter(
        (schedule) =>
          hasPrefix(schedule.name, query) &&
          schedule.group === (group ?? schedule.group) &&
          schedule.state === (query.get('State') ?? schedule.state),
      )
    const { page, NextToken } = pageOf(wanted, ({ key }) => key, query)
    return { Schedules: page.map((schedule) => this.#summary(schedule)), NextToken }
  }

  #summary({ name, group, state, target, key, createdAtMs, updatedAtMs }: StoredSchedule) {
    return {
      Arn: this.#arn(`schedule/${key}`),
      Name: name,
      GroupName: group,
      State: state,
      CreationDate: createdAtMs / 1000,
      LastModificationDate: updatedAtMs / 1000,
      Target: { Arn: target.arn },
    }
  }

  #createGroup(name: string, clientToken: unknown): void {
    checkName(name)
    const existing = this.#allGroups().find((group) => group.name === name)
    const isRepeat = existing?.clientToken !== undefined && existing.clientToken === clientToken
    if (existing && !isRepeat)
      throw new AwsError('ConflictException', `Schedule group ${name} already exists.`, 409)
    const token = typeof clientToken === 'string' ? { clientToken } : {}
    if (!existing) this.#groups.set(name, { name, createdAtMs: this.#options.clock.nowMs(), ...token })
  }

  #deleteGroup(name: string): void {
    if (name === 'default')
      throw new AwsError('ValidationException', 'The schedule group default cannot be deleted.')
    this.#checkGroup(name)
    for (const { key } of this.#schedules.values().filter(({ group }) => group === name)) this.#remove(key)
    this.#groups.delete(name)
  }

  #groupSummary({ name, createdAtMs }: StoredGroup) {
    const at = createdAtMs / 1000
    return {
      Arn: this.#arn(`schedule-group/${name}`),
      Name: name,
      State: 'ACTIVE',
      CreationDate: at,
      LastModificationDate: at,
    }
  }

  /** AWS's own, the template's, and those made at run time. */
  #allGroups(): StoredGroup[] {
    const declared = this.#options.inventory.scheduleGroups.map(({ name }) => name)
    const given = ['default', ...declared].map((name) => ({ name, createdAtMs: this.#startedAtMs }))
    return [...given, ...this.#groups.values()]
  }

  #existingGroup(name: string): StoredGroup {
    const group = this.#allGroups().find((known) => known.name === name)
    if (!group) throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404)
    return group
  }

  #checkGroup(name: string): void {
    this.#existingGroup(name)
  }

  #arn(resource: string): string {
    return arnOf('scheduler', this.#options.inventory.region, resource)
  }

  /** Brings what the template declares up to date: new and changed ones are set, those that are gone are removed. */
  #install(): void {
    const declared = this.#options.inventory.schedules.map(({ name, groupName, properties }) =>
      this.#read(properties, groupName, name),
    )
    for (const { key, isDeclared } of this.#schedules.values())
      if (isDeclared && !declared.some((schedule) => schedule.key === key)) this.#remove(key)
    for (const schedule of declared) {
      const kept = this.#schedules.get(schedule.key)
      const isChanged = !isDeepStrictEqual(kept?.given, schedule.given)
      if (isChanged) this.#schedules.set(schedule.key, { ...schedule, isDeclared: true })
    }
  }

  #put(schedule: StoredSchedule): void {
    this.#schedules.set(schedule.key, schedule)
    this.#arm(schedule)
  }

  #remove(key: string): void {
    this.#schedules.delete(key)
    this.#invocations.cancel(key)
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

  /** The next firing is planned first: a recurring schedule goes on while this one is still being tried again. */
  #fire(schedule: StoredSchedule): void {
    this.#put({ ...schedule, nextAtMs: nextFiringMs(schedule, this.#options.clock.nowMs()) })
    this.#invocations.fire(schedule)
  }

  #complete({ key, revision }: StoredSchedule): void {
    const current = this.#schedules.get(key)
    if (current?.revision === revision && isSpent(current)) this.#deleteLate(current)
  }

  /**
   * AWS deletes a schedule "shortly after" its last firing, and does not say what becomes of one that was created or
   * updated under its name meanwhile. Here the name is what is deleted: whoever uses it again loses the new schedule.
   */
  #deleteLate({ key, name }: StoredSchedule): void {
    const { clock } = this.#options
    if (this.#deletions.has(key)) return
    this.#deletions.add(key)
    clock.at(clock.nowMs() + deletionDelayMs, `schedule ${name} is deleted`, () => {
      this.#deletions.delete(key)
      this.#remove(key)
    })
  }
}

/** How long a schedule that deletes itself still stands after its last firing. AWS gives no figure. */
const deletionDelayMs = 60_000

/** It has fired for the last time, and goes. */
const isSpent = ({ nextAtMs, deletesItself }: StoredSchedule): boolean =>
  nextAtMs === undefined && deletesItself

/** A page in the order of keys, which the token names, so that what comes or goes between two pages shifts nothing. */
const pageOf = <T>(
  all: readonly T[],
  keyOf: (one: T) => string,
  query: URLSearchParams,
): { page: T[]; NextToken: string | undefined } => {
  const most = Number(query.get('MaxResults') ?? 100)
  if (!Number.isInteger(most) || most < 1 || most > 100)
    throw constraint(String(most), 'maxResults', 'Member must have value between 1 and 100')
  const after = query.get('NextToken') ?? ''
  const wanted = all.filter((one) => keyOf(one) > after).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const page = wanted.slice(0, most)
  const last = page.at(-1)
  return { page, NextToken: wanted.length > most && last ? keyOf(last) : undefined }
}

const hasPrefix = (name: string, query: URLSearchParams): boolean =>
  name.startsWith(query.get('NamePrefix') ?? '')
