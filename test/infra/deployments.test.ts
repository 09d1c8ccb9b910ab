import { describe, expect, test } from 'vitest'
import { loadInventory } from '../../local/template/load.ts'
import { deployment, type Template } from '../support/deployments.ts'
import { adopt, certificate, good, webAclArn, zone } from '../support/settings.ts'

const { domain: _, ...withoutDomain } = good

const ofType = ({ Resources }: Template, type: string) =>
  Object.values(Resources).filter(({ Type }) => Type === type)
/** What a person reads in the outputs, with a mark where CloudFormation puts in what it knows at deploy only. */
const records = ({ Outputs }: Template): string[] =>
  Object.values(Outputs)
    .map(({ Value }) => withMarks(Value))
    .filter((value) => / (CNAME|MX|TXT) /.test(value))
    .sort()
const withMarks = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : ((value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? ['?'])
        .map((part) => (typeof part === 'string' ? part : '?'))
        .join('')
const written = (template: Template): string[] =>
  ofType(template, 'AWS::Route53::RecordSet')
    .map(({ Properties: { Name, Type, ResourceRecords, AliasTarget } }) =>
      [
        withMarks(Name),
        Type,
        AliasTarget ? '(alias)' : String((ResourceRecords as unknown[]).map(withMarks)),
      ].join(' '),
    )
    .sort()

describe('the identity that emails come from', () => {
  test('is the domain, with every record that it needs told', () => {
    const { template } = deployment(good)
    expect(ofType(template, 'AWS::SES::EmailIdentity')[0]?.Properties).toMatchObject({
      EmailIdentity: 'example.com',
      MailFromAttributes: { MailFromDomain: 'mail.example.com' },
    })
    expect(records(template)).toEqual([
      '? CNAME ?',
      '? CNAME ?',
      '? CNAME ?',
      '_dmarc.example.com TXT v=DMARC1; p=none',
      'mail.example.com MX 10 feedback-smtp.eu-central-1.amazonses.com',
      'mail.example.com TXT v=spf1 include:amazonses.com ~all',
    ])
  })

  test('has its records written where a zone is named, and none told', () => {
    const { template } = deployment({ ...good, ...zone, mailFromLabel: 'bounce', dmarcPolicy: 'reject' })
    expect(records(template)).toEqual([])
    expect(written(template)).toEqual([
      '? CNAME ?',
      '? CNAME ?',
      '? CNAME ?',
      '_dmarc.example.com TXT "v=DMARC1; p=reject"',
      'bounce.example.com MX 10 feedback-smtp.eu-central-1.amazonses.com',
      'bounce.example.com TXT "v=spf1 include:amazonses.com ~all"',
    ])
    for (const { Properties } of ofType(template, 'AWS::Route53::RecordSet'))
      expect(Properties.HostedZoneId).toBe('Z0123456789ABCDEFGHIJ')
  })

  test('leaves a DMARC record alone that the domain has', () => {
    const { template } = deployment({ ...good, ...zone, dmarcPolicy: 'existing' })
    expect(written(template).filter((record) => record.startsWith('_dmarc'))).toEqual([])
  })

  test('is the address alone where no domain is set, and needs no records', () => {
    const { template } = deployment(withoutDomain)
    const [identity] = ofType(template, 'AWS::SES::EmailIdentity')
    expect(identity?.Properties.EmailIdentity).toBe('learn@example.com')
    expect(identity?.Properties.MailFromAttributes).toBeUndefined()
    expect(records(template)).toEqual([])
  })

  test.each([
    ['a domain', good],
    ['an address', withoutDomain],
  ])('%s outlives the stack, for others may send by it', (_what, settings) => {
    const [identity] = ofType(deployment(settings).template, 'AWS::SES::EmailIdentity')
    expect(identity?.DeletionPolicy).toBe('Retain')
  })

  test.each([
    ['example.com', good],
    ['learn@example.com', withoutDomain],
  ])('%s is used and not created where SES knows it already', (identity, settings) => {
    const { template } = deployment({ ...settings, identity: 'existing' })
    expect(ofType(template, 'AWS::SES::EmailIdentity')).toEqual([])
    expect(records(template)).toEqual([])
    expect(template.Outputs.EmailIdentity?.Value).toBe(identity)
    const policies = JSON.stringify(ofType(template, 'AWS::IAM::Policy'))
    expect(policies).toContain('"ses:FromAddress":"learn@example.com"')
  })

  test('two stages and two stacks of one account share one domain, and nothing else by name', () => {
    const deployments = [
      deployment(good),
      deployment({ ...good, stage: 'dev', identity: 'existing' }),
      deployment({ ...good, name: 'Academy', identity: 'existing' }),
    ]
    const names = deployments.map(({ stack, template }) => [stack.stackName, ...givenNames(template)])
    expect(names.map(([stackName]) => stackName)).toEqual(['Ripen-prod', 'Ripen-dev', 'Academy-prod'])
    expect(names.flat()).toHaveLength(new Set(names.flat()).size)
    expect(deployments.map(({ template }) => ofType(template, 'AWS::SES::EmailIdentity').length)).toEqual([
      1, 0, 0,
    ])
  })
})

/** By type, the property by which a template may name a resource itself, where a name serves once per account and region. */
const nameOf: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Events::EventBus': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SES::ConfigurationSet': 'Name',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Scheduler::Schedule': 'Name',
  'AWS::Scheduler::ScheduleGroup': 'Name',
  'AWS::SecretsManager::Secret': 'Name',
}

const givenNames = ({ Resources }: Template): string[] =>
  Object.values(Resources).flatMap(({ Type, Properties = {} }) => {
    const name = Properties[nameOf[Type] ?? '']
    return typeof name === 'string' ? `${Type} ${name}` : []
  })

describe('the domain of forms and links', () => {
  const publicUrls = (template: Template): unknown[] =>
    ofType(template, 'AWS::Lambda::Function').flatMap(({ Properties }) => {
      const { Variables } = Properties.Environment as { Variables: Record<string, unknown> }
      return Variables.PUBLIC_URL ?? []
    })

  test('is in every link, with a certificate and a record of its own in the zone', () => {
    const { template } = deployment({ ...good, ...zone, domainName: 'go.example.com' })
    expect(publicUrls(template)).toEqual(publicUrls(template).map(() => 'https://go.example.com'))
    expect(publicUrls(template).length).toBeGreaterThan(2)
    expect(template.Outputs.PublicUrl?.Value).toBe('https://go.example.com')
    expect(ofType(template, 'AWS::CertificateManager::Certificate')[0]?.Properties).toMatchObject({
      DomainName: 'go.example.com',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: 'go.example.com', HostedZoneId: 'Z0123456789ABCDEFGHIJ' }],
    })
    expect(written(template)).toContain('go.example.com A (alias)')
    expect(ofType(template, 'AWS::ApiGatewayV2::ApiMapping')).toHaveLength(1)
  })

  test('takes a certificate that is given, and tells the record to set', () => {
    const domainName = 'go.example.com'
    const { template } = deployment({ ...good, domainName, certificateArn: certificate('eu-central-1') })
    expect(ofType(template, 'AWS::CertificateManager::Certificate')).toEqual([])
    expect(records(template)).toContain('go.example.com CNAME ?')
  })

  test('with a web ACL leads to CloudFront, which keeps nothing and lets every method through', () => {
    const domainName = 'go.example.com'
    const certificateArn = certificate('us-east-1')
    const { template } = deployment({ ...good, ...zone, domainName, certificateArn, webAclArn })
    expect(ofType(template, 'AWS::CloudFront::Distribution')[0]?.Properties.DistributionConfig).toMatchObject(
      {
        Aliases: ['go.example.com'],
        WebACLId: webAclArn,
        ViewerCertificate: { AcmCertificateArn: certificateArn, MinimumProtocolVersion: 'TLSv1.2_2021' },
        DefaultCacheBehavior: {
          AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
          // AWS's own policies: CachingDisabled, AllViewerExceptHostHeader.
          CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
        },
      },
    )
    expect(written(template)).toEqual(
      expect.arrayContaining(['go.example.com A (alias)', 'go.example.com AAAA (alias)']),
    )
    expect(ofType(template, 'AWS::ApiGatewayV2::DomainName')).toEqual([])
  })

  test('with CloudFront gives forms and capture the key by which they know it, and no template holds its value', () => {
    const domainName = 'go.example.com'
    const certificateArn = certificate('us-east-1')
    const { template } = deployment({ ...good, ...zone, domainName, certificateArn, webAclArn })
    const knowing = Object.entries(template.Resources).filter(
      ([, { Type, Properties }]) =>
        Type === 'AWS::Lambda::Function' && JSON.stringify(Properties.Environment).includes('EDGE_KEY_ARN'),
    )
    expect(knowing.map(([id]) => id.replace(/Function.*/, '')).sort()).toEqual(['capture', 'forms'])
    const [distribution] = ofType(template, 'AWS::CloudFront::Distribution')
    expect(JSON.stringify(distribution?.Properties)).toMatch(
      /"HeaderName":"x-ripen-edge","HeaderValue":\{"Fn::Join":\["",\["\{\{resolve:secretsmanager:"/,
    )
  })

  test('for clicks has CloudFront before SES, which has no certificate for it and keeps links’ https', () => {
    const trackingDomain = 'click.example.com'
    const trackingCertificateArn = certificate('us-east-1')
    const { template } = deployment({ ...good, ...zone, trackingDomain, trackingCertificateArn })
    expect(ofType(template, 'AWS::SES::ConfigurationSet')[0]?.Properties.TrackingOptions).toEqual({
      CustomRedirectDomain: 'click.example.com',
      HttpsPolicy: 'REQUIRE',
    })
    expect(ofType(template, 'AWS::CloudFront::Distribution')[0]?.Properties.DistributionConfig).toMatchObject(
      {
        Aliases: ['click.example.com'],
        Origins: [{ DomainName: 'r.eu-central-1.awstrack.me' }],
        ViewerCertificate: { AcmCertificateArn: trackingCertificateArn },
        DefaultCacheBehavior: {
          // AWS's own policies: CachingDisabled, AllViewer.
          CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
          OriginRequestPolicyId: '216adef6-5c7f-47e4-b989-5492eafa07d3',
        },
      },
    )
    expect(written(template)).toEqual(
      expect.arrayContaining(['click.example.com A (alias)', 'click.example.com AAAA (alias)']),
    )
  })

  test('for clicks makes its certificate in a stack of the one region that CloudFront takes it from', () => {
    const given = { ...good, ...zone, region: 'us-east-1', trackingDomain: 'click.example.com' }
    expect(
      ofType(deployment(given).template, 'AWS::CertificateManager::Certificate')[0]?.Properties,
    ).toMatchObject({
      DomainName: 'click.example.com',
      ValidationMethod: 'DNS',
    })
  })
})

describe('the stack as a whole', () => {
  test('bears tags and is protected where the settings say so', () => {
    const { stack } = deployment({ ...good, tags: { team: 'growth' }, terminationProtection: true })
    expect(stack.tags).toEqual({ team: 'growth' })
    expect(stack.terminationProtection).toBe(true)
    expect(deployment(good).stack.terminationProtection).toBe(false)
  })

  test('has a dashboard, unless the settings do without', () => {
    const dashboards = (more: object) =>
      ofType(deployment({ ...good, ...more }).template, 'AWS::CloudWatch::Dashboard').length
    expect(dashboards({})).toBe(1)
    expect(dashboards({ dashboard: false })).toBe(0)
  })

  test('traces every function where the settings say so, and none otherwise', () => {
    const traced = (tracing: boolean) =>
      ofType(deployment({ ...good, tracing }).template, 'AWS::Lambda::Function').map(
        ({ Properties }) => Properties.TracingConfig,
      )
    expect(new Set(traced(true).map((config) => JSON.stringify(config)))).toEqual(
      new Set(['{"Mode":"Active"}']),
    )
    expect(new Set(traced(false))).toEqual(new Set([undefined]))
  })
})

describe('what is stateful', () => {
  /** Changing one of these ids makes CloudFormation create it afresh and leave the old one, with all it holds, behind. */
  const stateful = [
    'AWS::ApiGatewayV2::Api PublicApi61DEC29B',
    'AWS::DynamoDB::GlobalTable LeadsTable11ECD07C',
    'AWS::Events::EventBus HandOffs25877D4E',
    'AWS::SES::ConfigurationSet MailSetF44D7B1B',
    'AWS::SES::EmailIdentity MailIdentity4EC7C521',
    'AWS::SQS::Queue FeedbackQueue261AF2B9',
    'AWS::SQS::Queue FeedbackQueueDeadLettersQueue1BFF10BA',
    'AWS::SQS::Queue HandOffQueue569868C1',
    'AWS::SQS::Queue HandOffQueueDeadLettersQueue618EE49E',
    'AWS::SQS::Queue ReconcileDeadLettersQueueA4D770C1',
    'AWS::SQS::Queue ReportQueueDeadLettersQueue4FC25977',
    'AWS::SQS::Queue ReportQueueF1965D5F',
    'AWS::SQS::Queue SendQueue4EBCE64D',
    'AWS::SQS::Queue SendQueueDeadLettersQueue04A70886',
    'AWS::SQS::Queue SweepQueueA7823E28',
    'AWS::SQS::Queue SweepQueueDeadLettersQueueA5C09702',
    'AWS::SQS::Queue TallyDeadLettersQueueB67981F0',
    'AWS::Scheduler::ScheduleGroup TouchesGroup44926395',
    'AWS::SecretsManager::Secret KeysForm251DA5CE',
    'AWS::SecretsManager::Secret KeysIdentityE99CE39F',
    'AWS::SecretsManager::Secret KeysLink9EB7E67E',
  ]
  const types = [
    'AWS::DynamoDB::GlobalTable',
    'AWS::SecretsManager::Secret',
    'AWS::SES::EmailIdentity',
    'AWS::SES::ConfigurationSet',
    'AWS::SQS::Queue',
    'AWS::Scheduler::ScheduleGroup',
    'AWS::Events::EventBus',
    'AWS::ApiGatewayV2::Api',
  ]

  test('keeps its logical id for good', () => {
    const { Resources } = deployment(good).template
    const ids = Object.entries(Resources)
      .filter(([, { Type }]) => types.includes(Type))
      .map(([id, { Type }]) => `${Type} ${id}`)
      .sort()
    expect(ids).toEqual(stateful)
  })

  test('and cannot be made again outlives the stack: leads, who is who, and the key of unsubscribe links', () => {
    const retained = Object.entries(deployment(good).template.Resources)
      .filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain')
      .map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))
    expect(retained.sort()).toEqual(['KeysIdentity', 'KeysLink', 'LeadsTable', 'MailIdentity'])
  })

  test('is taken over where an earlier stack left it', () => {
    const { template } = deployment({ ...good, adopt })
    expect(ofType(template, 'AWS::DynamoDB::GlobalTable')).toEqual([])
    // The one that signs form tokens, which serve for a day.
    expect(ofType(template, 'AWS::SecretsManager::Secret')).toHaveLength(1)
    const functions = ofType(template, 'AWS::Lambda::Function').map(
      ({ Properties }) => (Properties.Environment as { Variables: Record<string, unknown> }).Variables,
    )
    const valuesOf = (name: string) => new Set(functions.flatMap((variables) => variables[name] ?? []))
    expect(valuesOf('TABLE_NAME')).toEqual(new Set(['Restored']))
    expect(valuesOf('IDENTITY_KEY_ARN')).toEqual(new Set([adopt.identityKey]))
    expect(valuesOf('LINK_KEY_ARN')).toEqual(new Set([adopt.linkKey]))
    const streams = ofType(template, 'AWS::Lambda::EventSourceMapping').flatMap(
      ({ Properties: { EventSourceArn } }) => (typeof EventSourceArn === 'string' ? EventSourceArn : []),
    )
    expect(streams).toEqual([adopt.table, adopt.table])
    const policies = JSON.stringify(ofType(template, 'AWS::IAM::Policy'))
    expect(policies).toContain(':table/Restored"')
    expect(policies).toContain(`"${adopt.table}"`)
    expect(policies).toContain(`"${adopt.identityKey}"`)
    expect(template.Outputs.LeadTableName?.Value).toBe('Restored')
  })
})

describe('the pipeline on one machine', () => {
  const addresses = { publicUrl: 'http://127.0.0.1:8080', queueUrl: 'http://127.0.0.1:8081' }
  const load = (given: Readonly<Record<string, unknown>>) =>
    loadInventory(deployment(given).stack.assembly.directory, addresses)
  const domainName = 'go.example.com'
  const clicks = { trackingDomain: 'click.example.com', trackingCertificateArn: certificate('us-east-1') }

  test.each([
    ['a domain in a zone', { ...good, ...zone, ...clicks, domainName, tracing: true }],
    ['CloudFront', { ...good, ...zone, domainName, certificateArn: certificate('us-east-1'), webAclArn }],
  ])('serves %s, with links that lead to itself', (_what, given) => {
    const urls = load(given).functions.flatMap(({ environment }) => environment.PUBLIC_URL ?? [])
    expect(new Set(urls)).toEqual(new Set(['http://127.0.0.1:8080']))
  })

  test.each([
    ['example.com', good],
    ['learn@example.com', withoutDomain],
  ])('takes %s for verified, whether it is created or exists already', (identity, given) => {
    expect(load(given).identities.map((found) => found.identity)).toEqual([identity])
    expect(load({ ...given, identity: 'existing' }).identities.map((found) => found.identity)).toEqual([
      identity,
    ])
  })

  test('says that it has no table of an account', () => {
    expect(() => load({ ...good, adopt })).toThrow(/take the setting "adopt" out of cdk.json/)
  })
})
