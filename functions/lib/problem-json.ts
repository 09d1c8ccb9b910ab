/** An unexpected error becomes an answer that says nothing of it: a page for a browser, a problem for a script (RFC 9457). */
import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { failedPage } from '../../web/pages.ts'
import { page, problem, wantsPage } from './answers.ts'
import { loggable } from './loggable.ts'

/** The log names the route and not the path: a path may hold a token. */
export const problemJson = {
  onError: (request) => {
    const { event, error } = request
    const { requestId } = event.requestContext
    console.error({ event: 'requestFailed', route: event.routeKey, requestId, ...loggable(error) })
    request.response = wantsPage(event)
      ? page(500, failedPage())
      : problem({
          status: 500,
          title: 'Something went wrong',
          detail: 'The fault is on our side. Please try again in a minute.',
          errors: [],
        })
  },
} satisfies MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>
