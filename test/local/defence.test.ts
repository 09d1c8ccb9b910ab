import { createHash } from 'node:crypto'
import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import type { Challenge } from 'altcha-lib/types'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Pipeline, startPipeline } from '../../local/pipeline.ts'
import { recordCapture } from '../../shared/aws/capture-writer.ts'
import { readEvidence } from '../../shared/contracts/consent-evidence.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { captured, day, monday } from '../support/leads.ts'

let pipeline: Pipeline
const lines: string[] = []

beforeAll(async () => {
  const { assembly } = await synthesiseForTest()
  pipeline = await startPipeline({
    cdkOut: assembly.directory,
    port: 0,
    startMs: monday,
    seed: 'defence',
    imports: 'atFirstCall',
    onLog: ({ line }) => lines.push(line),
  })
})
afterAll(() => pipeline.close())
afterEach(() => vi.unstubAllEnvs())

interface Issued {
  readonly token: string
  readonly challenge?: Challenge
}

const issue = async (form = 'guide'): Promise<Issued> =>
  (await (await fetch(`${pipeline.url}/forms/${form}/token`)).json()) as Issued

const html = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' }

const post = (body: Record<string, string>, headers: Record<string, string> = {}, form = 'guide') =>
  fetch(`${pipeline.url}/forms/${form}/submissions`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/json', ...headers },
    body: headers.accept ? new URLSearchParams(body) : JSON.stringify(body),
  })

/** All that a caller can see of an answer. */
const whole = async (response: Response) => ({
  status: response.status,
  headers: [...response.headers].filter(([name]) => name !== 'date').sort(),
  body: await response.text(),
})

const wait = (seconds: number) => pipeline.clock.advanceTo(pipeline.clock.nowMs() + seconds * 1000)

const capturedAddresses = async () =>
  (await pipeline.table.scan()).filter(({ kind }) => kind === 'CAPTURED').map(({ email }) => email)

/** A token that asks for work: the twenty-first and later ones of one network in ten minutes. */
const issueBusily = async (): Promise<Issued & { readonly challenge: Challenge }> => {
  for (;;) {
    const { token, challenge } = await issue()
    if (challenge) return { token, challenge }
  }
}

const solved = async (challenge: Challenge) => {
  const solution = await solveChallenge({ challenge, deriveKey })
  return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64')
}

describe.each([
  ['a script', {} as Record<string, string>],
  ['a browser', html],
])('to %s', (_, headers) => {
  const suspicious: [string, (address: string) => Promise<Record<string, string>>][] = [
    ['trap', async (email) => ({ email, homepage: 'https://spam.example', token: (await issue()).token })],
    ['forgedToken', async (email) => ({ email, token: `${(await issue()).token.slice(0, -4)}AAAA` })],
    [
      'noWork',
      async (email) => {
        const { token } = await issueBusily()
        await wait(3)
        return { email, token, altcha: 'Z3Vlc3NlZA==' }
      },
    ],
    ['tooFast', async (email) => ({ email, token: (await issue()).token })],
  ]

  test.each(suspicious)(
    'a post refused as %s reads like one that was heard, is counted and is not stored',
    async (reason, makeBody) => {
      const { token, challenge } = await issue()
      await wait(3)
      const altcha = challenge ? await solved(challenge) : ''
      const heard = { email: `heard-${reason.toLowerCase()}@example.com`, consent: 'yes', token, altcha }
      const success = await whole(await post(heard, headers))
      const email = `${reason.toLowerCase()}@example.com`
      const body = { consent: 'yes', ...(await makeBody(email)) }
      lines.length = 0
      expect(await whole(await post(body, headers))).toEqual(success)
      const metric = lines.map((line) => JSON.parse(line)).filter(({ refused }) => refused === 1)
      expect(metric).toMatchObject([
        {
          _aws: { CloudWatchMetrics: [{ Namespace: 'Ripen', Dimensions: [['form', 'reason']] }] },
          form: 'guide',
          reason,
        },
      ])
      expect(JSON.stringify(metric)).not.toContain('@')
      const addresses = await capturedAddresses()
      expect(addresses).toContain(heard.email)
      expect(addresses).not.toContain(email)
    },
  )

  test('a token that has served one address is asked for anew with another, and nothing is lost or told', async () => {
    const { token, challenge } = await issue()
    const altcha = challenge ? await solved(challenge) : ''
    await wait(3)
    const who = headers.accept ? 'page' : 'script'
    const first = { email: `first-${who}@example.com`, consent: 'yes', token, altcha }
    expect((await post(first, headers)).status).toBeLessThan(400)
    const second = await post({ ...first, email: `second-${who}@example.com` }, headers)
    expect(second.status).toBe(422)
    const text = await second.text()
    expect(text).toContain(
      headers.accept ? `value="second-${who}@example.com"` : 'has served another submission',
    )
    expect(await capturedAddresses()).not.toContain(`second-${who}@example.com`)
  })

  test('a new, a known and a suppressed address are answered alike', async () => {
    const answers = []
    const email = `known-${headers.accept ? 'page' : 'script'}@example.com`
    for (const turn of ['new', 'known', 'suppressed']) {
      await wait(700)
      const { token } = await issue()
      await wait(3)
      answers.push(await whole(await post({ email, consent: 'yes', token }, headers)))
      await wait(60)
      if (turn !== 'known') continue
      const mail = pipeline.ses.inbox().find(({ to }) => to === email)
      const link = /<(http[^>]+)>/.exec(mail?.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''
      expect((await fetch(link, { method: 'POST', body: 'List-Unsubscribe=One-Click' })).status).toBe(200)
    }
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })
})

describe('where work is asked for', () => {
  test('the page says so to who runs no script, and says it again when the form comes without', async () => {
    await issueBusily()
    const page = await (await fetch(`${pipeline.url}/forms/guide`)).text()
    expect(page).toContain('&quot;challenge&quot;:{&quot;parameters&quot;')
    expect(page).toMatch(/<noscript>.*its button works only with JavaScript/)
    const { token } = await issueBusily()
    await wait(3)
    const answer = await post(
      { email: 'noscript@example.com', consent: 'yes', firstName: 'Ada', token },
      html,
    )
    expect(answer.status).toBe(422)
    const again = await answer.text()
    expect(again).toContain(
      'its button works only with JavaScript. Please allow scripts on this page and press the button again',
    )
    expect(again).toContain('value="noscript@example.com"')
    expect(await capturedAddresses()).not.toContain('noscript@example.com')
  })

  test('who does it is heard, and the work serves one address in whatever instance', async () => {
    const { token, challenge } = await issueBusily()
    const altcha = await solved(challenge)
    await wait(3)
    expect((await post({ email: 'worker@example.com', consent: 'yes', token, altcha })).status).toBe(202)
    expect(await capturedAddresses()).toContain('worker@example.com')
    expect((await pipeline.table.scan()).filter(({ sk }) => sk === 'USED')).toContainEqual(
      expect.objectContaining({ expiresAtSeconds: expect.any(Number), leadId: expect.any(String) }),
    )
  })
})

describe('what a submission leaves behind', () => {
  const record = (leadId: string, given: Partial<Parameters<typeof recordCapture>[1]> = {}) => {
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', pipeline.table.endpoint)
    vi.stubEnv('AWS_REGION', 'local')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local')
    return recordCapture(pipeline.inventory.tables[0]?.name ?? '', {
      leadId,
      fact: captured({ submission: 'direct-1' }),
      ...given,
    })
  }
  const token = { nonce: 'direct-nonce', expiresAtSeconds: monday / 1000 }

  test('is one fact, however often it is written', async () => {
    expect(await record('l-1')).toBe('recorded')
    expect(await record('l-1')).toBe('alreadyRecorded')
  })

  test('with a token’s mark is written for the first lead and for no other', async () => {
    expect(await record('l-2', { token })).toBe('recorded')
    expect(await record('l-2', { token })).toBe('alreadyRecorded')
    expect(await record('l-3', { token })).toBe('replayed')
    expect((await pipeline.table.scan()).filter(({ pk }) => pk === 'LEAD#l-3')).toEqual([])
  })

  test('with evidence of who agreed is there until its time is over, also where the table still holds it', async () => {
    const evidence = {
      submission: 'direct-1',
      sourceIp: '192.0.2.7',
      userAgent: 'Browser',
      acceptLanguage: 'de',
      atMs: monday,
      expiresAtSeconds: monday / 1000 + 86_400,
    }
    expect(await record('l-4', { evidence })).toBe('recorded')
    const item = (await pipeline.table.scan()).find(({ sk }) => sk === 'CONSENT#direct-1') ?? {}
    expect(readEvidence(item, monday + day - 1)).toEqual(evidence)
    expect(readEvidence(item, monday + day)).toBeUndefined()
  })
})

describe('the confirmation', () => {
  const browser = {
    'user-agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'accept-language': 'en-GB,en;q=0.9',
  }
  const scanner = { 'user-agent': 'Mozilla/5.0 (compatible; BarracudaCentral)' }
  const hostile = 'Buy <b>now</b> https://spam.example {{ lead.email }} DROP'

  const askFor = async (email: string, fields: Record<string, string> = {}) => {
    await wait(700)
    const { token } = await issue('newsletter')
    await wait(3)
    await post({ email, consent: 'yes', token, ...fields }, {}, 'newsletter')
    // Sent at once, and not a second later: a scanner is as quick.
    await pipeline.clock.activity.idle()
    await wait(1)
    const mail = pipeline.ses.inbox().find(({ to }) => to === email)
    return { mail, link: /href="([^"]+\/confirm\/[^"]+)"/.exec(mail?.html ?? '')?.[1] ?? '' }
  }
  const isConfirmed = async (email: string) => {
    const items = await pipeline.table.scan()
    const lead = items.find((item) => item.kind === 'CAPTURED' && item.email === email)?.pk
    return items.some(({ pk, kind }) => pk === lead && kind === 'CONFIRMED')
  }

  test('carries nothing that a visitor typed', async () => {
    const names = [
      'firstName',
      'source',
      'page',
      'utm_source',
      'utm_campaign',
      'referrer',
      'first_utm_source',
    ]
    const { mail } = await askFor('hostile@example.com', {
      ...Object.fromEntries(names.map((name) => [name, hostile])),
    })
    expect(mail?.subject).toBe('Please confirm your address')
    const all = JSON.stringify({ ...mail, to: '', destination: {} })
    for (const part of ['spam.example', 'Buy', 'DROP', 'hostile']) expect(all).not.toContain(part)
  })

  test('page confirms by itself only for a person’s browser, by a script that the policy names, and no GET confirms', async () => {
    const { link } = await askFor('person@example.com')
    const answer = await fetch(link, { headers: browser })
    const page = await answer.text()
    const script = /<script>([\s\S]*)<\/script>/.exec(page)?.[1] ?? ''
    expect(script).toContain('isTrusted')
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`)
    expect(policy).not.toMatch(/script-src[^;]*unsafe/)
    expect(page).toMatch(/<form method="post">.*<button name="press" value="yes">/)
    await fetch(link, { method: 'HEAD', headers: browser })
    expect(await isConfirmed('person@example.com')).toBe(false)
    await fetch(link, { method: 'POST', headers: browser, body: new URLSearchParams({ signal: 'keydown' }) })
    expect(await isConfirmed('person@example.com')).toBe(true)
  })

  test('page leaves the button to what looks like a scanner, and a post without it confirms nothing', async () => {
    const { link } = await askFor('scanned@example.com')
    const answer = await fetch(link, { headers: scanner })
    expect(answer.headers.get('content-security-policy')).not.toContain('script-src')
    expect(await answer.text()).not.toContain('<script>')
    const bare = await fetch(link, {
      method: 'POST',
      headers: scanner,
      body: new URLSearchParams({ signal: '' }),
    })
    expect(await bare.text()).toContain('Yes, this is me')
    expect(await isConfirmed('scanned@example.com')).toBe(false)
    await fetch(link, { method: 'POST', headers: scanner, body: new URLSearchParams({ press: 'yes' }) })
    expect(await isConfirmed('scanned@example.com')).toBe(true)
  })

  test('link is for seven days; an old, a cut and a forged one get a page that helps', async () => {
    const { link } = await askFor('late@example.com')
    await wait(7 * 86_400)
    const old = await fetch(link, { method: 'POST', body: new URLSearchParams({ press: 'yes' }) })
    expect(old.status).toBe(410)
    expect(await old.text()).toContain('<a href="/forms/newsletter">The Fernhill digest</a>')
    expect(await isConfirmed('late@example.com')).toBe(false)
    for (const broken of [
      link.slice(0, -5),
      `${link.slice(0, -5)}AAAAA`,
      link.replace('/confirm/', '/preferences/'),
    ]) {
      const answer = await fetch(broken)
      expect(answer.status).toBe(404)
      expect(await answer.text()).toContain('Open the email again and press its button')
    }
  })
})
