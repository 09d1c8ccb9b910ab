/** What the template deploys, resolved: every intrinsic function replaced, every reference an ARN, a name or a URL. */
import { RegionInfo } from 'aws-cdk-lib/region-info'

export const localAccount = '000000000000'

/** `aws`, or that of China, GovCloud or the European sovereign cloud: how every ARN of the region begins. */
export const partitionOf = (region: string): string => RegionInfo.get(region).partition ?? 'aws'

/** `arn:aws:sqs:eu-central-1:000000000000:name`. */
export const arnOf = (service: string, region: string, resource: string): string =>
  `arn:${partitionOf(region)}:${service}:${region}:${localAccount}:${resource}`

export interface Inventory {
  readonly stackName: string
  readonly region: string
  readonly functions: readonly FunctionResource[]
  readonly tables: readonly TableResource[]
  readonly queues: readonly QueueResource[]
  readonly topics: readonly TopicResource[]
  readonly alarms: readonly AlarmResource[]
  readonly buses: readonly BusResource[]
  readonly scheduleGroups: readonly { readonly id: string; readonly name: string }[]
  readonly schedules: readonly ScheduleResource[]
  readonly mappings: readonly MappingResource[]
  readonly routes: readonly RouteResource[]
  readonly secrets: readonly SecretResource[]
  readonly configurationSets: readonly ConfigurationSetResource[]
  readonly identities: readonly { readonly id: string; readonly identity: string }[]
  readonly roles: readonly RoleResource[]
  readonly dashboards: readonly { readonly id: string }[]
  readonly distributions: readonly { readonly id: string; readonly webAclId?: string }[]
  /** Route 53 zones that the stack writes records into. */
  readonly zoneIds: readonly string[]
  /** As API Gateway has it, with `$context` in it; empty where requests are not logged. */
  readonly accessLogFormat: string
}

/** `id` is the logical id in the template; names a developer can search infra/ for. */
export interface FunctionResource {
  readonly id: string
  readonly name: string
  readonly arn: string
  readonly roleArn: string
  /** Absolute folder of the bundle. */
  readonly codeFolder: string
  /** `index.handler`. */
  readonly handler: string
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutSeconds: number
  readonly memoryMb: number
  /** Where its log goes, with `:*` for the streams in it; Lambda writes there with the function's role. */
  readonly logGroupArn: string
  readonly reservedConcurrency?: number
  /** Lambda may invoke it however long the chain of its own messages is. */
  readonly mayLoop: boolean
  /** Whether Lambda itself writes a line at the start and at the end of each invocation. */
  readonly logsInvocations: boolean
  readonly logRetentionDays: number
  readonly isTraced: boolean
}

export interface RoleResource {
  readonly id: string
  readonly arn: string
  /** Service principals that may assume it. */
  readonly trusts: readonly string[]
  readonly statements: readonly PolicyStatement[]
}

export interface PolicyStatement {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
  /** In resource policies: service principals, or `*`. */
  readonly principals?: readonly string[]
}

export interface TableResource {
  readonly id: string
  readonly name: string
  readonly arn: string
  readonly streamArn?: string
  /** Point-in-time recovery. */
  readonly hasBackups: boolean
  /** The resource's properties as CloudFormation has them, for CreateTable. */
  readonly properties: Readonly<Record<string, unknown>>
}

export interface QueueResource {
  readonly id: string
  readonly name: string
  readonly arn: string
  readonly url: string
  readonly visibilityTimeoutSeconds: number
  readonly retentionSeconds: number
  readonly delaySeconds: number
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number }
  readonly policy: readonly PolicyStatement[]
}

export interface TopicResource {
  readonly id: string
  readonly name: string
  readonly arn: string
  readonly subscriptions: readonly {
    readonly id: string
    readonly endpointArn: string
    readonly rawMessageDelivery: boolean
    readonly deadLetterArn?: string
    readonly filterPolicy?: Readonly<Record<string, readonly unknown[]>>
  }[]
  /** Addresses of people, and of programs outside the account: email, SMS, HTTPS. */
  readonly outside: readonly { readonly protocol: string; readonly endpoint: string }[]
  readonly policy: readonly PolicyStatement[]
}

export interface AlarmResource {
  readonly id: string
  readonly arn: string
  readonly description: string
  /** Where it rings. */
  readonly topicArns: readonly string[]
  /** Their sum is watched; a plain alarm has one. */
  readonly metrics: readonly MetricResource[]
  /** Rings at this value and above. */
  readonly threshold: number
  /** Periods in a row that must reach it. */
  readonly periods: number
}

export interface MetricResource {
  readonly namespace: string
  readonly name: string
  /** Of what it is measured: a function's or a queue's name; empty where it is the account's. */
  readonly of: string
  readonly statistic: 'Sum' | 'Maximum' | 'Average'
  readonly periodSeconds: number
}

export interface BusResource {
  readonly id: string
  readonly name: string
  readonly arn: string
  readonly rules: readonly {
    readonly id: string
    readonly pattern: unknown
    readonly targetArns: readonly string[]
  }[]
}

/** A schedule that the template itself declares; those made at run time go through the API. */
export interface ScheduleResource {
  readonly id: string
  readonly name: string
  readonly groupName: string
  readonly target: ScheduleTarget
  /** As CloudFormation has them, which is how CreateSchedule takes them. */
  readonly properties: Readonly<Record<string, unknown>>
}

export interface ScheduleTarget {
  readonly arn: string
  readonly roleArn: string
  readonly input: string
  readonly maximumRetryAttempts: number
  readonly maximumEventAgeSeconds: number
  readonly deadLetterArn?: string
}

export interface MappingResource {
  readonly id: string
  readonly functionArn: string
  readonly sourceArn: string
  readonly source: 'stream' | 'queue'
  readonly batchSize: number
  readonly batchWindowSeconds: number
  /** Filter patterns as written; a record passes when it matches one of them; none lets everything pass. */
  readonly filters: readonly unknown[]
  readonly reportsBatchItemFailures: boolean
  /** Streams only. -1 is endless. */
  readonly maximumRetryAttempts: number
  readonly maximumRecordAgeSeconds: number
  readonly bisectsBatch: boolean
  readonly onFailureArn?: string
  readonly tumblingWindowSeconds?: number
  readonly parallelizationFactor: number
  readonly startingPosition?: 'TRIM_HORIZON' | 'LATEST'
  /** Queues only. */
  readonly maximumConcurrency?: number
}

export interface RouteResource {
  readonly id: string
  readonly apiId: string
  /** `POST /forms/{form}/submissions`. */
  readonly routeKey: string
  readonly functionArn: string
}

export interface SecretResource {
  readonly id: string
  readonly arn: string
  readonly name: string
  readonly generate: { readonly passwordLength: number; readonly excludePunctuation: boolean }
}

export interface ConfigurationSetResource {
  readonly id: string
  readonly name: string
  readonly destinations: readonly {
    readonly id: string
    readonly topicArn: string
    readonly eventTypes: readonly string[]
  }[]
}
