/** Everything the table knows about one lead, and the writes that decide what may happen to it. */
import { randomUUID } from 'node:crypto'
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { keys } from '../contracts/names.ts'
import { type OpaqueFact, readFacts } from '../contracts/read-facts.ts'
import { type Claim, readClaim, readSummary, type Summary, summaryVersionOf } from '../contracts/stored.ts'
import type { SuppressionReason } from '../domain/contact.ts'
import { type Fact, factKey, type TouchRef, touchKey } from '../domain/facts.ts'
import { asNumbers } from './as-numbers.ts'
import { isAbsent, type Recorded, recordFact, recordSuppressingFact, retryContended } from './fact-writer.ts'
import { deleteOwnClaim } from './own-claim.ts'
import { refusedAs, unlessRefused } from './unless-refused.ts'

export interface LeadRecord {
  readonly facts: readonly Fact[]
  /** Facts that this release cannot read. They decide nothing, and their keys are taken. */
  readonly opaque: readonly OpaqueFact[]
  readonly claims: readonly Claim[]
  /** Absent where there is none, or none that this release can read. */
  readonly summary: Summary | undefined
  /** Of the summary that the next one replaces, readable or not; 0 where there is none. */
  readonly summaryVersion: number
}

/** What a touch is sent by, and must still be so when it is claimed. */
export interface ClaimTerms {
  /** The cycle that the lead has not come to. */
  readonly nextCycle: number
  /** The address, of which no permanent bounce is known. */
  readonly to: string
  /** When the lead asked for it: what it said no to before that is answered. */
  readonly consentAtMs: number
}

export type ClaimResult = 'claimed' | 'alreadyClaimed' | 'suppressed' | 'qualified'

export class LeadTable {
  readonly #dynamo: DynamoDBClient
  readonly #tableName: string

  constructor(dynamo: DynamoDBClient, tableName: string) {
    this.#dynamo = dynamo
    this.#tableName = tableName
  }

  /** All of a lead in one consistent read. Throws `UnreadableClaim`. */
  async read(leadId: string): Promise<LeadRecord> {
    const stored: Record<string, unknown>[] = []
    const claims: Claim[] = []
    let summary: Summary | undefined
    let summaryVersion = 0
    for await (const item of this.#items(leadId)) {
      const sortKey = String(item.sk)
      if (sortKey.startsWith(keys.factPrefix)) stored.push(item)
      else if (sortKey.startsWith(keys.claimPrefix)) claims.push(readClaim(item))
      else if (sortKey === keys.summary) {
        summary = readSummary(item)
        summaryVersion = summaryVersionOf(item)
      }
    }
    return { ...readFacts(stored), claims, summary, summaryVersion }
  }

  /** A lead's facts alone, for those whom nothing else of it may stop. */
  async readFacts(leadId: string): Promise<Pick<LeadRecord, 'facts' | 'opaque'>> {
    const stored: Record<string, unknown>[] = []
    for await (const item of this.#items(leadId))
      if (String(item.sk).startsWith(keys.factPrefix)) stored.push(item)
    return readFacts(stored)
  }

  recordFact(leadId: string, fact: Fact): Promise<Recorded> {
    return recordFact(this.#dynamo, this.#tableName, leadId, fact)
  }

  /**
   * A fact that another has most likely recorded already: to ask costs a tenth of a write that is refused. What is not
   * to be seen yet is written, on the condition that it is not there.
   */
  async recordFactAgain(leadId: string, fact: Fact): Promise<Recorded> {
    const get = new GetItemCommand({
      TableName: this.#tableName,
      Key: key(keys.lead(leadId), keys.fact(factKey(fact))),
    })
    return (await this.#dynamo.send(get)).Item ? 'alreadyRecorded' : this.recordFact(leadId, fact)
  }

  recordSuppressingFact(leadId: string, fact: Fact, reason: SuppressionReason): Promise<Recorded> {
    return recordSuppressingFact(this.#dynamo, this.#tableName, leadId, fact, reason)
  }

  /** Refused, as `outdated`, where another writer has replaced the version that this summary follows. */
  async writeSummary(leadId: string, summary: Summary): Promise<'written' | 'outdated'> {
    const put = new PutItemCommand({
      TableName: this.#tableName,
      Item: marshall(
        { pk: keys.lead(leadId), sk: keys.summary, ...summary },
        { removeUndefinedValues: true },
      ),
      // One without a version, or with one that is no number, was written by no release: it stands in nobody's way.
      ConditionExpression: 'NOT attribute_type(version, :number) OR version = :previous',
      ExpressionAttributeValues: { ':previous': { N: String(summary.version - 1) }, ':number': { S: 'N' } },
    })
    return unlessRefused(
      this.#dynamo.send(put),
      'written',
      refusedAs(ConditionalCheckFailedException, 'outdated'),
    )
  }

  /**
   * Claims a touch, by one conditional write; and then, whatever the caller read before, reads whether a marker forbids
   * it or the lead has qualified for the next cycle. The order is what decides: a no of
   * before is found by the read, and a no of after it meets a call that was already claimed. Where something forbids the
   * email, the claim is given back.
   */
  async claim(
    leadId: string,
    touch: Omit<Claim, 'claimedAtMs'>,
    claimedAtMs: number,
    terms: ClaimTerms,
  ): Promise<ClaimResult> {
    const pk = keys.lead(leadId)
    const { enrolment, step, email, variant } = touch
    const claim: Claim = {
      enrolment,
      step,
      claimedAtMs,
      ...(email !== undefined && { email }),
      ...(variant !== undefined && { variant }),
    }
    // The SDK may write a second time after its first try went through unheard, and then finds its own.
    const claimedBy = randomUUID()
    const put = new PutItemCommand({
      TableName: this.#tableName,
      Item: marshall({ pk, sk: keys.claim(touchKey(touch)), ...claim, claimedBy }),
      ConditionExpression: isAbsent,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    const isOwn = await unlessRefused(
      retryContended(() => this.#dynamo.send(put)),
      true,
      (error) =>
        error instanceof ConditionalCheckFailedException ? error.Item?.claimedBy?.S === claimedBy : undefined,
    )
    const giveBack = async (): Promise<void> => {
      if (isOwn) await this.releaseClaim(leadId, touch, claimedAtMs)
    }
    const objection = await this.#objectionTo(pk, terms).catch(async (error: unknown) => {
      await giveBack()
      throw error
    })
    if (objection === undefined) return isOwn ? 'claimed' : 'alreadyClaimed'
    await giveBack()
    return objection
  }

  /** Whoever must not be written to at all is not asked what else stands in the way. */
  async #objectionTo(
    pk: string,
    { nextCycle, ...terms }: ClaimTerms,
  ): Promise<'suppressed' | 'qualified' | undefined> {
    const [marker, qualified] = await Promise.all(
      [keys.suppressed, keys.fact(`QUALIFIED#${nextCycle}`)].map(async (sk) => {
        const get = new GetItemCommand({ TableName: this.#tableName, Key: key(pk, sk), ConsistentRead: true })
        return (await this.#dynamo.send(get)).Item
      }),
    )
    if (marker && forbids(marker, terms)) return 'suppressed'
    return qualified ? 'qualified' : undefined
  }

  /** Gives the claim of that time back, after SES refused for certain; one that somebody made since stays. */
  async releaseClaim(leadId: string, touch: TouchRef, claimedAtMs: number): Promise<void> {
    const claim = key(keys.lead(leadId), keys.claim(touchKey(touch)))
    await deleteOwnClaim(this.#dynamo, this.#tableName, claim, claimedAtMs)
  }

  async *#items(leadId: string): AsyncGenerator<Record<string, unknown>> {
    let from: Record<string, AttributeValue> | undefined
    do {
      const page = await this.#dynamo.send(
        new QueryCommand({
          TableName: this.#tableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: keys.lead(leadId) } },
          ConsistentRead: true,
          ...(from && { ExclusiveStartKey: from }),
        }),
      )
      for (const item of page.Items ?? []) yield unmarshall(item, asNumbers)
      from = page.LastEvaluatedKey
    } while (from)
  }
}

/** Unless it speaks of other addresses, or of a no that the lead has answered by asking again. */
const forbids = (
  { reason, atMs, bounced }: Readonly<Record<string, AttributeValue>>,
  { to, consentAtMs }: Pick<ClaimTerms, 'to' | 'consentAtMs'>,
): boolean => {
  const isAnswered = reason?.S === 'unsubscribed' && Number(atMs?.N) < consentAtMs
  return (reason !== undefined && !isAnswered) || (bounced?.SS ?? []).includes(to)
}

const key = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } })
