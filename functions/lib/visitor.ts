/** From which network address a visitor comes: as API Gateway saw it, or CloudFront where that stands between. */
import { timingSafeEqual } from 'node:crypto'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { readSecret } from '../../shared/aws/secret.ts'
import { edgeHeader, env } from '../../shared/contracts/names.ts'

/** By what CloudFront shows itself; nothing where it does not stand before the API. */
export const readEdgeKey = async (): Promise<string | undefined> => {
  const arn = process.env[env.edgeKeyArn]
  return arn === undefined ? undefined : readSecret(arn)
}

/**
 * Each hop adds to X-Forwarded-For whom it was called by: CloudFront the visitor, API Gateway CloudFront. What stands
 * before that the visitor may have written. Without CloudFront's key the request came past it, and the header proves
 * nothing.
 */
export const visitorAddress = (
  { headers, requestContext }: Pick<APIGatewayProxyEventV2, 'headers' | 'requestContext'>,
  edgeKey: string | undefined,
): string => {
  const { sourceIp } = requestContext.http
  if (edgeKey === undefined || !isSame(headers[edgeHeader] ?? '', edgeKey)) return sourceIp
  return headers['x-forwarded-for']?.split(',').at(-2)?.trim() || sourceIp
}

const isSame = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
