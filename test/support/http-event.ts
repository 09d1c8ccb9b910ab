/** A request as API Gateway hands it to a function, payload format 2.0. */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { monday } from './leads.ts'

export const httpEvent = (given: {
  readonly route?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly parameters?: Readonly<Record<string, string>>
  readonly body?: string
  readonly isBase64Encoded?: boolean
}): APIGatewayProxyEventV2 => {
  const { route = 'GET /forms/{form}', headers = {}, parameters = {}, body, isBase64Encoded = false } = given
  const [routeMethod = 'GET', path = '/'] = route.split(' ')
  const method = given.method ?? routeMethod
  return {
    version: '2.0',
    routeKey: route,
    rawPath: path,
    rawQueryString: '',
    headers,
    pathParameters: parameters,
    requestContext: {
      accountId: '1',
      apiId: 'api',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: 'request-1',
      routeKey: route,
      stage: '$default',
      time: '',
      timeEpoch: monday,
    },
    ...(body !== undefined && { body }),
    isBase64Encoded,
  }
}

/** What Lambda tells a function of its invocation. */
export const lambdaContext = (): Context => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'function',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:function',
  memoryLimitInMB: '512',
  awsRequestId: 'request-1',
  logGroupName: 'log',
  logStreamName: 'log',
  getRemainingTimeInMillis: () => 10_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
})
