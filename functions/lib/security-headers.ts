/** What a browser may do with our answers, and that it keeps none of them unless one says so. */
import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { CompiledForm } from '../../shared/campaign/compiled/compiled.ts'

/** A page of ours loads our style alone, posts only to us, and stands in no frame. */
const strictPolicy: Readonly<Record<string, string>> = {
  'default-src': "'none'",
  'style-src': "'self'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'base-uri': "'none'",
}

/** As the header wants it; `more` adds to it, or takes the place of what it has. */
export const pagePolicy = (more: Readonly<Record<string, string>> = {}): string =>
  Object.entries({ ...strictPolicy, ...more })
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ')

/**
 * What a page with a form needs: our script, and our own answers to it. A browser also asks `form-action` of the
 * page that a form's answer leads to.
 */
export const formPolicy = ({
  thanks,
  redirects,
}: Pick<CompiledForm, 'thanks' | 'redirects'>): Readonly<Record<string, string>> => {
  const destinations = [...('redirect' in thanks ? [thanks.redirect] : []), ...redirects]
  return {
    'script-src': "'self'",
    'connect-src': "'self'",
    'form-action': ["'self'", ...new Set(destinations.map((address) => new URL(address).origin))].join(' '),
  }
}

const strict = {
  'cache-control': 'no-store',
  'content-security-policy': pagePolicy(),
  'x-content-type-options': 'nosniff',
}

type Tell = (request: { response?: APIGatewayProxyStructuredResultV2 | null | undefined }) => void

const tell: Tell = ({ response }) => {
  if (response) response.headers = { ...strict, ...response.headers }
}

/** Where an answer has a header of its own, that one holds. */
export const securityHeaders = { after: tell, onError: tell } satisfies MiddlewareObj<
  unknown,
  APIGatewayProxyStructuredResultV2
>
