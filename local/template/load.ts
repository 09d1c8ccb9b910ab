/** From `cdk.out` to the inventory that every local service is started from. */
import { env, outputNames } from '../../shared/contracts/names.ts'
import { matches } from '../iam.ts'
import {
  arnOf,
  type ConfigurationSetResource,
  type FunctionResource,
  type Inventory,
  type MappingResource,
  type PolicyStatement,
  type QueueResource,
  type RoleResource,
  type RouteResource,
  type ScheduleResource,
  type SecretResource,
  type TopicResource,
} from '../inventory.ts'
import { readAlarm } from './alarms.ts'
import { type Addresses, identify } from './identities.ts'
import { resolveIntrinsics } from './intrinsics.ts'
import { list, number, type Resolved, record, text } from './resolved.ts'
import { type Properties, readTemplate, type StackTemplate } from './template.ts'

/** A log group without a retention keeps everything: ten years is the longest that CloudWatch knows beside that. */
const foreverDays = 3653

/** Throws for anything in the template that is not served here, naming it. */
export const loadInventory = (cdkOut: string, addresses: Addresses): Inventory => {
  const template = readTemplate(cdkOut)
  if (!Object.values(template.resources).some(({ Type }) => Type === 'AWS::DynamoDB::GlobalTable'))
    throw new Error(
      'The template adopts a table of an account, which is not on this machine; take the setting "adopt" out of cdk.json to run it here.',
    )
  const resources = resolveAll(template, addresses)
  const all = (type: string): Resolved[] => resources.filter((resource) => resource.type === type)
  const roles = all('AWS::IAM::Role').map((resource) => readRole(resource, all('AWS::IAM::Policy')))
  const inventory: Inventory = {
    stackName: template.stackName,
    region: template.region,
    functions: all('AWS::Lambda::Function').map((resource) =>
      readFunction(resource, template, addresses, all('AWS::Logs::LogGroup')),
    ),
    tables: all('AWS::DynamoDB::GlobalTable').map(({ id, identity, properties }) => ({
      id,
      name: identity.ref,
      arn: text(identity.attributes.Arn),
      ...(properties.StreamSpecification ? { streamArn: text(identity.attributes.StreamArn) } : {}),
      hasBackups: list(properties.Replicas).some(
        (replica) =>
          record(record(replica).PointInTimeRecoverySpecification).PointInTimeRecoveryEnabled === true,
      ),
      properties,
    })),
    queues: all('AWS::SQS::Queue').map((resource) => readQueue(resource, all('AWS::SQS::QueuePolicy'))),
    topics: all('AWS::SNS::Topic').map((resource) =>
      readTopic(resource, all('AWS::SNS::Subscription'), all('AWS::SNS::TopicPolicy')),
    ),
    alarms: all('AWS::CloudWatch::Alarm').map(readAlarm),
    buses: all('AWS::Events::EventBus').map(({ id, identity }) => ({
      id,
      name: identity.ref,
      arn: text(identity.attributes.Arn),
      rules: [],
    })),
    scheduleGroups: all('AWS::Scheduler::ScheduleGroup').map(({ id, identity }) => ({
      id,
      name: identity.ref,
    })),
    schedules: all('AWS::Scheduler::Schedule').map(readSchedule),
    mappings: all('AWS::Lambda::EventSourceMapping').map((resource) => readMapping(resource, template)),
    routes: readRoutes(
      all('AWS::ApiGatewayV2::Route'),
      all('AWS::ApiGatewayV2::Integration'),
      all('AWS::Lambda::Permission'),
      template.region,
    ),
    secrets: all('AWS::SecretsManager::Secret').map(readSecret),
    configurationSets: all('AWS::SES::ConfigurationSet').map((resource) =>
      readConfigurationSet(resource, all('AWS::SES::ConfigurationSetEventDestination')),
    ),
    identities: identitiesOf(all('AWS::SES::EmailIdentity'), template),
    roles,
    dashboards: all('AWS::CloudWatch::Dashboard').map(({ id }) => ({ id })),
    distributions: all('AWS::CloudFront::Distribution').map(({ id, properties }) => {
      const { WebACLId } = record(properties.DistributionConfig)
      return { id, ...(WebACLId !== undefined && { webAclId: text(WebACLId) }) }
    }),
    zoneIds: [
      ...new Set(all('AWS::Route53::RecordSet').map(({ properties }) => text(properties.HostedZoneId))),
    ],
    accessLogFormat: all('AWS::ApiGatewayV2::Stage')
      .map(({ properties }) => text(record(properties.AccessLogSettings).Format))
      .join(''),
  }
  return inventory
}

const resolveAll = ({ stackName, region, resources }: StackTemplate, addresses: Addresses): Resolved[] => {
  const naming = { stackName, region, ...addresses }
  const identityById = new Map(
    Object.entries(resources).map(([id, { Type, Properties = {} }]) => [
      id,
      identify(id, Type, Properties, naming),
    ]),
  )
  const resolution = { stackName, region, identityOf: (id: string) => identityById.get(id) }
  return Object.entries(resources).map(([id, { Type, Properties = {} }]) => ({
    id,
    type: Type,
    identity: identityById.get(id) ?? { ref: id, attributes: {} },
    properties: resolveIntrinsics(Properties, resolution) as Properties,
  }))
}

/** What the template creates; what SES knew before is named by an output alone, since senders are bound by condition. */
const identitiesOf = (created: readonly Resolved[], { outputs }: StackTemplate): Inventory['identities'] => {
  const existing = text(outputs[outputNames.emailIdentity]?.Value)
  return created.length > 0
    ? created.map(({ id, identity }) => ({ id, identity: identity.ref }))
    : [{ id: outputNames.emailIdentity, identity: existing }]
}

const readFunction = (
  { id, identity, properties }: Resolved,
  template: StackTemplate,
  { publicUrl }: Addresses,
  logGroups: readonly Resolved[],
): FunctionResource => {
  const logging = record(properties.LoggingConfig)
  const logGroup = logGroups.find(({ identity: { ref } }) => ref === logging.LogGroup)
  const key = text(record(properties.Code).S3Key)
  const codeFolder = template.assetFolders.get(key)
  if (!codeFolder)
    throw new Error(
      `The code of ${id}, asset ${key}, is not in cdk.out; synthesise again with "npx cdk synth".`,
    )
  return {
    id,
    name: identity.ref,
    arn: text(identity.attributes.Arn),
    roleArn: text(properties.Role),
    codeFolder,
    handler: text(properties.Handler),
    environment: onThisMachine(record(record(properties.Environment).Variables), publicUrl),
    timeoutSeconds: number(properties.Timeout, 3),
    memoryMb: number(properties.MemorySize, 128),
    mayLoop: properties.RecursiveLoop === 'Allow',
    logsInvocations: logging.SystemLogLevel !== 'WARN',
    logRetentionDays: number(logGroup?.properties.RetentionInDays, foreverDays),
    isTraced: record(properties.TracingConfig).Mode === 'Active',
    ...(properties.ReservedConcurrentExecutions !== undefined && {
      reservedConcurrency: number(properties.ReservedConcurrentExecutions, 0),
    }),
    logGroupArn: arnOf(
      'logs',
      template.region,
      `log-group:${text(logging.LogGroup ?? `/aws/lambda/${identity.ref}`)}:*`,
    ),
  }
}

/** Links lead to a domain of one's own where it is set; here the API answers at its own address. */
const onThisMachine = (
  variables: Readonly<Record<string, unknown>>,
  publicUrl: string,
): Record<string, string> => ({
  ...(variables as Record<string, string>),
  ...(variables[env.publicUrl] === undefined ? {} : { [env.publicUrl]: publicUrl }),
})

const readQueue = ({ id, identity, properties }: Resolved, policies: readonly Resolved[]): QueueResource => {
  const redrive = record(properties.RedrivePolicy)
  return {
    id,
    name: text(identity.attributes.QueueName),
    arn: text(identity.attributes.Arn),
    url: identity.ref,
    visibilityTimeoutSeconds: number(properties.VisibilityTimeout, 30),
    retentionSeconds: number(properties.MessageRetentionPeriod, 345_600),
    delaySeconds: number(properties.DelaySeconds, 0),
    ...(properties.RedrivePolicy
      ? {
          redrive: {
            deadLetterArn: text(redrive.deadLetterTargetArn),
            maxReceiveCount: number(redrive.maxReceiveCount, 1),
          },
        }
      : {}),
    policy: policies
      .filter((policy) => list(policy.properties.Queues).includes(identity.ref))
      .flatMap(statementsOf),
  }
}

const readTopic = (
  { id, identity, properties }: Resolved,
  subscriptions: readonly Resolved[],
  policies: readonly Resolved[],
): TopicResource => ({
  id,
  name: text(properties.TopicName ?? identity.attributes.TopicName),
  arn: identity.ref,
  subscriptions: subscriptions
    .filter(
      (subscription) =>
        subscription.properties.TopicArn === identity.ref && subscription.properties.Protocol === 'sqs',
    )
    .map((subscription) => ({
      id: subscription.id,
      endpointArn: text(subscription.properties.Endpoint),
      rawMessageDelivery: subscription.properties.RawMessageDelivery === true,
      ...(subscription.properties.RedrivePolicy
        ? { deadLetterArn: text(record(subscription.properties.RedrivePolicy).deadLetterTargetArn) }
        : {}),
    })),
  outside: subscriptions
    .filter(
      ({ properties: { TopicArn, Protocol } }) =>
        TopicArn === identity.ref && ['email', 'email-json', 'sms', 'https'].includes(text(Protocol)),
    )
    .map((subscription) => ({
      protocol: text(subscription.properties.Protocol),
      endpoint: text(subscription.properties.Endpoint),
    })),
  policy: policies
    .filter((policy) => list(policy.properties.Topics).includes(identity.ref))
    .flatMap(statementsOf),
})

const readSchedule = ({ id, identity, properties }: Resolved): ScheduleResource => {
  const target = record(properties.Target)
  const retry = record(target.RetryPolicy)
  const deadLetterArn = record(target.DeadLetterConfig).Arn
  return {
    id,
    name: identity.ref,
    groupName: text(properties.GroupName ?? 'default'),
    target: {
      arn: text(target.Arn),
      roleArn: text(target.RoleArn),
      input: text(target.Input ?? '{}'),
      maximumRetryAttempts: number(retry.MaximumRetryAttempts, 185),
      maximumEventAgeSeconds: number(retry.MaximumEventAgeInSeconds, 86_400),
      ...(deadLetterArn ? { deadLetterArn: text(deadLetterArn) } : {}),
    },
    properties,
  }
}

const readMapping = ({ id, properties }: Resolved, template: StackTemplate): MappingResource => {
  const sourceArn = text(properties.EventSourceArn)
  const onFailure = record(record(properties.DestinationConfig).OnFailure).Destination
  const filters = list(record(properties.FilterCriteria).Filters).map((filter): unknown =>
    JSON.parse(text(record(filter).Pattern)),
  )
  const window = properties.TumblingWindowInSeconds
  const maximumConcurrency = record(properties.ScalingConfig).MaximumConcurrency
  return {
    id,
    functionArn: arnOf('lambda', template.region, `function:${text(properties.FunctionName)}`),
    sourceArn,
    source: sourceArn.includes(':dynamodb:') ? 'stream' : 'queue',
    batchSize: number(properties.BatchSize, sourceArn.includes(':dynamodb:') ? 100 : 10),
    batchWindowSeconds: number(properties.MaximumBatchingWindowInSeconds, 0),
    filters,
    reportsBatchItemFailures: list(properties.FunctionResponseTypes).includes('ReportBatchItemFailures'),
    maximumRetryAttempts: number(properties.MaximumRetryAttempts, -1),
    maximumRecordAgeSeconds: number(properties.MaximumRecordAgeInSeconds, -1),
    bisectsBatch: properties.BisectBatchOnFunctionError === true,
    ...(onFailure ? { onFailureArn: text(onFailure) } : {}),
    ...(window ? { tumblingWindowSeconds: number(window, 0) } : {}),
    parallelizationFactor: number(properties.ParallelizationFactor, 1),
    ...(maximumConcurrency ? { maximumConcurrency: number(maximumConcurrency, 2) } : {}),
  }
}

/** Throws where API Gateway may not invoke the function that a route leads to. */
const readRoutes = (
  routes: readonly Resolved[],
  integrations: readonly Resolved[],
  permissions: readonly Resolved[],
  region: string,
): RouteResource[] =>
  routes.map(({ id, properties }) => {
    const integration = integrations.find(
      ({ identity }) => text(properties.Target) === `integrations/${identity.ref}`,
    )
    const functionArn = text(integration?.properties.IntegrationUri)
    const [method, path] = text(properties.RouteKey).split(' ')
    const routeArn = arnOf('execute-api', region, `${text(properties.ApiId)}/$default/${method}${path}`)
    const isPermitted = permissions.some(
      (permission) =>
        permission.properties.FunctionName === functionArn &&
        permission.properties.Principal === 'apigateway.amazonaws.com' &&
        matches(text(permission.properties.SourceArn ?? '*'), routeArn),
    )
    if (!isPermitted)
      throw new Error(
        `API Gateway may not invoke ${functionArn} for ${text(properties.RouteKey)}; add an AWS::Lambda::Permission for apigateway.amazonaws.com.`,
      )
    return { id, apiId: text(properties.ApiId), routeKey: text(properties.RouteKey), functionArn }
  })

const readSecret = ({ id, identity, properties }: Resolved): SecretResource => {
  const generate = record(properties.GenerateSecretString)
  if (!properties.GenerateSecretString)
    throw new Error(
      `The secret ${id} is not generated at deploy; a value in a template would be readable by anyone who reads the template.`,
    )
  return {
    id,
    arn: identity.ref,
    name: identity.ref.split(':').at(-1) ?? id,
    generate: {
      passwordLength: number(generate.PasswordLength, 32),
      excludePunctuation: generate.ExcludePunctuation === true,
    },
  }
}

const readConfigurationSet = (
  { id, identity }: Resolved,
  destinations: readonly Resolved[],
): ConfigurationSetResource => ({
  id,
  name: identity.ref,
  destinations: destinations
    .filter(({ properties }) => properties.ConfigurationSetName === identity.ref)
    .map(({ id: destinationId, properties }) => {
      const destination = record(properties.EventDestination)
      return {
        id: destinationId,
        topicArn: text(record(destination.SnsDestination).TopicARN),
        eventTypes: list(destination.MatchingEventTypes).map(text),
      }
    }),
})

const readRole = ({ id, identity, properties }: Resolved, policies: readonly Resolved[]): RoleResource => ({
  id,
  arn: text(identity.attributes.Arn),
  trusts: statementsIn(properties.AssumeRolePolicyDocument).flatMap(({ principals = [] }) => principals),
  statements: policies
    .filter((policy) => list(policy.properties.Roles).includes(identity.ref))
    .flatMap(statementsOf),
})

const statementsOf = ({ properties }: Resolved): PolicyStatement[] => statementsIn(properties.PolicyDocument)

const statementsIn = (document: unknown): PolicyStatement[] =>
  list(record(document).Statement).map((given) => {
    const statement = record(given)
    const principal = statement.Principal
    return {
      effect: statement.Effect === 'Deny' ? 'Deny' : 'Allow',
      actions: list(statement.Action).map(text),
      resources: list(statement.Resource).map(text),
      ...(statement.Condition
        ? { conditions: statement.Condition as NonNullable<PolicyStatement['conditions']> }
        : {}),
      ...(principal
        ? {
            principals:
              typeof principal === 'string'
                ? [principal]
                : Object.values(record(principal)).flatMap(list).map(text),
          }
        : {}),
    }
  })
