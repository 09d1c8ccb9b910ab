import middy from '@middy/core'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodedBody } from '../../functions/lib/decoded-body.ts'
import { noEarlyAnswer } from '../../functions/lib/no-early-answer.ts'
import { httpEvent, lambdaContext } from '../support/http-event.ts'

const read = middy(
  async ({ body, isBase64Encoded }: APIGatewayProxyEventV2) => ({ body, isBase64Encoded }),
  noEarlyAnswer,
).use(decodedBody)

const readBytes = (bytes: Uint8Array, contentType?: string) =>
  read(
    httpEvent({
      body: Buffer.from(bytes).toString('base64'),
      isBase64Encoded: true,
      headers: contentType === undefined ? {} : { 'content-type': contentType },
    }),
    lambdaContext(),
  )

test('a body that is text already stays as it is', async () => {
  const event = httpEvent({ body: 'ZW1haWw=', headers: { 'content-type': 'text/plain; charset=utf-16le' } })
  expect((await read(event, lambdaContext())).body).toBe('ZW1haWw=')
})

test('no body stays no body', async () => {
  expect((await read(httpEvent({}), lambdaContext())).body).toBeUndefined()
})

test('any text in base64 is that text again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
      fc.pre(text.isWellFormed() && !text.startsWith('\ufeff'))
      expect(await readBytes(Buffer.from(text))).toEqual({ body: text, isBase64Encoded: false })
    }),
  )
})

const zoe = [0x5a, 0x6f]
test.each<[string, string | undefined, readonly number[], string]>([
  ['of UTF-8 without a header', undefined, [...zoe, 0xc3, 0xab], 'Zoë'],
  ['of UTF-8 by its header', 'multipart/form-data; charset=UTF-8', [...zoe, 0xc3, 0xab], 'Zoë'],
  ['of Latin-1 by its header', 'text/plain; charset=iso-8859-1', [...zoe, 0xeb], 'Zoë'],
  ['of Latin-1 by a header in quotes', 'text/plain; charset="windows-1252"; x=y', [...zoe, 0xeb], 'Zoë'],
  ['of UTF-16 by its header', 'text/plain;charset=utf-16le', [0x5a, 0, 0x6f, 0, 0xeb, 0], 'Zoë'],
  ['that is not UTF-8 and says nothing', undefined, [...zoe, 0xeb, 0x21], 'Zo\ufffd!'],
  ['of an encoding that nobody knows', 'text/plain; charset=martian', [...zoe, 0xc3, 0xab], 'Zoë'],
  ['of no bytes', undefined, [], ''],
])('a body %s is read', async (_, contentType, bytes, text) => {
  expect((await readBytes(Uint8Array.from(bytes), contentType)).body).toBe(text)
})
