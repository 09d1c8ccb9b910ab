/** The wire side of the HTTP functions: bodies in, pages, problems and permissions out. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { CompiledForm } from '../../shared/campaign/compiled/compiled.ts'
import type { Html } from '../../web/html.ts'

export const bodyOf = (event: APIGatewayProxyEventV2): string =>
  event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '')

/** Whether a browser shows the answer to a person. */
export const wantsHtml = (event: APIGatewayProxyEventV2): boolean =>
  (event.headers.accept ?? '').includes('text/html')

/** `policy` adds to, or loosens, what our pages may do: by default they load our style alone and post only to us. */
export const html = (
  statusCode: number,
  body: Html,
  policy: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': Object.entries({ ...strictPolicy, ...policy })
      .map(([name, sources]) => `${name} ${sources}`)
      .join('; '),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  },
  body: body.toString(),
})

const strictPolicy: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'style-src': "'self'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'base-uri': "'none'",
}

/**
 * What a page with a form needs: our script, and our own answers to it. A browser also asks `form-action` of the
 * page that a form's answer leads to.
 */
export const formPolicy = (destinations: readonly string[]): Readonly<Record<string, string>> => ({
  'script-src': "'self'",
  'connect-src': "'self'",
  'form-action': ["'self'", ...new Set(destinations.map((address) => new URL(address).origin))].join(' '),
})

/** 303: what a browser does after a post, so that going back or reloading sends nothing again. */
export const seeOther = (location: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 303,
  headers: { location, 'cache-control': 'no-store' },
})

export const json = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  body: JSON.stringify(body),
})

/** RFC 9457. */
export const problem = (content: {
  status: number
  title: string
  detail: string
  errors: readonly { field: string; message: string }[]
}): APIGatewayProxyStructuredResultV2 =>
  json(content.status, { type: 'about:blank', ...content }, { 'content-type': 'application/problem+json' })

/** Lets the scripts of the form's own pages read the answer; others are simply not told. */
export const allowing = (
  origins: readonly string[],
  event: APIGatewayProxyEventV2,
  answer: APIGatewayProxyStructuredResultV2,
): APIGatewayProxyStructuredResultV2 => {
  const { origin } = event.headers
  const isAllowed = origin !== undefined && origins.includes(origin)
  return {
    ...answer,
    headers: {
      ...answer.headers,
      vary: 'origin, accept',
      ...(isAllowed && { 'access-control-allow-origin': origin }),
    },
  }
}

/** Where a form's visitors may end up. */
export const destinationsOf = ({
  thanks,
  redirects,
}: Pick<CompiledForm, 'thanks' | 'redirects'>): readonly string[] => [
  ...('redirect' in thanks ? [thanks.redirect] : []),
  ...redirects,
]
