/** What the HTTP functions answer with: a page, JSON, a problem, or the way to another page. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { FieldError } from '../../shared/flows/intake/post-body.ts'
import type { Html } from '../../web/html.ts'
import { pagePolicy } from './security-headers.ts'

export type Answer = APIGatewayProxyStructuredResultV2

/** Whether a browser shows the answer to a person. */
export const wantsPage = (event: APIGatewayProxyEventV2): boolean =>
  (event.headers.accept ?? '').includes('text/html')

/** `policy` is what this page may do beyond what every page of ours may. */
export const page = (
  statusCode: number,
  body: Html,
  policy: Readonly<Record<string, string>> = {},
): Answer => ({
  statusCode,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': pagePolicy(policy),
    'referrer-policy': 'no-referrer',
  },
  body: body.toString(),
})

export const json = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/** RFC 9457; `errors` names the fields to correct. */
export const problem = (content: {
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly errors: readonly FieldError[]
}): Answer =>
  json(content.status, { type: 'about:blank', ...content }, { 'content-type': 'application/problem+json' })

/** 303: what a browser does after a post, so that going back or reloading sends nothing again. */
export const seeOther = (location: string): Answer => ({ statusCode: 303, headers: { location } })
