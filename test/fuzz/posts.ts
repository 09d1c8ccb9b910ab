/** Submissions by the thousand: one in ten is good and must be stored unharmed, every other has one certain fault. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import fc from 'fast-check'
import { type FormToken, signFormToken } from '../../shared/flows/intake/form-token.ts'
import { fault, formNames, readable } from './faults.ts'

export interface Post {
  /** What is wrong with it, or `none`. */
  readonly fault: string
  readonly event: APIGatewayProxyEventV2
  /** What must be stored, for a good one. */
  readonly stored?: {
    readonly submission: string
    readonly email: string
    readonly profile: Readonly<Record<string, string>>
    readonly source: string
  }
  /** A machine is answered like a person who was heard. */
  readonly isSilent: boolean
}

const answers = fc.record(
  {
    firstName: readable(60),
    source: readable(120),
    page: readable(500),
    redirect: fc.oneof(
      readable(500),
      fc.constantFrom('https://www.example.com/thanks/', 'https://www.example.com/thanks/guide?a=b'),
      fc.constantFrom(
        'https://evil.example/',
        'https://evil.example/thanks/',
        'https://www.example.com.evil.example/thanks/',
        'https://www.example.com@evil.example/thanks/',
        'https://www.example.com/thanks/../evil',
        'https://www.example.com/thanks/\r\nSet-Cookie: a=b',
        'http://www.example.com/thanks/',
        'javascript:alert(1)',
        '//evil.example/thanks/',
      ),
    ),
    utm_campaign: readable(500),
    first_referrer: readable(500),
    altcha: readable(400),
    timeZone: fc.constantFrom('Europe/Berlin', 'UTC', 'Asia/Kolkata'),
    language: fc.constantFrom('de', 'pt-BR'),
  },
  { requiredKeys: ['firstName', 'source'] },
)

const ofEverything = fc.record(
  {
    motto: readable(200),
    code: fc.constant('AB1234'),
    work: fc.constantFrom('Analyst', 'R & D', '<other>'),
    age: fc.constantFrom('18', '99', '42.5'),
    phone: fc.constantFrom('+44 20 7946 0018', '(030) 12345'),
    call: fc.constantFrom('yes', 'on'),
    visits: readable(120),
  },
  { requiredKeys: [] },
)

const recipe = fc.record({
  form: fc.constantFrom(...formNames),
  answers,
  ofEverything,
  isJson: fc.boolean(),
  isBase64: fc.boolean(),
  accept: fc.constantFrom('text/html,application/xhtml+xml', 'application/json', '*/*'),
  address: fc.constantFrom<(local: string) => string>(
    (local) => `${local}@example.com`,
    (local) => `${local.toUpperCase()}@Example.COM`,
    (local) => `\u00a0${local}@example.com.\t`,
  ),
  header: readable(200),
  luck: fc.nat({ max: 9 }),
  fault,
})

/** `count` posts, the same for the same seed; `atMs` is when they come in, half an hour after their forms were shown. */
export function* makePosts(seed: number, count: number, atMs: number, formKey: string): Generator<Post> {
  const batch = 1000
  for (let from = 0; from < count; from += batch)
    for (const [at, made] of fc
      .sample(recipe, { seed: seed + from, numRuns: Math.min(batch, count - from) })
      .entries())
      yield makePost(made, from + at, atMs, formKey)
}

type Recipe = typeof recipe extends fc.Arbitrary<infer T> ? T : never

const makePost = (made: Recipe, at: number, atMs: number, formKey: string): Post => {
  const { form } = made
  const submission = `qzx-${at}`
  const sign = (given: Partial<FormToken> = {}) =>
    signFormToken(
      { form, issuedAtMs: atMs - 1_800_000, nonce: submission, work: 0, isAgain: false, ...given },
      formKey,
    )
  const profile = { firstName: made.answers.firstName, ...(form === 'everything' && made.ofEverything) }
  const body: Record<string, unknown> = {
    ...made.answers,
    ...profile,
    email: made.address(`qzx${at}`),
    consent: 'yes',
    token: sign(),
  }
  const headers: Record<string, string> = {
    accept: made.accept,
    'user-agent': made.header,
    referer: made.header,
    origin: made.header,
  }
  const post = (
    given: Partial<Wire> & { fault: string; isSilent?: boolean; stored?: Post['stored'] },
  ): Post => ({
    fault: given.fault,
    isSilent: given.isSilent ?? false,
    ...(given.stored && { stored: given.stored }),
    event: eventOf({ form, isJson: made.isJson, isBase64: made.isBase64, headers, body, at, atMs, ...given }),
  })
  if (made.luck === 0) {
    const { call, ...rest } = profile as Record<string, string>
    const stored = {
      submission,
      email: `qzx${at}@example.com`,
      profile: { ...rest, ...(call && { call: 'yes' }) },
      source: made.answers.source,
    }
    return post({ fault: 'none', stored })
  }
  const { name, given } = made.fault
  const asText = typeof given === 'object' ? '' : String(given)
  const changed = (
    change: Record<string, unknown>,
    more: Partial<Wire> & { isSilent?: boolean } = {},
  ): Post => post({ fault: name, body: { ...body, ...change }, ...more })
  switch (name) {
    case 'address':
    case 'addressIsText':
      return changed({ email: asText })
    case 'consent':
      return changed({ consent: asText })
    case 'unknownField':
      return changed({ [`${asText}?`]: 'qzx' })
    case 'prototypeKey':
      return post({
        fault: name,
        text: made.isJson
          ? JSON.stringify(body).replace('{', `{"${asText}":"qzx",`)
          : `${encoded(body)}&${asText}=qzx`,
      })
    case 'tooLong':
    case 'unreadableText': {
      const [field, value] = given as readonly [string, string]
      // A form post cannot carry half a surrogate pair, a JSON one can.
      return changed({ [field]: value })
    }
    case 'notAnswers': {
      const [field, value] = given as readonly [string, unknown]
      return changed({ [field]: value }, { isJson: true })
    }
    case 'notANumber':
      return post({ fault: name, isJson: true, text: `{"consent":"yes","${asText}":"y"}` })
    case 'twoAnswers':
      return post({
        fault: name,
        isJson: false,
        text: `${encoded({ ...body, timeZone: undefined })}&${asText}`,
      })
    case 'zone':
      return changed({ timeZone: asText })
    case 'language':
      return changed({ language: asText })
    case 'contentType':
      return post({ fault: name, contentType: asText })
    case 'notJson':
    case 'nested':
      return post({ fault: name, isJson: true, text: asText })
    case 'bytes':
      return post({ fault: name, bytes: given as Buffer })
    case 'notEncoded':
      return post({ fault: name, isJson: false, text: asText })
    case 'tooLarge':
      return changed({ firstName: asText })
    case 'tooMany':
      return changed(
        Object.fromEntries(Array.from({ length: Number(given) }, (_, count) => [`qzx${count}`, '1'])),
      )
    case 'trap':
      return changed({ homepage: asText }, { isSilent: true })
    case 'token':
      return changed(
        { token: tokens[asText] ? tokens[asText](sign, atMs) : asText },
        { isSilent: asText !== 'missing' && asText !== 'expired' },
      )
    case 'form':
      return post({ fault: name, form: asText })
    case 'idempotencyKey':
      return post({ fault: name, headers: { ...headers, 'idempotency-key': asText } })
  }
}

type Sign = (given?: Partial<FormToken>) => string

const tokens: Readonly<Record<string, (sign: Sign, atMs: number) => string | undefined>> = Object.assign(
  Object.create(null),
  {
    forged: (sign: Sign) => `${sign().slice(0, -4)}AAAA`,
    otherForm: (sign: Sign) => sign({ form: 'other' }),
    tooFast: (sign: Sign, atMs: number) => sign({ issuedAtMs: atMs - 1000 }),
    expired: (sign: Sign, atMs: number) => sign({ issuedAtMs: atMs - 25 * 3_600_000 }),
    missing: () => undefined,
    cut: (sign: Sign) => sign().slice(0, 30),
  },
)

interface Wire {
  readonly form: string
  readonly isJson: boolean
  readonly isBase64: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly contentType?: string
  readonly body: Readonly<Record<string, unknown>>
  /** Instead of the body. */
  readonly text?: string
  readonly bytes?: Buffer
  readonly at: number
  readonly atMs: number
}

const encoded = (body: Readonly<Record<string, unknown>>): string =>
  new URLSearchParams(
    Object.entries(body).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString()

const eventOf = (wire: Wire): APIGatewayProxyEventV2 => {
  const { form, isJson, headers, at, atMs } = wire
  const text = wire.text ?? (isJson ? JSON.stringify(wire.body) : encoded(wire.body))
  const isBase64Encoded = wire.isBase64 || wire.bytes !== undefined
  const type =
    wire.contentType ?? (isJson ? 'application/json' : 'application/x-www-form-urlencoded;charset=utf-8')
  const routeKey = 'POST /forms/{form}/submissions'
  return {
    version: '2.0',
    routeKey,
    rawPath: `/forms/${form}/submissions`,
    rawQueryString: '',
    headers: { ...headers, 'content-type': type },
    pathParameters: { form },
    requestContext: {
      accountId: 'local',
      apiId: 'local',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: {
        method: 'POST',
        path: `/forms/${form}/submissions`,
        protocol: 'HTTP/1.1',
        sourceIp: `198.18.${(at >> 8) % 256}.${at % 256}`,
        userAgent: 'test',
      },
      requestId: `request-${at}`,
      routeKey,
      stage: '$default',
      time: '',
      timeEpoch: atMs,
    },
    body: isBase64Encoded ? (wire.bytes ?? Buffer.from(text)).toString('base64') : text,
    isBase64Encoded,
  }
}
