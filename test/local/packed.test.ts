import { expect, test } from 'vitest'
import type { StoredEmail } from '../../local/services/ses/message.ts'
import { packed } from '../../local/services/ses/packed.ts'

const email: StoredEmail = {
  messageId: 'one',
  sentAtMs: 1,
  from: 'News <news@example.com>',
  sourceArn: 'arn',
  to: 'ada@example.com',
  destination: { to: ['ada@example.com'], cc: [], bcc: [] },
  replyTo: [],
  subject: 'Hello',
  html: '<p>Zoë 😀 writes “so”</p>\r\n'.repeat(300),
  text: '',
  headers: {},
  tags: { purpose: 'marketing' },
  configurationSet: undefined,
  links: ['https://www.example.com/'],
  attachments: [],
}

test('a packed email reads as it was written, as often as it is read, copied or kept', () => {
  const small = packed(email)
  expect(small.html).toBe(email.html)
  expect(small.text).toBe('')
  expect({ ...small }).toEqual(email)
  expect(JSON.parse(JSON.stringify(small))).toEqual(JSON.parse(JSON.stringify(email)))
  expect(packed(small).html).toBe(email.html)
})
