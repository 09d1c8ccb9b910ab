/** Which pages' scripts may read an answer: those of the form's own origins. Others simply get no header. */
import type { MiddlewareObj, Request } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import type { CompiledForm } from '../../shared/campaign/compiled/compiled.ts'

type Forms = Readonly<Record<string, CompiledForm>>

/** The form that the path names, if there is one of that name. */
export const formOfPath = (
  forms: Forms,
  { pathParameters }: APIGatewayProxyEventV2,
): CompiledForm | undefined => {
  const name = pathParameters?.form ?? ''
  return Object.hasOwn(forms, name) ? forms[name] : undefined
}

/** What a browser may send after it has asked; whether it may at all, `formCors` says. */
export const preflight = (): APIGatewayProxyStructuredResultV2 => ({
  statusCode: 204,
  headers: {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type, idempotency-key',
    'access-control-max-age': '7200',
  },
})

/** Answers that are no form's, such as the snippet, say for themselves who may read them. */
export const formCors = (forms: Forms) => {
  const tell = ({
    event,
    response,
  }: Request<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>): void => {
    if (!response || event.pathParameters?.form === undefined) return
    const { origin } = event.headers
    const isAllowed = origin !== undefined && formOfPath(forms, event)?.origins.includes(origin)
    response.headers = {
      ...response.headers,
      vary: 'origin, accept',
      ...(isAllowed && { 'access-control-allow-origin': origin }),
    }
  }
  return { after: tell, onError: tell } satisfies MiddlewareObj<
    APIGatewayProxyEventV2,
    APIGatewayProxyStructuredResultV2
  >
}
