/** The lead's one schedule, as the environment of reconcile and of send names it. */
import type { SchedulerClient } from '@aws-sdk/client-scheduler'
import { variable } from '../../shared/aws/environment.ts'
import { LeadSchedule } from '../../shared/aws/lead-schedule.ts'
import { env } from '../../shared/contracts/names.ts'

export const leadSchedule = (scheduler: SchedulerClient): LeadSchedule =>
  new LeadSchedule(scheduler, {
    group: variable(env.scheduleGroup),
    queueArn: variable(env.sendQueueArn),
    roleArn: variable(env.scheduleRoleArn),
    deadLetterArn: variable(env.scheduleDeadLetterArn),
  })
