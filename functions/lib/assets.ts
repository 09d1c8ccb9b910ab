/** The snippet and the pages' style as answers: packed once per start, and not sent again to who has them. */
import { gzipSync } from 'node:zlib'
import { embedScript, pageStyle } from 'ripen:assets'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { routes } from '../../shared/contracts/names.ts'

// An HTTP API does not compress what its functions answer.
const assetOf = ({ text, etag }: typeof embedScript, type: string) => ({
  text,
  packed: gzipSync(text, { level: 9 }).toString('base64'),
  etag,
  type: `${type}; charset=utf-8`,
})

const assets: Readonly<Record<string, ReturnType<typeof assetOf>>> = {
  [routes.embedScript]: assetOf(embedScript, 'text/javascript'),
  [routes.pageStyle]: assetOf(pageStyle, 'text/css'),
}

/** Nothing where the route is another. */
export const assetAnswer = ({
  routeKey,
  headers,
}: APIGatewayProxyEventV2): APIGatewayProxyStructuredResultV2 | undefined => {
  const asset = assets[routeKey]
  if (!asset) return undefined
  const common = {
    etag: asset.etag,
    'cache-control': 'public, max-age=3600',
    // Pages of other sites load it; nothing in it is anyone's secret.
    'cross-origin-resource-policy': 'cross-origin',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
  }
  if (headers['if-none-match']?.includes(asset.etag)) return { statusCode: 304, headers: common }
  const isPacked = /\bgzip\b/.test(headers['accept-encoding'] ?? '')
  return {
    statusCode: 200,
    headers: { ...common, 'content-type': asset.type, ...(isPacked && { 'content-encoding': 'gzip' }) },
    body: isPacked ? asset.packed : asset.text,
    isBase64Encoded: isPacked,
  }
}
