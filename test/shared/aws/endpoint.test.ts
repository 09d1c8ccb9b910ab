import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { expect, test } from 'vitest'
import { defaultEndpointResolver } from '../../../infra/lean/dynamodb-endpoint.ts'
import { endpointByEnvironment, endpointOf } from '../../../shared/aws/endpoint.ts'

/** The SDK's own rules, which know every partition. */
const bySdk = (service: 'dynamodb' | 'secretsmanager', Region: string, UseFIPS: boolean): string => {
  const client = service === 'dynamodb' ? new DynamoDBClient({}) : new SecretsManagerClient({})
  const found = client.config.endpointProvider({ Region, UseFIPS, UseDualStack: false })
  return found.url.origin
}

const regions = [
  'us-east-1',
  'eu-central-1',
  'sa-east-1',
  'cn-north-1',
  'cn-northwest-1',
  'us-gov-east-1',
  'us-gov-west-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
]

test.each(
  regions.flatMap((region) =>
    (['dynamodb', 'secretsmanager'] as const).flatMap((service) => [
      [region, service, false] as const,
      [region, service, true] as const,
    ]),
  ),
)('in %s, %s (FIPS: %s) is called where the SDK would call it', (region, service, isFips) => {
  expect(endpointOf(service, region, isFips)).toBe(bySdk(service, region, isFips))
})

test.each(regions)('in %s the lean DynamoDB client calls where the whole one would', (Region) => {
  for (const UseFIPS of [false, true])
    expect(defaultEndpointResolver({ Region, UseFIPS }).url.origin).toBe(bySdk('dynamodb', Region, UseFIPS))
})

test('an endpoint that is given is taken, FIPS or not', () => {
  const Endpoint = 'http://127.0.0.1:8000'
  expect(defaultEndpointResolver({ Region: 'us-east-1', UseFIPS: true, Endpoint }).url.origin).toBe(Endpoint)
})

test.each([
  [{ AWS_REGION: 'eu-west-1' }, 'https://dynamodb.eu-west-1.amazonaws.com'],
  [
    { AWS_REGION: 'us-east-1', AWS_USE_FIPS_ENDPOINT: 'true' },
    'https://dynamodb-fips.us-east-1.amazonaws.com',
  ],
  [{ AWS_REGION: 'us-east-1', AWS_USE_FIPS_ENDPOINT: 'false' }, 'https://dynamodb.us-east-1.amazonaws.com'],
  [{ AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 'http://127.0.0.1:1'],
  [
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:2' },
    'http://127.0.0.1:2',
  ],
])('the environment %j leads to %s', (environment, endpoint) => {
  expect(endpointByEnvironment('dynamodb', 'AWS_ENDPOINT_URL_DYNAMODB', environment)).toBe(endpoint)
})
