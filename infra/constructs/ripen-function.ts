/** A function of the journey: its bundle, its own role, its own log, and what is bound to it. */
import { join } from 'node:path'
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { env, FunctionName } from '../../shared/contracts/names.ts'

export interface RipenFunctionProps {
  readonly name: FunctionName
  readonly description: string
  /** Folder that holds one bundle folder per function. */
  readonly bundles: string
  readonly logRetentionDays: number
  readonly timeoutSeconds: number
  readonly tracing: boolean
  readonly memoryMb?: number
  /** So many invocations are kept for it, and it gets no more. Accounts that are new can reserve none. */
  readonly reservedConcurrency?: number
  /** It puts messages on the queue that it works off, on purpose, for days; Lambda would stop it after 16 in a chain. */
  readonly feedsItself?: boolean
}

/** One thing a function may use: the variables that name it, and the statements without which the name is useless. */
export interface Binding {
  readonly environment?: Partial<Record<(typeof env)[keyof typeof env], string>>
  readonly statements: readonly PolicyStatement[]
  /** Findings of cdk-nag on these statements that are meant, each with its reason. */
  readonly acknowledged?: readonly { readonly id: string; readonly reason: string }[]
}

export class RipenFunction extends Construct {
  readonly lambda: LambdaFunction
  readonly name: FunctionName
  readonly timeout: Duration

  constructor(scope: Construct, id: string, props: RipenFunctionProps) {
    super(scope, id)
    this.name = props.name
    this.timeout = Duration.seconds(props.timeoutSeconds)
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(props.bundles, props.name)),
      handler: 'index.handler',
      timeout: this.timeout,
      memorySize: props.memoryMb ?? 512,
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      ...(props.feedsItself && { recursiveLoop: RecursiveLoop.ALLOW }),
      loggingFormat: LoggingFormat.JSON,
      // Below it Lambda logs the start and the end of each invocation: more than all that the functions log themselves.
      systemLogLevelV2: SystemLogLevel.WARN,
      logGroup,
      role,
      ...(props.tracing && { tracing: Tracing.ACTIVE }),
    })
    if (props.tracing)
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'Traces have no resource that a statement could name.',
      })
    this.bind({
      statements: [
        new PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [`${logGroup.logGroupArn}`],
        }),
      ],
    })
  }

  /** Sets the environment and the grants of each binding, always together. */
  bind(...bindings: readonly Binding[]): this {
    for (const { environment, statements, acknowledged } of bindings) {
      for (const [name, value] of Object.entries(environment ?? {})) this.lambda.addEnvironment(name, value)
      for (const statement of statements) this.lambda.addToRolePolicy(statement)
      for (const finding of acknowledged ?? []) Validations.of(this).acknowledge(finding)
    }
    return this
  }
}
