/** The wire side of the HTTP functions: bodies in, pages and problems out. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

export const bodyOf = (event: APIGatewayProxyEventV2): string =>
  event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '')

/** Whether a browser shows the answer to a person. */
export const wantsHtml = (event: APIGatewayProxyEventV2): boolean =>
  (event.headers.accept ?? '').includes('text/html')

export const html = (statusCode: number, body: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // Our pages load nothing and may not be framed; forms go back to where they came from.
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  },
  body,
})

/** RFC 9457. */
export const problem = (content: {
  status: number
  title: string
  detail: string
  errors: readonly { field: string; message: string }[]
}): APIGatewayProxyStructuredResultV2 => ({
  statusCode: content.status,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ type: 'about:blank', ...content }),
})
