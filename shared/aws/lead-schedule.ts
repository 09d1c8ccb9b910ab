/** A lead's schedules: each is named by the lead and the time at which it fires, and is never changed. */
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler'
import type { LeadNudge } from '../contracts/messages.ts'
import { refusedAs, unlessRefused } from './unless-refused.ts'

export interface ScheduleTarget {
  readonly group: string
  readonly queueArn: string
  readonly roleArn: string
  readonly deadLetterArn: string
}

/** The Scheduler may spread firings over this long; educational email has time, and a morning's rush is flattened. */
export const flexibleMinutes = 15

/** `<lead>.<yyyymmddThhmmss>`: what fires in the same second is one schedule. */
export const scheduleName = (leadId: string, dueAtMs: number): string =>
  `${leadId}.${secondAfter(dueAtMs).replaceAll(/[-:]/g, '')}`

export class LeadSchedule {
  readonly #scheduler: SchedulerClient
  readonly #target: ScheduleTarget

  constructor(scheduler: SchedulerClient, target: ScheduleTarget) {
    this.#scheduler = scheduler
    this.#target = target
  }

  /**
   * Has the lead looked at when it is due. One of that name does so already: it has not fired, since its time has not
   * come, so it cannot be the one that AWS is about to delete because it has. Throws what the Scheduler throws.
   */
  async put(leadId: string, dueAtMs: number): Promise<void> {
    const create = new CreateScheduleCommand(this.#input(leadId, dueAtMs))
    await unlessRefused(this.#scheduler.send(create), 'created', refusedAs(ConflictException, 'isThere'))
  }

  /** Takes back what `put` has set for that time. One that is not there has fired. Throws what the Scheduler throws. */
  async remove(leadId: string, dueAtMs: number): Promise<void> {
    const remove = new DeleteScheduleCommand({
      Name: scheduleName(leadId, dueAtMs),
      GroupName: this.#target.group,
    })
    await unlessRefused(
      this.#scheduler.send(remove),
      'removed',
      refusedAs(ResourceNotFoundException, 'hasFired'),
    )
  }

  #input(leadId: string, dueAtMs: number): CreateScheduleCommandInput {
    const message: LeadNudge = { leadId, refusals: 0 }
    return {
      Name: scheduleName(leadId, dueAtMs),
      GroupName: this.#target.group,
      ScheduleExpression: `at(${secondAfter(dueAtMs)})`,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: flexibleMinutes },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: this.#target.queueArn,
        RoleArn: this.#target.roleArn,
        Input: JSON.stringify(message),
        // An hour and ten attempts: the queue is either back by then, or the dead-letter queue should say so.
        RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: { Arn: this.#target.deadLetterArn },
      },
    }
  }
}

/** `yyyy-mm-ddThh:mm:ss` of the first whole second not before the instant, so that a touch is due when it fires. */
const secondAfter = (atMs: number): string =>
  new Date(Math.ceil(atMs / 1000) * 1000).toISOString().slice(0, 19)
