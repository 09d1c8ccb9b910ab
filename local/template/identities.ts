/** What each resource is called once deployed: one entry per CloudFormation type, the list of what is served here. */
import { arnOf, localAccount, partitionOf } from '../inventory.ts'
import type { ResourceIdentity } from './intrinsics.ts'
import type { Properties } from './template.ts'

/** Where things answer on this machine, without a slash at the end. */
export interface Addresses {
  /** The HTTP API. */
  readonly publicUrl: string
  /** SQS: a queue's URL is where the SDK sends to. */
  readonly queueUrl: string
}

export interface Naming extends Addresses {
  readonly stackName: string
  readonly region: string
}

type Namer = (name: string, naming: Naming, properties: Properties) => ResourceIdentity

const arn = (service: string, { region }: Naming, resource: string): string =>
  arnOf(service, region, resource)

const byArn =
  (service: string, prefix: string): Namer =>
  (name, naming) => {
    const value = arn(service, naming, `${prefix}${name}`)
    return { ref: value, attributes: { Arn: value, TopicName: name, TopicArn: value } }
  }

const named =
  (service: string, prefix: string): Namer =>
  (name, naming) => ({
    ref: name,
    attributes: { Arn: arn(service, naming, `${prefix}${name}`), Name: name },
  })

/** Of no consequence on one machine; the reason stands beside each. */
const unused =
  (_reason: string): Namer =>
  (name, naming) => ({ ref: name, attributes: { Arn: arn('unused', naming, name) } })

export const identities: Readonly<Record<string, Namer>> = {
  'AWS::DynamoDB::GlobalTable': (name, naming) => {
    const table = arn('dynamodb', naming, `table/${name}`)
    return { ref: name, attributes: { Arn: table, StreamArn: `${table}/stream/local` } }
  },
  'AWS::Lambda::Function': named('lambda', 'function:'),
  'AWS::IAM::Role': (name, { region }) => ({
    ref: name,
    attributes: { Arn: `arn:${partitionOf(region)}:iam::${localAccount}:role/${name}` },
  }),
  'AWS::SQS::Queue': (name, naming) => ({
    ref: `${naming.queueUrl}/${localAccount}/${name}`,
    attributes: { Arn: arn('sqs', naming, name), QueueName: name },
  }),
  'AWS::SNS::Topic': byArn('sns', ''),
  'AWS::SecretsManager::Secret': byArn('secretsmanager', 'secret:'),
  'AWS::Events::EventBus': named('events', 'event-bus/'),
  'AWS::Scheduler::ScheduleGroup': named('scheduler', 'schedule-group/'),
  'AWS::Scheduler::Schedule': named('scheduler', 'schedule/default/'),
  'AWS::SES::ConfigurationSet': named('ses', 'configuration-set/'),
  'AWS::SES::EmailIdentity': (_, __, properties) => {
    const ref = String(properties.EmailIdentity)
    const dkim = [1, 2, 3].flatMap((n) => [
      [`DkimDNSTokenName${n}`, `dkim${n}._domainkey.${ref}`],
      [`DkimDNSTokenValue${n}`, `dkim${n}.dkim.amazonses.com`],
    ])
    return { ref, attributes: Object.fromEntries(dkim) }
  },
  'AWS::ApiGatewayV2::Api': (name, naming) => ({ ref: name, attributes: { ApiEndpoint: naming.publicUrl } }),
  'AWS::ApiGatewayV2::DomainName': (name) => ({
    ref: name,
    attributes: { RegionalDomainName: `${name}.invalid`, RegionalHostedZoneId: 'ZLOCAL' },
  }),
  'AWS::ApiGatewayV2::ApiMapping': unused('the API answers at its own address here'),
  'AWS::CloudFront::Distribution': (name) => ({
    ref: name,
    attributes: { DomainName: `${name}.invalid` },
  }),
  'AWS::CertificateManager::Certificate': unused('nothing here speaks TLS'),
  'AWS::Route53::RecordSet': unused('no name is looked up here'),
  'AWS::ApiGatewayV2::Integration': unused('read through its route'),
  'AWS::ApiGatewayV2::Route': unused('read by the HTTP API'),
  'AWS::ApiGatewayV2::Stage': unused('there is one stage, $default'),
  'AWS::Lambda::EventSourceMapping': unused('nothing refers to a mapping'),
  'AWS::Lambda::Permission': unused('checked with the routes'),
  'AWS::IAM::Policy': unused('read through its role'),
  'AWS::SQS::QueuePolicy': unused('read through its queue'),
  'AWS::SNS::TopicPolicy': unused('read through its topic'),
  'AWS::SNS::Subscription': unused('read through its topic'),
  'AWS::SES::ConfigurationSetEventDestination': unused('read through its configuration set'),
  'AWS::CloudWatch::Alarm': named('cloudwatch', 'alarm:'),
  'AWS::CloudWatch::Dashboard': unused('a person looks at the page of npm start'),
  'AWS::Logs::LogGroup': (name, naming) => ({
    ref: name,
    attributes: { Arn: `${arn('logs', naming, `log-group:${name}`)}:*` },
  }),
}

/** Throws for a type that is not in the table, so that nothing in a template is skipped in silence. */
export const identify = (
  logicalId: string,
  type: string,
  properties: Properties,
  naming: Naming,
): ResourceIdentity => {
  const namer = identities[type]
  if (!namer)
    throw new Error(
      `${logicalId} is a ${type}, a type that the pipeline on one machine does not serve; add it to local/template/identities.ts.`,
    )
  const given = properties.Name ?? properties.QueueName ?? properties.TableName ?? properties.FunctionName
  return namer(
    typeof given === 'string' && type !== 'AWS::ApiGatewayV2::Api'
      ? given
      : `${naming.stackName}-${logicalId}`,
    naming,
    properties,
  )
}
