import { expect, test } from 'vitest'
import { readAnswer } from '../../../local/engine/http-answer.ts'

const lines = (...given: string[]): Buffer => Buffer.from(given.join('\r\n'))

test.each([
  {
    what: 'a body with a length, in bytes',
    bytes: lines('HTTP/1.1 200 OK', 'Content-Length: 17', '', '{"said":"ë😀"}'),
    read: { status: 200, text: '{"said":"ë😀"}', closes: false },
  },
  {
    what: 'an error without a body',
    bytes: lines('HTTP/1.1 413 Payload Too Large', 'content-length:0', 'connection: close', '', ''),
    read: { status: 413, text: '', closes: true },
  },
  {
    what: 'a body in chunks, the character that is cut by them too',
    bytes: Buffer.concat([
      lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '5;name=value', '"ë'),
      Buffer.from('😀').subarray(0, 2),
      Buffer.from('\r\n3\r\n'),
      Buffer.from('😀"').subarray(2),
      Buffer.from('\r\n0\r\n\r\n'),
    ]),
    read: { status: 200, text: '"ë😀"', closes: false },
  },
])('$what is read once it is whole', ({ bytes, read }) => {
  for (let length = 0; length < bytes.length; length += 1)
    expect(readAnswer(bytes.subarray(0, length))).toBe('incomplete')
  expect(readAnswer(bytes)).toEqual(read)
})

test.each([
  { what: 'something else than HTTP/1.1', bytes: lines('SSH-2.0-OpenSSH_9.9', '', '') },
  { what: 'an answer that does not say how long it is', bytes: lines('HTTP/1.1 200 OK', '', '{}') },
  {
    what: 'a chunk without a length',
    bytes: lines('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', 'x', '{}'),
  },
])('$what is an error', ({ bytes }) => {
  expect(readAnswer(bytes)).toBeInstanceOf(Error)
})
