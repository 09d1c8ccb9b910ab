/** The HTTP API that web pages post to and links in emails lead to. */
import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway'
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { env } from '../../shared/contracts/names.ts'
import { ApiDomain, type ApiDomainProps } from './api-domain.ts'
import type { Binding, RipenFunction } from './ripen-function.ts'

/** What is logged of a request: never an address, a query or a token, so the route stands for the path. */
const accessLog = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
}

/** Those that our routes have. A GET changes nothing, and there is no route for a HEAD: the API itself answers it 404. */
const methods: ReadonlyMap<string, HttpMethod> = new Map([
  ['GET', HttpMethod.GET],
  ['OPTIONS', HttpMethod.OPTIONS],
  ['POST', HttpMethod.POST],
])

/** A route begins with a method that the API does not have: most likely it was mistyped. */
class UnknownMethod extends Error {
  override readonly name = 'UnknownMethod'

  constructor(route: string, method: string) {
    super(
      `The route "${route}" begins with "${method}"; a route of shared/contracts/names.ts begins with GET, OPTIONS or POST.`,
    )
  }
}

export class PublicApi extends Construct {
  readonly api: HttpApi

  readonly #name: string | undefined
  readonly #domain: ApiDomain | undefined

  constructor(
    scope: Construct,
    id: string,
    props: { readonly logRetentionDays: number; readonly domain?: ApiDomainProps },
  ) {
    super(scope, id)
    this.#name = props.domain?.name
    // Which pages may read an answer is each form's own to say, so the functions answer for CORS.
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false })
    const logGroup = new LogGroup(this, 'Log', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      // A form's page is busy at some requests a second; what is far above that is an attack or a mistake.
      throttle: { rateLimit: 100, burstLimit: 200 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    })
    if (props.domain) this.#domain = new ApiDomain(this, 'Domain', { ...props.domain, api: this.api, stage })
    Validations.of(this.api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'Forms are posted by strangers; links in emails carry a signature of their own.',
    })
  }

  /** `route` as in contracts/names, for example `POST /forms/{form}/submissions`. Throws `UnknownMethod`. */
  serve(route: string, by: RipenFunction): void {
    const [name = '', path = ''] = route.split(' ')
    const method = methods.get(name)
    if (!method) throw new UnknownMethod(route, name)
    this.api.addRoutes({
      path,
      methods: [method],
      integration: new HttpLambdaIntegration(`${by.name}-integration`, by.lambda),
    })
  }

  /** The base of every link, without a slash at its end. A domain of one's own outlives the API and the stack. */
  get url(): string {
    return this.#name === undefined ? this.api.apiEndpoint : `https://${this.#name}`
  }

  /** What a function needs to know from where its visitors come. */
  get visitors(): Binding {
    return this.#domain?.visitors ?? { statements: [] }
  }

  /** The base of the links that a function makes. Nothing to grant: links are for people. */
  get links(): Binding {
    return { environment: { [env.publicUrl]: this.url }, statements: [] }
  }
}
