/** The body as text, whichever way API Gateway hands it over. */
import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'

/**
 * API Gateway hands over in base64 what it does not take for text, such as multipart: a mailbox provider may unsubscribe
 * by it. Bytes that the encoding does not have become U+FFFD, which no form takes for an answer.
 */
export const decodedBody = {
  before: ({ event }) => {
    if (!event.isBase64Encoded) return
    event.body = decoderOf(event.headers['content-type']).decode(Buffer.from(event.body ?? '', 'base64'))
    event.isBase64Encoded = false
  },
} satisfies MiddlewareObj<APIGatewayProxyEventV2>

/** UTF-8, unless the header names another encoding that the runtime knows. */
const decoderOf = (contentType = ''): TextDecoder => {
  try {
    return new TextDecoder(/charset="?([^\s";]+)/i.exec(contentType)?.[1])
  } catch {
    return new TextDecoder()
  }
}
