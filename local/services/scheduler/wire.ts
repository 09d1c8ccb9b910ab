/** Which of the Scheduler's operations a request asks for. */
import { type AwsCall, AwsError } from '../../service.ts'

const scheduleActions = {
  POST: 'CreateSchedule',
  PUT: 'UpdateSchedule',
  DELETE: 'DeleteSchedule',
  GET: 'GetSchedule',
} as const
const groupActions = {
  POST: 'CreateScheduleGroup',
  DELETE: 'DeleteScheduleGroup',
  GET: 'GetScheduleGroup',
} as const

export interface Operation {
  readonly action:
    | (typeof scheduleActions)[keyof typeof scheduleActions]
    | (typeof groupActions)[keyof typeof groupActions]
    | 'ListSchedules'
    | 'ListScheduleGroups'
  readonly group: string
  /** Empty for lists. */
  readonly name: string
}

/** Throws where the request is none of them. */
export const operationOf = ({ method, path, query, body }: AwsCall): Operation => {
  const [, kind, encoded = ''] = /^\/(schedules|schedule-groups)(?:\/([^/]+))?$/.exec(path) ?? []
  const name = decodeURIComponent(encoded)
  const group = String(body.GroupName ?? query.get('groupName') ?? query.get('ScheduleGroup') ?? 'default')
  const actions: Readonly<Record<string, Operation['action']>> =
    kind === 'schedules' ? scheduleActions : groupActions
  const action =
    name === '' && method === 'GET'
      ? kind === 'schedules'
        ? 'ListSchedules'
        : 'ListScheduleGroups'
      : actions[method]
  if (!kind || !action || (name === '') !== action.startsWith('List'))
    throw new AwsError(
      'UnknownOperationException',
      `Scheduler ${method} ${path} is not served on one machine; add it to local/services/scheduler/wire.ts.`,
      404,
    )
  return { action, name, group: action === 'ListSchedules' && !query.has('ScheduleGroup') ? '*' : group }
}
