import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { isAllowed } from '../../local/iam.ts'
import type { Inventory, PolicyStatement } from '../../local/inventory.ts'
import { loadInventory } from '../../local/template/load.ts'
import { env } from '../../shared/contracts/names.ts'
import { type Assembled, synthesiseWithChecks } from '../support/assembly.ts'
import { deployment } from '../support/deployments.ts'
import { good } from '../support/settings.ts'

let synthesis: Assembled
let inventory: Inventory
let template: {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string }>
  Outputs: Record<string, { Value: unknown }>
}

beforeAll(async () => {
  synthesis = await synthesiseWithChecks()
  const folder = synthesis.assembly.directory
  template = JSON.parse(readFileSync(join(folder, 'Ripen-dev.template.json'), 'utf8'))
  inventory = loadInventory(folder, { publicUrl: 'https://api', queueUrl: 'https://sqs' })
})

const ofType = (type: string) => Object.values(template.Resources).filter(({ Type }) => Type === type)
const functionNamed = (name: string) => {
  const found = inventory.functions.find(({ id }) => id.startsWith(`${name}Function`))
  if (!found) throw new Error(`There is no function ${name}.`)
  return found
}

const table = /:table\//
const secret = /:secret:/

const worksOffQueue = [
  'sqs:ReceiveMessage',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ChangeMessageVisibility',
] as const
const keepsSchedules = ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule', 'iam:PassRole'] as const

/** Everything a function may do and everything its environment names, written out: taking one away fails here by name. */
const journey = [
  [
    'forms',
    ['TABLE_NAME', 'FORM_KEY_ARN', 'PUBLIC_URL'],
    ['dynamodb:UpdateItem', 'secretsmanager:GetSecretValue'],
  ],
  [
    'capture',
    ['TABLE_NAME', 'IDENTITY_KEY_ARN', 'FORM_KEY_ARN'],
    ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'secretsmanager:GetSecretValue'],
  ],
  [
    'preferences',
    ['TABLE_NAME', 'LINK_KEY_ARN'],
    ['dynamodb:PutItem', 'dynamodb:Query', 'secretsmanager:GetSecretValue'],
  ],
  [
    'reconcile',
    [
      'TABLE_NAME',
      'SCHEDULE_GROUP',
      'SCHEDULE_ROLE_ARN',
      'SEND_QUEUE_ARN',
      'SCHEDULE_DEAD_LETTER_ARN',
      'SEND_QUEUE_URL',
      'HANDOFF_QUEUE_URL',
      'SWEEP_QUEUE_URL',
    ],
    [
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'dynamodb:Query',
      'dynamodb:PutItem',
      ...keepsSchedules,
      'sqs:SendMessage',
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
    ],
  ],
  [
    'send',
    [
      'TABLE_NAME',
      'LINK_KEY_ARN',
      'SENDER_ADDRESS',
      'CONFIGURATION_SET',
      'SCHEDULE_GROUP',
      'SCHEDULE_ROLE_ARN',
      'SEND_QUEUE_ARN',
      'SCHEDULE_DEAD_LETTER_ARN',
      'SEND_QUEUE_URL',
      'PUBLIC_URL',
    ],
    [
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'secretsmanager:GetSecretValue',
      'ses:SendEmail',
      ...keepsSchedules,
      'sqs:SendMessage',
      ...worksOffQueue,
    ],
  ],
  [
    'feedback',
    ['TABLE_NAME'],
    ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', ...worksOffQueue],
  ],
  [
    'handoff',
    [
      'TABLE_NAME',
      'SENDER_ADDRESS',
      'CONFIGURATION_SET',
      'HANDOFF_BUS',
      'HANDOFF_QUEUE_URL',
      'LINK_KEY_ARN',
      'PUBLIC_URL',
    ],
    [
      'secretsmanager:GetSecretValue',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'ses:SendEmail',
      'events:PutEvents',
      'sqs:SendMessage',
      ...worksOffQueue,
    ],
  ],
  [
    'sales',
    ['TABLE_NAME', 'LINK_KEY_ARN'],
    ['dynamodb:Query', 'dynamodb:PutItem', 'secretsmanager:GetSecretValue'],
  ],
  [
    'tally',
    ['TABLE_NAME', 'PARKED_FACTS_URL'],
    [
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'dynamodb:UpdateItem',
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      'sqs:SendMessage',
    ],
  ],
  [
    'sweep',
    [
      'TABLE_NAME',
      'SEND_QUEUE_URL',
      'SEND_QUEUE_ARN',
      'HANDOFF_QUEUE_URL',
      'SWEEP_QUEUE_URL',
      'SWEEP_SEGMENTS',
      'SCHEDULE_GROUP',
      'SCHEDULE_ROLE_ARN',
      'SCHEDULE_DEAD_LETTER_ARN',
    ],
    [
      'dynamodb:Scan',
      'dynamodb:Query',
      'dynamodb:PutItem',
      ...keepsSchedules,
      'sqs:SendMessage',
      ...worksOffQueue,
    ],
  ],
  [
    'report',
    ['TABLE_NAME', 'SENDER_ADDRESS', 'CONFIGURATION_SET'],
    ['dynamodb:Query', 'dynamodb:PutItem', 'dynamodb:DeleteItem', 'ses:SendEmail', ...worksOffQueue],
  ],
] as const

/**
 * Two grants cannot name what they are for. In the sandbox SES asks for the identity of every recipient, so who an email
 * is from is a condition instead; and DynamoDB authorises ListStreams, which gives names only, on no resource.
 */
const isNarrowOtherwise = (statement: PolicyStatement): boolean =>
  [
    {
      effect: 'Allow',
      actions: ['ses:SendEmail'],
      resources: ['arn:aws:ses:eu-central-1:000000000000:identity/*'],
      conditions: { StringEquals: { 'ses:FromAddress': 'learn@example.com' } },
    },
    { effect: 'Allow', actions: ['dynamodb:ListStreams'], resources: ['*'] },
  ].some((narrow) => isDeepStrictEqual(narrow, statement))

describe.each(journey)('%s', (name, variables, actions) => {
  test('has exactly the environment that it reads', () => {
    expect(Object.keys(functionNamed(name).environment).sort()).toEqual([...variables].sort())
    for (const variable of variables) expect(Object.values(env)).toContain(variable)
  })

  test('may do exactly what its code does, and write its own log', () => {
    const role = inventory.roles.find(({ arn }) => arn === functionNamed(name).roleArn)
    const granted = new Set(role?.statements.flatMap((statement) => statement.actions))
    expect([...granted].sort()).toEqual(
      [...new Set([...actions, 'logs:CreateLogStream', 'logs:PutLogEvents'])].sort(),
    )
  })

  test('has no star for an action, and for a resource only within a name of the stack’s own', () => {
    const role = inventory.roles.find(({ arn }) => arn === functionNamed(name).roleArn)
    for (const statement of role?.statements ?? []) {
      for (const action of statement.actions) expect(action).not.toContain('*')
      if (isNarrowOtherwise(statement)) continue
      for (const resource of statement.resources)
        expect(resource).toMatch(
          /^arn:aws:[a-z]+:[^*]*Ripen[^*]*(\/\*)?$|^arn:aws:logs:[^*]*:log-group:Ripen[^*]*:\*$/,
        )
    }
  })

  test('may use each thing that its environment names', () => {
    const { environment, roleArn } = functionNamed(name)
    const statements = inventory.roles.find(({ arn }) => arn === roleArn)?.statements ?? []
    for (const value of Object.values(environment)) {
      if (secret.test(value))
        expect(isAllowed(statements, { action: 'secretsmanager:GetSecretValue', resource: value })).toBe(true)
    }
    const usesTable = statements.some(({ resources }) => resources.some((resource) => table.test(resource)))
    expect(usesTable).toBe('TABLE_NAME' in environment)
  })

  test('runs on Node 24 on arm64', () => {
    const resource = template.Resources[functionNamed(name).id]
    expect(resource?.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      LoggingConfig: { LogFormat: 'JSON' },
    })
  })
})

describe('alarms', () => {
  const inAlarmTopic = () => {
    const topic = inventory.topics.find(({ id }) => id.startsWith('AlarmsTopic'))
    return topic?.policy ?? []
  }

  test('of this account may publish to their topic, and nothing may without TLS', () => {
    expect(inAlarmTopic()).toContainEqual({
      effect: 'Allow',
      principals: ['cloudwatch.amazonaws.com'],
      actions: ['sns:Publish'],
      resources: [expect.stringContaining(':Ripen-dev-AlarmsTopic')],
      conditions: { StringEquals: { 'aws:SourceAccount': '000000000000' } },
    })
    expect(inAlarmTopic()).toContainEqual(
      expect.objectContaining({ effect: 'Deny', actions: ['sns:Publish'] }),
    )
  })

  test('watch 31 metrics in all, at 0.10 dollars a month each', () => {
    const metricsOf = ({ Properties }: { Properties: Record<string, unknown> }): number =>
      Array.isArray(Properties.Metrics)
        ? Properties.Metrics.filter((metric: object) => 'MetricStat' in metric).length
        : 1
    const alarms = ofType('AWS::CloudWatch::Alarm')
    expect(alarms).toHaveLength(23)
    expect(alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0)).toBe(31)
  })

  test('ring the topic, each of them', () => {
    for (const { Properties } of ofType('AWS::CloudWatch::Alarm'))
      expect(Properties.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^AlarmsTopic/) }])
  })

  test('without an address are warned of by name at synth, and with one are not', () => {
    const warnings = (settings: object): string[] =>
      deployment({ ...good, ...settings })
        .stack.messages.filter(({ level }) => level === 'warning')
        .map(({ entry }) => String(entry.data))
    expect(warnings({})).toContainEqual(expect.stringContaining('set "alarmEmail" in cdk.json'))
    expect(warnings({ alarmEmail: 'on-call@example.com' }).join()).not.toContain('set "alarmEmail"')
  })
})

describe('every asynchronous hop', () => {
  test('by queue ends in a dead-letter queue after five deliveries', () => {
    const ends = new Set(inventory.queues.flatMap(({ redrive }) => redrive?.deadLetterArn ?? []))
    const sources = inventory.mappings.filter(({ source }) => source === 'queue')
    expect(sources).toHaveLength(5)
    for (const { sourceArn } of sources) {
      const queue = inventory.queues.find(({ arn }) => arn === sourceArn)
      expect(queue?.redrive?.maxReceiveCount).toBe(5)
      expect(ends).toContain(queue?.redrive?.deadLetterArn)
    }
  })

  test('by stream has bounded attempts and age, and parks what fails', () => {
    const streams = inventory.mappings.filter(({ source }) => source === 'stream')
    expect(streams).toHaveLength(2)
    for (const mapping of streams)
      expect(mapping).toMatchObject({
        maximumRetryAttempts: 10,
        maximumRecordAgeSeconds: 21_600,
        onFailureArn: expect.stringContaining('DeadLetters'),
      })
  })

  test('of Lambda’s own lines logs warnings and failures, not each invocation', () => {
    const levels = ofType('AWS::Lambda::Function').map(
      ({ Properties }) => (Properties.LoggingConfig as { SystemLogLevel?: string }).SystemLogLevel,
    )
    expect(new Set(levels)).toEqual(new Set(['WARN']))
    expect(inventory.functions.every(({ logsInvocations }) => !logsInvocations)).toBe(true)
  })

  test('by stream is fed new facts only, and reconcile none that decides nothing', () => {
    const filtersOf = (name: string) =>
      inventory.mappings.find(({ source, functionArn }) => source === 'stream' && functionArn.includes(name))
        ?.filters
    const fact = { Keys: { sk: { S: [{ prefix: 'FACT#' }] } } }
    const passedOver = ['DELIVERED', 'OPENED', 'ENROLLED', 'BRANCHED', 'SKIPPED', 'ENDED', 'RESPONDED']
    expect(filtersOf('tally')).toEqual([{ eventName: ['INSERT'], dynamodb: fact }])
    expect(filtersOf('reconcile')).toEqual(
      [[{ 'anything-but': passedOver }], [{ exists: false }]].map((S) => ({
        eventName: ['INSERT'],
        dynamodb: { ...fact, NewImage: { kind: { S } } },
      })),
    )
  })

  test('by schedule or topic has a dead-letter queue', () => {
    for (const { target } of inventory.schedules)
      expect(target).toMatchObject({ maximumRetryAttempts: 10, deadLetterArn: expect.any(String) })
    for (const { subscriptions } of inventory.topics)
      for (const subscription of subscriptions) expect(subscription.deadLetterArn).toBeDefined()
  })

  test('has an alarm on its dead-letter queue, and the alarm a heading in the runbook', () => {
    const runbook = readFileSync(resolve(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8')
    const headings = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
      heading.toLowerCase().replaceAll(' ', '-'),
    )
    const alarms = ofType('AWS::CloudWatch::Alarm').map(({ Properties }) =>
      String(Properties.AlarmDescription),
    )
    const deadLetters = new Set([
      ...inventory.queues.flatMap(({ redrive }) => redrive?.deadLetterArn ?? []),
      ...inventory.mappings.flatMap(({ onFailureArn }) => onFailureArn ?? []),
    ])
    const onDeadLetters = alarms.filter((alarm) => alarm.includes('dead-letter queue'))
    expect(onDeadLetters).toHaveLength(deadLetters.size)
    for (const alarm of alarms) expect(headings).toContain(/runbook\.md#(.+)$/.exec(alarm)?.[1])
  })
})

test('the table outlives the stack, can be restored, and streams new images, and lets go of what serves for a time only', () => {
  const [resource] = ofType('AWS::DynamoDB::GlobalTable')
  expect(resource?.DeletionPolicy).toBe('Retain')
  expect(resource?.Properties).toMatchObject({
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    TimeToLiveSpecification: { AttributeName: 'expiresAtSeconds', Enabled: true },
    Replicas: [
      {
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      },
    ],
  })
})

test('no key is in the template: all are generated at deploy, and the environment carries their addresses', () => {
  const secrets = ofType('AWS::SecretsManager::Secret')
  expect(secrets).toHaveLength(3)
  for (const { Properties } of secrets) {
    expect(Properties.GenerateSecretString).toMatchObject({ PasswordLength: 64 })
    expect(Properties.SecretString).toBeUndefined()
  }
  expect(JSON.stringify(template)).not.toContain('{{resolve:secretsmanager')
})

test('what SES tells goes by SNS to SQS', () => {
  expect(inventory.configurationSets[0]?.destinations).toEqual([
    expect.objectContaining({
      eventTypes: [
        'send',
        'delivery',
        'open',
        'click',
        'bounce',
        'complaint',
        'reject',
        'deliveryDelay',
        'renderingFailure',
      ],
    }),
  ])
})

test('cdk-nag finds nothing that is not acknowledged with a reason', () => {
  const report = JSON.parse(
    readFileSync(join(synthesis.assembly.directory, 'validation-report.json'), 'utf8'),
  ) as {
    pluginReports?: {
      conclusion?: string
      violations?: { ruleName: string; ruleMetadata?: unknown; suppressed?: boolean }[]
    }[]
  }
  const open = (report.pluginReports ?? []).flatMap(({ violations = [] }) => violations)
  expect(open.map(({ ruleName }) => ruleName)).toEqual([])
})

test('the capture bundle weighs at most 200 KB', () => {
  expect(synthesis.bundleSizes.capture).toBeLessThanOrEqual(200 * 1024)
  expect(synthesis.bundleSizes.capture).toBeGreaterThan(50 * 1024)
})

test('the stack tells our own programs as whom it sends, by which configuration set, and where its links lead', () => {
  const [set] = Object.entries(template.Resources).filter(
    ([, { Type }]) => Type === 'AWS::SES::ConfigurationSet',
  )
  expect(template.Outputs.SenderAddress?.Value).toBe('learn@example.com')
  expect(template.Outputs.ConfigurationSetName?.Value).toEqual({ Ref: set?.[0] })
  expect(template.Outputs.PublicUrl?.Value).toEqual({
    'Fn::GetAtt': [expect.stringMatching(/^PublicApi/), 'ApiEndpoint'],
  })
})

test('the stack tells our own programs where leads are kept, and by which key they are named', () => {
  const referenced = (output: string): string | undefined => {
    const value = template.Outputs[output]?.Value as { Ref?: string } | undefined
    return template.Resources[value?.Ref ?? '']?.Type
  }
  expect(referenced('LeadTableName')).toBe('AWS::DynamoDB::GlobalTable')
  expect(referenced('IdentityKeyArn')).toBe('AWS::SecretsManager::Secret')
  const capture = template.Outputs.IdentityKeyArn?.Value
  const environments = ofType('AWS::Lambda::Function').map(
    ({ Properties }) => (Properties.Environment as { Variables?: Record<string, unknown> })?.Variables ?? {},
  )
  expect(environments.flatMap((variables) => variables.IDENTITY_KEY_ARN ?? [])).toContainEqual(capture)
})
