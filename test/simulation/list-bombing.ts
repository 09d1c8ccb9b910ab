/** List bombing, played through the real pipeline: strangers' addresses by the thousand, with real sign-ups in between. */
import { addressOf, tokenFor, visit } from '../../cli/demo/visit.ts'
import { type Pipeline, startPipeline } from '../../local/pipeline.ts'
import type { StoredEmail } from '../../local/services/ses/message.ts'
import { monday } from '../support/leads.ts'

export interface BombingOptions {
  readonly cdkOut: string
  /** Posts by machines, of each kind. */
  readonly posts: {
    /** From one network, at a pace that asks for no work. */
    readonly patient: number
    /** From one network, as fast as it can, without doing the work that is soon asked for. */
    readonly hasty: number
    /** From many networks, sixteen each. */
    readonly spread: number
    /** With one good token over and over. */
    readonly replayed: number
    readonly withoutToken: number
  }
  readonly strangers: number
  readonly people: number
  /** The posts are spread over so long. */
  readonly hours: number
}

export interface BombingResult {
  /** How often each status was answered, by kind of post. */
  readonly answers: Readonly<Record<string, Readonly<Record<number, number>>>>
  /** Refusals that were counted, by reason. */
  readonly refused: Readonly<Record<string, number>>
  readonly confirmations: {
    readonly toStrangers: number
    readonly toPeople: number
    readonly mostPerHour: number
    readonly mostPerNetworkAndHour: number
    readonly mostPerDomainAndHour: number
    readonly mostPerAddress: number
  }
  readonly otherEmailsToStrangers: number
  readonly peopleConfirmed: number
  readonly peopleServed: number
  readonly waiting: number
  readonly schedulesLeft: number
  readonly deadLetters: number
  readonly denials: number
}

const hourMs = 3_600_000
const form = 'newsletter'
/** Beside the addresses that the demo's visitors come from. */
const attacker = '127.250.250.1'
const hastyAttacker = '127.251.251.1'

const strangerAt = (at: number, { strangers }: BombingOptions) =>
  `stranger-${at % strangers}@lists.example.com`
const personAt = (at: number) => `person-${at}@example.com`

export const bomb = async (options: BombingOptions): Promise<BombingResult> => {
  const answers: Record<string, Record<number, number>> = {}
  const refused: Record<string, number> = {}
  let pipeline: Pipeline | undefined
  pipeline = await startPipeline({
    cdkOut: options.cdkOut,
    port: 0,
    startMs: monday,
    seed: 'bombing',
    // Played time stands still while much happens, so one played instant may send what minutes may.
    ses: {
      maxSendRate: 100_000,
      max24HourSend: 1_000_000,
      onAccepted: (email) => pipeline && answerAsPerson(email, pipeline),
    },
    onLog: ({ line }) => {
      const reason = /"refused":1/.test(line) ? /"reason":"(\w+)"/.exec(line)?.[1] : undefined
      if (reason) refused[reason] = (refused[reason] ?? 0) + 1
    },
  })
  try {
    await plan(options, pipeline, answers)
    await pipeline.clock.advanceTo(monday + (options.hours + 6 * 24) * hourMs, { grainMs: 300_000 })
    return { answers, refused, ...(await measure(pipeline)) }
  } finally {
    await pipeline.close()
  }
}

/** Puts every post on the clock. */
const plan = async (
  options: BombingOptions,
  { url, clock }: Pipeline,
  answers: Record<string, Record<number, number>>,
): Promise<void> => {
  const { posts, people, hours } = options
  const post = async (kind: string, from: string, email: string, token: string | undefined) => {
    const body = { email, consent: 'yes', ...(token !== undefined && { token }) }
    const { status } = await visit(`${url}/forms/${form}/submissions`, from, body)
    const counts = answers[kind] ?? {}
    answers[kind] = { ...counts, [status]: (counts[status] ?? 0) + 1 }
  }
  const honestly = (kind: string, from: string, email: string, atMs: number) =>
    clock.at(atMs, 'a form is shown', async () => {
      const token = await tokenFor(url, form, from)
      clock.at(clock.nowMs() + 40_000, 'a form is posted', () => post(kind, from, email, token))
    })
  const spreadOver = (count: number, act: (at: number, atMs: number) => void) => {
    for (let at = 0; at < count; at += 1) act(at, monday + 60_000 + (at / count) * hours * hourMs)
  }
  // Fewer than twenty in ten minutes.
  for (let at = 0; at < posts.patient; at += 1)
    honestly('patient', attacker, strangerAt(at, options), monday + at * 40_000)
  for (let at = 0; at < posts.hasty; at += 1)
    honestly('hasty', hastyAttacker, strangerAt(at * 7, options), monday + at * 1000)
  spreadOver(posts.spread, (at, atMs) =>
    honestly('spread', addressOf(2000 + Math.floor(at / 16)), strangerAt(at * 3, options), atMs),
  )
  const kept = await tokenFor(url, form, attacker)
  spreadOver(posts.replayed, (at, atMs) =>
    clock.at(atMs, 'a token is replayed', () =>
      post('replayed', attacker, strangerAt(at * 11, options), kept),
    ),
  )
  spreadOver(posts.withoutToken, (at, atMs) =>
    clock.at(atMs, 'a post without token', () =>
      post('withoutToken', attacker, strangerAt(at * 13, options), undefined),
    ),
  )
  spreadOver(people, (at, atMs) => honestly('people', addressOf(at), personAt(at), atMs))
}

/** People read their email within the hour and press the button. */
const answerAsPerson = ({ to, html, tags, sentAtMs }: StoredEmail, { clock }: Pipeline): void => {
  if (tags.purpose !== 'confirmation' || !to.startsWith('person-')) return
  const link = /href="([^"]+\/confirm\/[^"]+)"/.exec(html)?.[1] ?? ''
  clock.at(sentAtMs + 600_000, 'a person confirms', async () => {
    await fetch(link, { method: 'POST', body: new URLSearchParams({ press: 'yes' }) })
  })
}

const measure = async ({ table, ses, sqs, inventory, scheduler, denials }: Pipeline) => {
  const items = await table.scan()
  const captured = items
    .filter(({ kind }) => kind === 'CAPTURED')
    .sort((a, b) => Number(a.atMs) - Number(b.atMs))
  const networkOf = new Map<unknown, unknown>()
  for (const { pk, network } of captured) if (!networkOf.has(pk)) networkOf.set(pk, network)
  const emails = ses.inbox().filter(({ tags }) => tags.lead)
  const isStranger = ({ to }: StoredEmail) => to.startsWith('stranger-')
  const confirmations = emails.filter(({ tags }) => tags.purpose === 'confirmation')
  const hour = ({ sentAtMs }: StoredEmail) => Math.floor(sentAtMs / hourMs)
  const mostBy = (keyOf: (email: StoredEmail) => string) =>
    Math.max(0, ...[...Map.groupBy(confirmations, keyOf).values()].map((same) => same.length))
  const ends = new Set(inventory.queues.flatMap(({ redrive }) => redrive?.deadLetterArn ?? []))
  for (const { onFailureArn } of inventory.mappings) if (onFailureArn) ends.add(onFailureArn)
  const depth = (isEnd: boolean) =>
    inventory.queues
      .filter(({ arn }) => ends.has(arn) === isEnd)
      .reduce((sum, { arn }) => sum + sqs.depth(arn), 0)
  return {
    confirmations: {
      toStrangers: confirmations.filter(isStranger).length,
      toPeople: confirmations.length - confirmations.filter(isStranger).length,
      mostPerHour: mostBy((email) => `${hour(email)}`),
      mostPerNetworkAndHour: mostBy((email) => `${networkOf.get(`LEAD#${email.tags.lead}`)} ${hour(email)}`),
      mostPerDomainAndHour: mostBy((email) => `${email.to.split('@')[1]} ${hour(email)}`),
      mostPerAddress: mostBy(({ to }) => to),
    },
    otherEmailsToStrangers: emails.filter((email) => isStranger(email) && !confirmations.includes(email))
      .length,
    peopleConfirmed: items.filter(({ kind }) => kind === 'CONFIRMED').length,
    peopleServed: new Set(
      emails
        .filter(({ tags, to }) => tags.purpose === 'marketing' && to.startsWith('person-'))
        .map(({ to }) => to),
    ).size,
    waiting: depth(false),
    schedulesLeft: scheduler
      .outstanding()
      .filter(({ name }) => items.some(({ pk, stage }) => pk === `LEAD#${name}` && stage === 'pending'))
      .length,
    deadLetters: depth(true),
    denials: denials.length,
  }
}
