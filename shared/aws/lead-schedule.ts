/** A lead's one schedule: named by the lead, so that there can never be two. */
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { LoggableError } from '../contracts/loggable-error.ts'
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

export class LeadSchedule {
  readonly #scheduler: SchedulerClient
  readonly #target: ScheduleTarget

  constructor(scheduler: SchedulerClient, target: ScheduleTarget) {
    this.#scheduler = scheduler
    this.#target = target
  }

  /**
   * Creates the lead's schedule or moves the one there is. A schedule that has fired may exist for a moment longer,
   * so create and update each may find the other's case; a third disagreement is left to the caller's retry.
   */
  async put(leadId: string, dueAtMs: number): Promise<void> {
    const input = this.#input(leadId, dueAtMs)
    if (await this.#create(input)) return
    if (await this.#update(input)) return
    if (await this.#create(input)) return
    throw new LoggableError(`The schedule of lead ${leadId} came and went while it was being set; try again.`)
  }

  async remove(leadId: string): Promise<void> {
    const remove = new DeleteScheduleCommand({ Name: leadId, GroupName: this.#target.group })
    await unlessRefused(this.#scheduler.send(remove), true, refusedAs(ResourceNotFoundException, false))
  }

  /** False where there is one already. */
  #create(input: CreateScheduleCommandInput): Promise<boolean> {
    const call = this.#scheduler.send(new CreateScheduleCommand(input))
    return unlessRefused(call, true, refusedAs(ConflictException, false))
  }

  /** False where there is none. */
  #update(input: CreateScheduleCommandInput): Promise<boolean> {
    const call = this.#scheduler.send(new UpdateScheduleCommand(input))
    return unlessRefused(call, true, refusedAs(ResourceNotFoundException, false))
  }

  #input(leadId: string, dueAtMs: number): CreateScheduleCommandInput {
    const message: LeadNudge = { leadId, refusals: 0 }
    return {
      Name: leadId,
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
