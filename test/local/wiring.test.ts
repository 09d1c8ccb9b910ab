import { describe, expect, test } from 'vitest'
import { postForm as post } from '../support/forms.ts'
import { day, monday } from '../support/leads.ts'
import { pipelinesPerTest } from '../support/pipeline.ts'

const { broken, start } = pipelinesPerTest()

describe('what infra forgot is told:', () => {
  test('a missing environment variable, at start, by function and name', async () => {
    const cdkOut = broken((template) => template.replaceAll(/,"HANDOFF_QUEUE_URL":\{[^}]*\}/g, ''))
    await expect(start({ cdkOut, imports: 'atOnce' })).rejects.toThrow(
      /reconcileFunction.*MissingVariable: The environment variable HANDOFF_QUEUE_URL is not set/s,
    )
  })

  test('the same at the first call, which then fails, where bundles are imported only there', async () => {
    const lines: string[] = []
    const cdkOut = broken((template) => template.replaceAll(/,"FORM_KEY_ARN":\{[^}]*\}/g, ''))
    const pipeline = await start({ cdkOut, onLog: ({ line }) => lines.push(line) })
    for (const attempt of ['first', 'second'])
      expect([attempt, (await fetch(`${pipeline.url}/forms/guide/token`)).status]).toEqual([attempt, 500])
    expect(lines.filter((line) => /"MissingVariable".*is not set/.test(line))).toHaveLength(2)
  })

  test('a missing grant of a key, at start, with the statement to add', async () => {
    const cdkOut = broken((template) =>
      template.replaceAll('secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'),
    )
    await expect(start({ cdkOut, imports: 'atOnce' })).rejects.toThrow(
      /captureFunction.*Add \{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"[^"]+"\}/s,
    )
  })

  test('a missing grant to read a queue, at start, with the statement to add', async () => {
    const cdkOut = broken((template) => template.replaceAll('"sqs:ReceiveMessage",', ''))
    await expect(start({ cdkOut })).rejects.toThrow(
      /sendFunction.*needs \{"Effect":"Allow","Action":"sqs:ReceiveMessage"/s,
    )
  })

  test('a missing grant to write a log, at start, with the statement to add', async () => {
    const cdkOut = broken((template) => template.replaceAll('"logs:PutLogEvents"', '"logs:FilterLogEvents"'))
    await expect(start({ cdkOut })).rejects.toThrow(
      /captureFunction\w+: its role captureRole\w+ needs \{"Effect":"Allow","Action":"logs:PutLogEvents","Resource":"arn:aws:logs:[^"]+:log-group:Ripen-dev-captureLog\w+:\*"\}/,
    )
  })

  test('a route whose function API Gateway may invoke for other routes only, at start, by route', async () => {
    const cdkOut = broken((template) => template.replaceAll('/*/*/confirm/{token}', '/*/*/confirmed/{token}'))
    await expect(start({ cdkOut })).rejects.toThrow(
      /API Gateway may not invoke \S+preferencesFunction\w+ for GET \/confirm\/\{token\}; add an AWS::Lambda::Permission/,
    )
  })

  test('a missing grant on the table, at the first call, with the statement to add', async () => {
    const cdkOut = broken((template) => template.replaceAll('"dynamodb:GetItem"', '"dynamodb:BatchGetItem"'))
    const pipeline = await start({ cdkOut })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.activity.idle()
    expect(pipeline.denials[0]?.statement).toMatch(
      /^\{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"arn:aws:dynamodb:[^"]+"\}$/,
    )
  })

  test('a grant of ListStreams on a stream, which on AWS allows nothing, at start, with the statement to add', async () => {
    const cdkOut = broken((template) =>
      template.replaceAll(
        /("Action":"dynamodb:ListStreams","Effect":"Allow","Resource":)"\*"/g,
        '$1"arn:aws:dynamodb:s"',
      ),
    )
    await expect(start({ cdkOut })).rejects.toThrow(
      /reconcileFunction.*needs \{"Effect":"Allow","Action":"dynamodb:ListStreams","Resource":"\*"\}/s,
    )
  })

  test('a grant to send as another address only, at the first email, with the statement to add', async () => {
    const cdkOut = broken((template) =>
      template.replaceAll('"ses:FromAddress":"learn@example.com"', '"ses:FromAddress":"news@example.com"'),
    )
    const pipeline = await start({ cdkOut })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + 60_000)
    expect(pipeline.denials[0]?.permission).toMatchObject({
      action: 'ses:SendEmail',
      resource: 'arn:aws:ses:eu-central-1:000000000000:identity/example.com',
    })
    expect(pipeline.ses.inbox()).toEqual([])
  })

  test('a grant for the sender’s identity alone, which in the sandbox does not do for the recipient’s', async () => {
    const cdkOut = broken((template) => template.replaceAll(':identity/*"', ':identity/example.com"'))
    const pipeline = await start({ cdkOut })
    await post(pipeline, { email: 'ada@company.example' })
    await pipeline.clock.advanceTo(monday + 60_000)
    expect(pipeline.denials[0]?.permission).toMatchObject({
      action: 'ses:SendEmail',
      resource: 'arn:aws:ses:eu-central-1:000000000000:identity/ada@company.example',
    })
  })

  test('a missing stream filter, by the record that should not have come', async () => {
    const lines: string[] = []
    const cdkOut = broken((template) =>
      template.replaceAll(/"FilterCriteria":\{"Filters":\[(?:,?\{"Pattern":"(?:[^"\\]|\\.)*"\})+\]\},/g, ''),
    )
    const pipeline = await start({ cdkOut, onLog: ({ line }) => lines.push(line) })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + 1000)
    expect(lines.join('\n')).toContain('must filter for INSERT of FACT#*')
  })

  test('a topic that SES may not publish to, and a queue that the topic may not send to, at start', async () => {
    const closed = broken((template) =>
      template.replaceAll('"Service":"ses.amazonaws.com"', '"Service":"s3.amazonaws.com"'),
    )
    await expect(start({ cdkOut: closed })).rejects.toThrow(
      /the policy of topic MailEvents\w+ must let ses.amazonaws.com sns:Publish/,
    )
    const deaf = broken((template) =>
      template.replaceAll('"Service":"sns.amazonaws.com"', '"Service":"s3.amazonaws.com"'),
    )
    await expect(start({ cdkOut: deaf })).rejects.toThrow(
      /the policy of queue FeedbackQueue\w+ must let sns.amazonaws.com sqs:SendMessage/,
    )
  })

  test('an alarm topic that CloudWatch may not publish to, at start', async () => {
    const cdkOut = broken((template) =>
      template.replaceAll('"Service":"cloudwatch.amazonaws.com"', '"Service":"s3.amazonaws.com"'),
    )
    await expect(start({ cdkOut })).rejects.toThrow(
      /SendQueueDeadLettersAlarm\w+: the policy of topic AlarmsTopic\w+ must let cloudwatch.amazonaws.com sns:Publish/,
    )
  })

  test('an alarm topic that lets another account’s alarms in only, at start', async () => {
    const cdkOut = broken((template) =>
      template.replace(
        /("aws:SourceAccount":)\{"Ref":"AWS::AccountId"\}(\}\},"Effect":"Allow","Principal":\{"Service":"cloudwatch)/,
        '$1"111111111111"$2',
      ),
    )
    await expect(start({ cdkOut })).rejects.toThrow(
      /AlarmsTopic\w+ must let cloudwatch.amazonaws.com sns:Publish/,
    )
  })

  test('an alarm that rings nowhere, at start', async () => {
    const cdkOut = broken((template) => template.replace(/"AlarmActions":\[\{"Ref":"\w+"\}\],/, ''))
    await expect(start({ cdkOut })).rejects.toThrow(
      /SendQueueDeadLettersAlarm\w+: it has no action, so nobody is told when it rings/,
    )
  })

  test('an alarm topic that no person reads, by a warning that names the setting', async () => {
    const warnings: string[] = []
    await start({ onWarning: (warning) => warnings.push(warning) })
    expect(warnings).toEqual([
      expect.stringMatching(/^Nobody reads what AlarmsTopic\w+ says when an alarm rings; set "alarmEmail"/),
    ])
    const cdkOut = broken((template) => {
      const { Resources, ...rest } = JSON.parse(template)
      const topic = Object.keys(Resources).find((id) => id.startsWith('AlarmsTopic'))
      const Properties = { Protocol: 'email', TopicArn: { Ref: topic }, Endpoint: 'on-call@example.com' }
      return JSON.stringify({
        ...rest,
        Resources: { ...Resources, Person: { Type: 'AWS::SNS::Subscription', Properties } },
      })
    })
    warnings.splice(0)
    await start({ cdkOut, onWarning: (warning) => warnings.push(warning) })
    expect(warnings).toEqual([])
  })

  test('a dead-letter queue that the topic, or the Scheduler, may not send to, at start', async () => {
    const closed = (type: string, id: RegExp) =>
      broken((template) => {
        const parsed: { Resources: Record<string, { Type: string }> } = JSON.parse(template)
        return JSON.stringify({
          ...parsed,
          Resources: Object.fromEntries(
            Object.entries(parsed.Resources).map(([name, resource]) => [
              name,
              resource.Type === type && id.test(name)
                ? JSON.parse(
                    JSON.stringify(resource).replace(
                      /"sqs:SendMessage"(?!.*"sqs:SendMessage")/,
                      '"sqs:None"',
                    ),
                  )
                : resource,
            ]),
          ),
        })
      })
    await expect(
      start({ cdkOut: closed('AWS::SQS::QueuePolicy', /^FeedbackQueueDeadLetters/) }),
    ).rejects.toThrow(
      /the policy of queue FeedbackQueueDeadLetters\w+ must let sns.amazonaws.com sqs:SendMessage/,
    )
    await expect(start({ cdkOut: closed('AWS::IAM::Policy', /^SchedulerRoleForTarget/) })).rejects.toThrow(
      /WeeklyReport\w+: its role SchedulerRoleForTarget\w+ needs \{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:[^"]+:Ripen-dev-ReportQueueDeadLetters\w+"\}/,
    )
  })

  test('a grant to count, after eleven attempts to close the window, in the dead-letter queue', async () => {
    const cdkOut = broken((template) =>
      template.replace(
        /("tallyRoleDefaultPolicy\w+":\{"Type".*?)"dynamodb:UpdateItem"/s,
        '$1"dynamodb:Scan"',
      ),
    )
    const pipeline = await start({ cdkOut })
    await post(pipeline, { email: 'ada@example.com' })
    await pipeline.clock.advanceTo(monday + day)
    const [dead] = pipeline.inventory.queues.filter(({ id }) => id.startsWith('TallyDeadLetters'))
    expect(pipeline.sqs.depth(dead?.arn ?? '')).toBe(1)
    expect(pipeline.denials).toHaveLength(11)
  })

  test('a resource type that is not served, by type and name', async () => {
    const cdkOut = broken((template) =>
      template.replaceAll('AWS::Events::EventBus', 'AWS::Events::EventButton'),
    )
    await expect(start({ cdkOut })).rejects.toThrow(
      /HandOffs\w+ is a AWS::Events::EventButton, a type that the pipeline on one machine does not serve/,
    )
  })
})
