/** Gives generated posts to capture and judges every answer, what was stored and what was written. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { CompiledForm } from '../../shared/campaign/compiled/compiled.ts'
import { reservedNames } from '../../shared/contracts/form-post.ts'
import { formPage } from '../../web/form-page.ts'
import { unknownFormPage } from '../../web/pages.ts'
import type { CaptureHost } from '../support/capture-host.ts'
import { monday } from '../support/leads.ts'
import { shapeOf, strange } from '../support/page-shape.ts'
import { makePosts, type Post } from './posts.ts'

export interface FuzzReport {
  readonly seed: number
  readonly posts: number
  readonly good: number
  readonly pages: number
  readonly statuses: Readonly<Record<string, number>>
  readonly faults: Readonly<Record<string, number>>
  /** What must never be, each with the post that brought it about. */
  readonly wrong: readonly string[]
}

/** No more than these are told: one mistake shows itself a thousand times. */
const mostWrong = 20

export const fuzzCapture = async (
  host: CaptureHost,
  seed: number,
  count: number,
  onProgress: (done: number) => void = () => {},
): Promise<FuzzReport> => {
  const harmless = harmlessShape(Object.values(host.forms))
  const statuses: Record<string, number> = {}
  const faults: Record<string, number> = {}
  const wrong: string[] = []
  const good = new Map<string, NonNullable<Post['stored']>>()
  let done = 0
  let pages = 0
  for (const post of makePosts(seed, count, monday, host.formKey)) {
    const answer = await host.handle(post.event)
    const found = answer instanceof Error ? [`ended with ${answer.message}`] : judge(post, answer, harmless)
    if (!(answer instanceof Error)) {
      statuses[`${answer.statusCode}`] = (statuses[`${answer.statusCode}`] ?? 0) + 1
      if (isPage(answer)) pages += 1
    }
    faults[post.fault] = (faults[post.fault] ?? 0) + 1
    if (post.stored) good.set(post.stored.submission, post.stored)
    for (const what of found)
      if (wrong.length < mostWrong) wrong.push(`post ${done} (${post.fault}) ${what}: ${tell(post)}`)
    done += 1
    onProgress(done)
  }
  wrong.push(...(await judgeTable(host, good)).slice(0, mostWrong))
  wrong.push(...judgeWritten(host.written()).slice(0, mostWrong))
  return { seed, posts: done, good: good.size, pages, statuses, faults, wrong }
}

const tell = ({ event }: Post): string =>
  JSON.stringify({
    form: event.pathParameters?.form,
    headers: event.headers,
    isBase64: event.isBase64Encoded,
    body: event.body?.slice(0, 600),
  })

const isPage = ({ headers }: APIGatewayProxyStructuredResultV2): boolean =>
  String(headers?.['content-type']).startsWith('text/html')

const judge = (
  post: Post,
  answer: APIGatewayProxyStructuredResultV2,
  harmless: ReadonlySet<string>,
): string[] => {
  const { statusCode = 0, headers = {}, body = '' } = answer
  const isHeard = statusCode === 202 || statusCode === 303
  const found: string[] = []
  if (isHeard !== (post.stored !== undefined || post.isSilent)) found.push(`was answered ${statusCode}`)
  if (!isHeard && ![400, 404, 413, 415, 422].includes(statusCode)) found.push(`was answered ${statusCode}`)
  for (const [name, value] of Object.entries(headers))
    if (!/^[\x20-\x7e]*$/.test(String(value))) found.push(`got the header ${name}: ${JSON.stringify(value)}`)
  const { location } = headers
  if ((location !== undefined) !== (statusCode === 303))
    found.push(`got ${statusCode} with location ${location}`)
  if (location !== undefined && !isAllowedLocation(String(location))) found.push(`was led to ${location}`)
  if (isPage(answer)) found.push(...strange(body, harmless).map((part) => `got a page with ${part}`))
  else if (statusCode !== 303) found.push(...judgeJson(body))
  return found
}

/** The sample's forms and the test's: their own page of thanks, or below the one allowed beginning. */
const isAllowedLocation = (location: string): boolean =>
  /^\/forms\/(guide|newsletter|everything)\/thanks$/.test(location) ||
  (URL.parse(location)?.origin === 'https://www.example.com' &&
    location.startsWith('https://www.example.com/thanks/'))

const judgeJson = (body: string): string[] => {
  const answer = JSON.parse(body) as { thanks?: object; redirect?: string; title?: string; errors?: unknown }
  if (answer.redirect !== undefined)
    return isAllowedLocation(answer.redirect) ? [] : [`was led to ${answer.redirect}`]
  return (answer.thanks ?? (answer.title && Array.isArray(answer.errors)))
    ? []
    : [`was answered ${body.slice(0, 200)}`]
}

const judgeTable = async (
  host: CaptureHost,
  good: ReadonlyMap<string, NonNullable<Post['stored']>>,
): Promise<string[]> => {
  const facts = (await host.items()).filter(({ sk }) => String(sk).startsWith('FACT#'))
  const wrong: string[] = []
  const seen = new Set<string>()
  for (const { submission, email, profile, source } of facts) {
    // The token's nonce, and what tells corrected answers from a second press.
    const name = String(submission).replace(/-[0-9a-f]{8}$/, '')
    const expected = good.get(name)
    if (!expected) wrong.push(`a bad post was stored: ${JSON.stringify({ submission, email, profile })}`)
    else if (seen.has(name)) wrong.push(`${name} was stored twice`)
    else if (
      email !== expected.email ||
      source !== expected.source ||
      JSON.stringify(sorted(profile as object)) !== JSON.stringify(sorted(expected.profile))
    )
      wrong.push(
        `${name} was stored as ${JSON.stringify({ email, profile, source })}, not as ${JSON.stringify(expected)}`,
      )
    seen.add(name)
  }
  for (const name of good.keys()) if (!seen.has(name)) wrong.push(`the good post ${name} was not stored`)
  return wrong
}

const sorted = (profile: object): [string, unknown][] =>
  Object.entries(profile).sort(([a], [b]) => (a < b ? -1 : 1))

/** Every address and many a text of ours has qzx in it; nothing else of a stranger's may stand there either. */
const judgeWritten = (written: string): string[] =>
  written
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const { _aws, form, reason, refused, ...rest } = JSON.parse(line) as Record<string, unknown>
      const isCount =
        _aws !== undefined &&
        /^[a-z]+$/.test(String(form)) &&
        /^[A-Za-z]+$/.test(String(reason)) &&
        refused === 1
      return isCount && Object.keys(rest).length === 0 && !/qzx|@/i.test(line)
        ? []
        : [`was written: ${line.slice(0, 300)}`]
    })

/** All that the forms' pages hold for people who mean well, whatever mistakes they make. */
const harmlessShape = (forms: readonly CompiledForm[]): ReadonlySet<string> => {
  const pages = forms.flatMap((form) => {
    const asked = [...form.fields.map(({ name }) => name), 'consent']
    const values = Object.fromEntries([
      ...form.fields.map(({ name, type, options }) => [
        name,
        type === 'checkbox' ? 'yes' : (options?.[0] ?? 'x'),
      ]),
      ...[...reservedNames].map((name) => [name, 'yes']),
    ])
    const errorsOf = (names: readonly string[]) => names.map((field) => ({ field, message: 'Wrong.' }))
    return [[], asked, ['other'], ...asked.map((name) => [name])].map((names) =>
      formPage(form, {
        token: 'token',
        challenge: {},
        values,
        errors: errorsOf(names),
        notice: 'Some fields need correcting.',
      }),
    )
  })
  return new Set([...pages, unknownFormPage()].flatMap((html) => [...shapeOf(String(html))]))
}
