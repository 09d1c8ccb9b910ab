/** An HTTP/1.1 answer, read from the bytes that have come so far. */

export interface HttpAnswer {
  readonly status: number
  readonly text: string
  /** The server takes no further request on this connection. */
  readonly closes: boolean
}

/** Bodies with a length and in chunks, which is what the engines send. An error for anything else. */
export const readAnswer = (bytes: Buffer): HttpAnswer | 'incomplete' | Error => {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return 'incomplete'
  const head = bytes.toString('latin1', 0, headEnd)
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(head) ?? []
  if (!status) return new Error(`The table’s engine answered what is not HTTP/1.1: ${head.slice(0, 80)}`)
  const body = bytes.subarray(headEnd + 4)
  const length = /^content-length: *(\d+)/im.exec(head)?.[1]
  const content = /^transfer-encoding: *chunked/im.test(head)
    ? joinChunks(body)
    : length === undefined
      ? new Error('The table’s engine answered without saying how long the answer is.')
      : wholeOf(body, Number(length))
  if (content === 'incomplete' || content instanceof Error) return content
  return {
    status: Number(status),
    text: content.toString('utf8'),
    closes: /^connection: *close/im.test(head),
  }
}

const wholeOf = (body: Buffer, length: number): Buffer | 'incomplete' =>
  body.length < length ? 'incomplete' : body.subarray(0, length)

const joinChunks = (body: Buffer): Buffer | 'incomplete' | Error => {
  const chunks: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = body.indexOf('\r\n', at)
    if (lineEnd < 0) return 'incomplete'
    const size = Number.parseInt(body.toString('latin1', at, lineEnd), 16)
    if (Number.isNaN(size)) return new Error('The table’s engine sent a chunk without its length.')
    const start = lineEnd + 2
    if (body.length < start + size + 2) return 'incomplete'
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(body.subarray(start, start + size))
    at = start + size + 2
  }
}
