/** How far a sweep has come in each segment of the table: what lets a message come twice, or never, without harm. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import * as z from 'zod/mini'
import { readSweepPage, type SweepPage } from '../contracts/messages.ts'
import { keys } from '../contracts/names.ts'
import { refusedAs, unlessRefused } from './unless-refused.ts'

/** Where a segment stands. */
export interface SegmentProgress {
  /** The page that is being read or comes next; the last one, where the segment is over. */
  readonly page: SweepPage
  readonly isOver: boolean
  /** When it last got on, epoch milliseconds. */
  readonly movedAtMs: number
  /** Somebody took the page then, and has not finished it. */
  readonly takenAtMs?: number
}

/** `busy`: somebody else reads it now. `past`: it was read before, or a later sweep has taken its place. */
export type Taken = 'taken' | 'busy' | 'past'

/** Longer than an invocation may take, and shorter than a message stays hidden: whoever took a page then has failed. */
const leaseMs = 3 * 60 * 1000

const isAhead =
  'attribute_not_exists(#pk) OR #run < :run OR (#run = :run AND (#page < :page OR (#page = :page AND #over = :no AND (attribute_not_exists(#taken) OR #taken < :lapsed))))'

export class SweepTable {
  readonly #dynamo: DynamoDBClient
  readonly #tableName: string

  constructor(dynamo: DynamoDBClient, tableName: string) {
    this.#dynamo = dynamo
    this.#tableName = tableName
  }

  /** By segment; absent where none has begun, and where what is kept cannot be read. */
  async read(): Promise<ReadonlyMap<number, SegmentProgress>> {
    const { Items = [] } = await this.#dynamo.send(
      new QueryCommand({
        TableName: this.#tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: keys.sweep } },
        ConsistentRead: true,
      }),
    )
    const progress = Items.flatMap((item) => readProgress(unmarshall(item)) ?? [])
    return new Map(progress.map((one) => [one.page.segment, one]))
  }

  /** Takes a page to read it. Whoever does not finish it in time loses it to the next who comes. */
  async take(page: SweepPage, nowMs: number): Promise<Taken> {
    const put = this.#put({ page, isOver: false, movedAtMs: nowMs, takenAtMs: nowMs }, isAhead, {
      '#pk': 'pk',
      '#over': 'isOver',
      '#taken': 'takenAtMs',
      ':no': false,
      ':lapsed': nowMs - leaseMs,
      ...placeOf(page),
    })
    if (await put) return 'taken'
    const standing = (await this.read()).get(page.segment)
    const isBusy = standing?.page.run === page.run && standing.page.page === page.page && !standing.isOver
    return isBusy ? 'busy' : 'past'
  }

  /** The page was read and `next` comes after it; without one the segment is over. Nothing changes for who is behind. */
  async finish(page: SweepPage, next: SweepPage | undefined, nowMs: number): Promise<void> {
    await this.#put(
      { page: next ?? page, isOver: next === undefined, movedAtMs: nowMs },
      '#run = :run AND #page = :page',
      placeOf(page),
    )
  }

  /** False where the condition does not hold. */
  async #put(
    progress: SegmentProgress,
    condition: string,
    named: Readonly<Record<string, string | number | boolean>>,
  ): Promise<boolean> {
    const { page, ...rest } = progress
    const of = (sign: string) => Object.entries(named).filter(([name]) => name.startsWith(sign))
    const put = new PutItemCommand({
      TableName: this.#tableName,
      Item: marshall({
        pk: keys.sweep,
        sk: keys.segment(page.segment),
        run: page.run,
        page: page.page,
        // As text: it goes back on the queue as it stands.
        message: JSON.stringify(page),
        ...rest,
      }),
      ConditionExpression: condition,
      ExpressionAttributeNames: Object.fromEntries(of('#').map(([name, field]) => [name, String(field)])),
      ExpressionAttributeValues: marshall(Object.fromEntries(of(':'))),
    })
    return unlessRefused(this.#dynamo.send(put), true, refusedAs(ConditionalCheckFailedException, false))
  }
}

const placeOf = ({ run, page }: SweepPage) => ({ '#run': 'run', '#page': 'page', ':run': run, ':page': page })

const stored = z.object({
  message: z.string(),
  isOver: z.boolean(),
  movedAtMs: z.number(),
  takenAtMs: z.exactOptional(z.number()),
})

const readProgress = (item: Readonly<Record<string, unknown>>): SegmentProgress | undefined => {
  const read = stored.safeParse(item)
  if (!read.success) return undefined
  const { message, ...rest } = read.data
  try {
    return { page: readSweepPage(message), ...rest }
  } catch {
    return undefined
  }
}
