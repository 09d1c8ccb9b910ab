import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openOutlet } from '../../../cli/preview/outlet.ts'
import { pipelineLeads } from '../../../cli/preview/pipeline-leads.ts'
import { type TestSendOptions, testSendCommand } from '../../../cli/preview/test-send-command.ts'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import { postForm } from '../../support/forms.ts'
import { day, monday } from '../../support/leads.ts'
import { facts, pipelinesPerTest } from '../../support/pipeline.ts'
import { campaignFolder, draft } from '../../support/working-campaign.ts'

const { start } = pipelinesPerTest()

const campaign = campaignFolder({ 'emails/spring.md': draft('Spring', 'Hello.') }).path

/** What is printed, and the exit code. */
const run = async (given: Partial<TestSendOptions> = {}, address = 'ada@example.com') => {
  const lines: string[] = []
  const pauses: number[] = []
  const code = await testSendCommand(
    address,
    { email: [], lead: 'known', campaign, data: 'no-such-folder', dryRun: false, ...given },
    {
      open: openOutlet,
      print: (text) => lines.push(text),
      pause: async (ms) => pauses.push(ms),
      nowMs: () => monday,
    },
  )
  return { code, lines, pauses }
}

describe('through the pipeline on this machine', () => {
  test('all emails of the sequences arrive marked as tests, and no fact, tally or summary comes of them', async () => {
    const data = mkdtempSync(join(tmpdir(), 'ripen-test-send-'))
    const pipeline = await start({ dataFolder: data })
    const { code, lines } = await run({ data }, ' Ada@Example.com ')
    expect(code).toBe(0)
    expect(lines.slice(1, -1)).toEqual([
      '  sent: [test] The digest: three things worth ten minutes (digest/first)',
      '  sent: [test] A worked example: is the new web page better? (digest/example)',
      '  sent: [test] What a course costs, and when it has paid for itself (digest/cost)',
      '  sent: [test] Your guide, and one question to start with (learn/welcome)',
      '  sent: [test] What a data analyst does between nine and five (learn/day)',
      '  sent: [test] Five questions that sort good courses from loud ones (learn/good-course)',
      '  sent: [test] Twenty minutes with an adviser, if it helps (learn/adviser)',
    ])
    expect(lines.at(-1)).toBe(`They are in its inbox: ${pipeline.url}/#inbox`)
    const inbox = pipeline.ses.inbox()
    expect(inbox.map(({ to, tags }) => [to, tags])).toEqual(
      Array.from({ length: 7 }, () => ['ada@example.com', { purpose: 'test' }]),
    )
    const [first] = inbox
    if (!first) throw new Error('Nothing arrived.')
    expect(first.from).toBe('"Fernhill Academy" <learn@example.com>')
    expect(first.headers['List-Unsubscribe']).toBe(`<${pipeline.url}/preferences/test>`)
    expect(first.text).toContain(`No more of these emails: ${pipeline.url}/preferences/test`)

    // All that can become of an email becomes of this one.
    pipeline.ses.open(first.messageId)
    pipeline.ses.click(first.messageId, 0)
    pipeline.ses.bounce(first.messageId)
    pipeline.ses.complain(first.messageId)
    const page = await fetch(`${pipeline.url}/preferences/test`)
    expect([page.status, await page.text()]).toEqual([
      200,
      expect.stringContaining('This is the link of a test email'),
    ])
    const oneClick = { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) }
    for (const path of ['preferences', 'confirm'])
      expect((await fetch(`${pipeline.url}/${path}/test`, oneClick)).status).toBe(200)
    await pipeline.clock.advanceTo(monday + day)
    // Which versions have been in force, and how far the sweep has come: neither is about a lead.
    const owners = (await pipeline.table.scan()).map(({ pk }) => String(pk).split('#')[0])
    expect(owners.filter((owner) => owner !== 'RELEASE' && owner !== 'SWEEP')).toEqual([])
    expect(pipeline.ses.inbox()).toHaveLength(7)
    expect(pipeline.denials).toEqual([])
  })

  test('a test to a lead’s own address leaves the lead and the counts as they were', async () => {
    const data = mkdtempSync(join(tmpdir(), 'ripen-test-send-'))
    const pipeline = await start({ dataFolder: data })
    await postForm(pipeline, { email: 'ada@example.com', firstName: 'Augusta' })
    await pipeline.clock.advanceTo(pipeline.clock.nowMs() + 3_600_000)
    const before = await pipeline.table.scan()
    expect(await facts(pipeline)).toHaveLength(4)
    await run({ data, email: ['welcome'] })
    const sent = pipeline.ses.inbox().at(-1)
    if (!sent) throw new Error('Nothing arrived.')
    pipeline.ses.click(sent.messageId, 0)
    await pipeline.clock.advanceTo(pipeline.clock.nowMs() + 3_600_000)
    expect(await pipeline.table.scan()).toEqual(before)

    // The preview can be looked at as this very lead.
    const leads = pipelineLeads(data)
    const [lead] = await leads.list()
    expect(lead?.name).toMatch(/^ada@example\.com, nurturing \([0-9a-f]{8}\)$/)
    const compiled = await compileCampaign(campaign)
    expect((await leads.state(lead?.id ?? '', compiled))?.profile).toEqual({ firstName: 'Augusta' })
    expect(await leads.state('0'.repeat(32), compiled)).toBeUndefined()
  })

  test('one step, a confirmation and an email that no step names can be asked for, as any lead gets them', async () => {
    const data = mkdtempSync(join(tmpdir(), 'ripen-test-send-'))
    const pipeline = await start({ dataFolder: data })
    const { lines } = await run({ data, email: ['learn/day', 'confirm', 'spring'], lead: 'unknown' })
    expect(lines[0]).toBe(`For Someone who gave only an address, through the pipeline that runs on ${data}:`)
    expect(pipeline.ses.inbox().map(({ subject, text }) => [subject, text.split('\n', 1)[0]])).toEqual([
      ['[test] What a data analyst does between nine and five', 'Hello there,'],
      ['[test] Please confirm your address', 'Someone, we hope you, asked for our emails with this address.'],
      ['[test] Spring', 'Hello.'],
    ])
    expect(pipeline.ses.inbox()[1]?.text).toContain(`${pipeline.url}/confirm/test`)
  })
})

test('a dry run needs no pipeline, says what would be sent, and sends nothing', async () => {
  const { code, lines } = await run({ dryRun: true, email: ['welcome'] })
  expect([code, ...lines]).toEqual([
    0,
    'For Ada, who answered everything:',
    '  would be sent: [test] Your guide, and one question to start with (learn/welcome)',
    '1 in all. Nothing was sent.',
  ])
})

test.each<[string, Partial<TestSendOptions>, string, string]>([
  ['an address that is none', {}, 'ada', 'The address has no @.'],
  [
    'an email that is a slip of another',
    { email: ['welcom'] },
    'a@example.com',
    'There is no email "welcom". Did you mean welcome?',
  ],
  [
    'an email unlike any other',
    { email: ['newsletter-of-may'] },
    'a@example.com',
    'There is no email "newsletter-of-may". The emails are digest-first, worked-example, cost-and-return, welcome, analysts-day, good-course, talk-to-us, confirm, spring.',
  ],
  [
    'a lead that is none',
    { lead: 'kim' },
    'a@example.com',
    'There is no lead "kim"; the leads are known, unknown, long, hostile.',
  ],
  [
    'a folder on which nothing runs',
    {},
    'a@example.com',
    'No pipeline is running on no-such-folder. Start one with "npm start" and try again, or send through SES with --stack NAME.',
  ],
])('%s is told, and nothing is sent', async (_, options, address, message) => {
  await expect(run(options, address)).rejects.toThrow(message)
})

describe('through a deployed stack', () => {
  const closers: (() => void)[] = []
  afterEach(() => {
    vi.unstubAllEnvs()
    for (const close of closers.splice(0)) close()
  })

  const outputs = {
    PublicUrl: 'https://api.example.com',
    SenderAddress: 'learn@example.com',
    ConfigurationSetName: 'Set',
  }

  /** What AWS would answer: CloudFormation in its XML, SES in its JSON. `answers` are SES's, one after the other. */
  const startAws = async (
    answers: readonly { readonly error?: string; readonly message?: string }[],
    told: Readonly<Record<string, string>> | 'no stack' = outputs,
  ) => {
    const sent: Record<string, unknown>[] = []
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      const body = Buffer.concat(chunks).toString()
      if (request.url === '/') {
        const failed = `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id Ripen-prod does not exist</Message></Error></ErrorResponse>`
        const members = Object.entries(told === 'no stack' ? {} : told).map(
          ([key, value]) =>
            `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
        )
        response.writeHead(told === 'no stack' ? 400 : 200, { 'content-type': 'text/xml' })
        response.end(
          told === 'no stack'
            ? failed
            : `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>Ripen-prod</StackName><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
        )
        return
      }
      const { error, message } = answers[sent.length] ?? {}
      sent.push(JSON.parse(body))
      response.writeHead(error ? 400 : 200, {
        'content-type': 'application/json',
        ...(error && { 'x-amzn-errortype': error }),
      })
      response.end(JSON.stringify(error ? { message } : { MessageId: 'm-1' }))
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    closers.push(() => server.close())
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'key')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
    return sent
  }
  const options = { stack: 'Ripen-prod', region: 'eu-central-1', email: ['welcome'] }

  test('goes out as the stack sends: its sender, its configuration set, its links', async () => {
    const sent = await startAws([{}])
    const { code, lines } = await run(options)
    expect(code).toBe(0)
    expect(lines[0]).toBe('For Ada, who answered everything, through the stack Ripen-prod:')
    expect(sent).toMatchObject([
      {
        FromEmailAddress: '"Fernhill Academy" <learn@example.com>',
        ConfigurationSetName: 'Set',
        Destination: { ToAddresses: ['ada@example.com'] },
        EmailTags: [{ Name: 'purpose', Value: 'test' }],
      },
    ])
    expect(JSON.stringify(sent)).toContain('https://api.example.com/preferences/test')
  })

  test('refused for haste, it waits and tries again; refused too often, it says so', async () => {
    const hasty = { error: 'TooManyRequestsException', message: 'Maximum sending rate exceeded.' }
    await startAws([hasty, hasty])
    expect(await run(options)).toMatchObject({ code: 0, pauses: [1100, 1100] })
    await startAws([hasty, hasty, hasty, hasty, hasty])
    const { code, lines } = await run(options)
    expect(code).toBe(1)
    expect(lines.slice(1)).toEqual([
      '  not sent (TooManyRequestsException): [test] Your guide, and one question to start with (learn/welcome)',
    ])
  })

  const failed =
    'Email address is not verified. The following identities failed the check in region EU-CENTRAL-1:'

  test.each([
    [
      'the sandbox',
      `${failed} ada@example.com`,
      /^SES is still in its sandbox .* or ask AWS for production access/,
    ],
    [
      'a sender not verified',
      `${failed} learn@example.com`,
      /^The sending domain is not verified in SES yet\. Set the DKIM/,
    ],
    ['another refusal', 'The account is under review.', /^SES will not take this email \(MessageRejected\)/],
  ])('%s is told with what to do, and without the address', async (_, message, told) => {
    await startAws([{ error: 'MessageRejected', message }])
    const error = await run(options).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(Error)
    expect(String((error as Error).message)).toMatch(told)
    expect(String((error as Error).message)).not.toContain('ada@')
  })

  test.each<['no stack' | Readonly<Record<string, string>>, RegExp]>([
    ['no stack', /^There is no stack Ripen-prod in this account and region/],
    [
      { PublicUrl: 'https://api.example.com' },
      /^The stack Ripen-prod does not say how it sends; deploy this version/,
    ],
  ])('a stack that cannot be sent by is told: outputs %j', async (told, message) => {
    const sent = await startAws([], told)
    await expect(run(options)).rejects.toThrow(message)
    expect(sent).toEqual([])
  })
})
