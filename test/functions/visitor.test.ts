import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { expect, test } from 'vitest'
import { visitorAddress } from '../../functions/lib/visitor.ts'

const key = 'the key of the edge'
const edge = '192.0.2.1'
const visitor = '198.51.100.7'

test.each([
  ['through CloudFront', key, { 'x-ripen-edge': key, 'x-forwarded-for': `${visitor}, ${edge}` }, visitor],
  [
    'through CloudFront, with a header of one’s own',
    key,
    { 'x-ripen-edge': key, 'x-forwarded-for': `203.0.113.9, ${visitor}, ${edge}` },
    visitor,
  ],
  ['past CloudFront, with a forged header', key, { 'x-forwarded-for': `203.0.113.9, ${edge}` }, edge],
  [
    'past CloudFront, with a guessed key',
    key,
    { 'x-ripen-edge': 'the key of the edgy', 'x-forwarded-for': `203.0.113.9, ${edge}` },
    edge,
  ],
  ['where there is no CloudFront', undefined, { 'x-forwarded-for': `203.0.113.9, ${edge}` }, edge],
  ['where there is no CloudFront, with an empty key', undefined, { 'x-ripen-edge': '' }, edge],
  ['through CloudFront without a list', key, { 'x-ripen-edge': key }, edge],
])('a visitor %s', (_way, edgeKey, headers, expected) => {
  const requestContext = { http: { sourceIp: edge } } as APIGatewayProxyEventV2['requestContext']
  expect(visitorAddress({ headers, requestContext }, edgeKey)).toBe(expected)
})
