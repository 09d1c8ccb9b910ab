/** The table's stream, counted by tumbling window: state in, state out, one flush at the window's end. */

import { plan } from 'ripen:campaign'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import middy from '@middy/core'
import type { DynamoDBStreamEvent } from 'aws-lambda'
import { variable } from '../shared/aws/environment.ts'
import { MessageQueue } from '../shared/aws/message-queue.ts'
import { TallyTable } from '../shared/aws/tally-table.ts'
import { env } from '../shared/contracts/names.ts'
import {
  apart,
  countFacts,
  flushTally,
  type ParkedFact,
  parkedFact,
  type TallyState,
} from '../shared/flows/report/tally.ts'
import { countedUpTo, countsOf, flushPosition } from '../shared/flows/report/tally-window.ts'
import { factOfRecord } from './lib/facts-of-stream.ts'
import { loggableFailure } from './lib/loggable-failure.ts'
import { noEarlyAnswer } from './lib/no-early-answer.ts'

/** What Lambda adds to a stream event when the mapping has a tumbling window; the type package does not know it. */
interface WindowedEvent extends DynamoDBStreamEvent {
  readonly shardId: string
  readonly state: TallyState
  readonly window: { readonly start: string; readonly end: string }
  readonly isFinalInvokeForWindow: boolean
  /** The state has grown too large: the window goes on, and from an empty state. */
  readonly isWindowTerminatedEarly: boolean
}

const table = new TallyTable(new DynamoDBClient({}), variable(env.tableName))
const parked = new MessageQueue<ParkedFact>(new SQSClient({}), variable(env.parkedFactsUrl))

/**
 * A window counts as a whole: what fails it is brought again, with the same state. What cannot be read is parked, and
 * fails nothing: the rest counts. Brought again it is parked again, under the same key.
 */
const countWindow = async (event: WindowedEvent): Promise<{ state: TallyState }> => {
  const { Records, shardId, window } = event
  const { facts, unreadable } = apart(Records.map(factOfRecord))
  for (const { leadId, fact } of unreadable) await parked.put(parkedFact(leadId, fact))
  const counts = countFacts(countsOf(event.state), facts)
  const sequenceNumbers = Records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? '')
  const state = countedUpTo(counts, event.state, sequenceNumbers)
  // Whether the last invocation of a window that ends early is called its final one is not documented.
  if (!event.isFinalInvokeForWindow && !event.isWindowTerminatedEarly) return { state }
  const windowStart = flushPosition(window.start, state)
  await flushTally(counts, { campaign: plan.name, shard: shardId, windowStart }, table)
  return { state: {} }
}

export const handler = middy(countWindow, noEarlyAnswer).use(loggableFailure)
