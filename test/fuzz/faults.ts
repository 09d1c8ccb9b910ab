/** What can be wrong with a post, each with the values that make it so. */
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { hostileTexts, isReadable } from '../support/hostile.ts'

const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 2, arbitrary: fc.string({ maxLength: 80 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc.string({
      unit: fc.constantFrom('\r', '\n', ':', '<', '"', '{', '}', '%', '\\', ';', 'a'),
      maxLength: 20,
    }),
  },
)
export const readable = (maxLength: number) => text.filter((given) => isReadable(given, maxLength))
const unreadable = fc
  .tuple(
    fc.constantFrom('\u0000', '\u0007', '\u001b', '\u007f', '\u0085', '\u2028', '\ufffd', '\ud800'),
    fc.string({ maxLength: 9 }),
  )
  .map(([bad, rest]) => `qzx${bad}${rest}x`)

export const formNames = ['guide', 'newsletter', 'everything'] as const

/** Each makes a good post bad, and is told by its name. */
const faults = {
  address: fc.constantFrom(
    'qzx',
    'qzx@',
    '@example.com',
    'a@b@example.com',
    'qzx@example',
    'qzx@127.0.0.1',
    'q zx@example.com',
    'qzx@example.com\r\nBcc: eve@example.com',
    'qzx,eve@example.com',
    '"qzx"@example.com',
    'qzx@exa_mple.com',
    'qzx@.example.com',
    'qzx@example..com',
    `${'q'.repeat(65)}@example.com`,
    'qzx\u202e@example.com',
    'Ada <qzx@example.com>',
    'qzx%0d%0a@example.com',
    'é@example.com',
  ),
  addressIsText: text.filter((given) => !given.includes('@')),
  consent: fc.oneof(
    fc.constantFrom('', 'no', 'off', 'false', '0', 'YES'),
    text.filter((given) => !['yes', 'on', 'true', '1'].includes(given.trim())),
  ),
  unknownField: text.filter(
    (given) => !/^(email|firstName|motto|code|work|age|phone|call|visits)$/.test(given),
  ),
  prototypeKey: fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__defineGetter__',
  ),
  tooLong: fc
    .tuple(
      fc.constantFrom('firstName', 'source', 'page', 'redirect', 'utm_source', 'first_referrer'),
      fc.integer({ min: 501, max: 20_000 }),
    )
    .map(([name, length]) => [name, 'q'.repeat(length)] as const),
  unreadableText: fc.tuple(
    fc.constantFrom('firstName', 'source', 'page', 'redirect', 'utm_term', 'first_landing_page'),
    unreadable,
  ),
  notAnswers: fc.tuple(
    fc.constantFrom('email', 'firstName', 'consent', 'source', 'token', 'timeZone'),
    fc.oneof(
      fc.constantFrom<unknown>([], {}, ['a@example.com'], { $gt: '' }, [[[[]]]]),
      fc.array(fc.string(), { minLength: 1, maxLength: 4 }),
      fc.dictionary(fc.string(), fc.string(), { minKeys: 1, maxKeys: 3 }),
    ),
  ),
  notANumber: fc.constantFrom('email":1e999,"x', 'firstName":1e999,"x', 'source":-1e999,"x'),
  twoAnswers: fc.constantFrom(
    'email=eve%40example.com',
    'email=eve%40example.com&firstName=a&firstName=b',
    'firstName=qzx1&firstName=qzx2',
    'timeZone=UTC&timeZone=Europe%2FBerlin',
  ),
  zone: fc
    .oneof(fc.constantFrom('Mars/Base', '+25:00', '../etc/passwd'), text)
    .filter(
      (given) => !/^(|[A-Za-z]+\/?[A-Za-z_/]*|[+-]\d\d:?\d\d)$/.test(given.trim()) || given === 'Mars/Base',
    ),
  language: text.filter(
    (given) => given.trim() !== '' && !/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/.test(given.trim()),
  ),
  contentType: fc.oneof(
    fc.constantFrom(
      '',
      'text/plain',
      'text/html',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-16',
      'application/x-www-form-urlencoded; charset=windows-1252',
      'application/json;charset="utf-16le"',
      'application/jsonp',
      'application/vnd.api+json',
      '*/*',
      'json',
    ),
    text.filter((given) => !/^\s*application\/(json|x-www-form-urlencoded)/i.test(given)),
  ),
  notJson: fc.oneof(
    fc.constantFrom(
      '',
      '[]',
      'null',
      '1',
      '"x"',
      '{',
      '{"email"',
      '\ufeff{}',
      '{"a":1}{"b":2}',
      "{'email':'qzx@example.com'}",
      '{"email":"qzx@example.com",}',
      `${'['.repeat(9000)}`,
      `{"a":${'['.repeat(9000)}`,
      '{"email":"\ud800',
    ),
    text.filter((given) => !given.trim().startsWith('{')),
  ),
  nested: fc.integer({ min: 2, max: 4000 }).map((depth) => `${'{"qzx":'.repeat(depth)}1${'}'.repeat(depth)}`),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    text.map((given) => Buffer.from(`email=${given}&consent=yes`, 'utf16le')),
    text.map((given) => gzipSync(`email=${given}`)),
    text.map((given) =>
      Buffer.from(`--x\r\ncontent-disposition: form-data; name="email"\r\n\r\n${given}\r\n--x--`),
    ),
  ),
  notEncoded: fc.constantFrom(
    '%',
    '%%%',
    '%zz=1',
    'email=%E0%A4%A',
    '=',
    '&&&',
    '=&=',
    'a;b',
    'email[]=qzx@example.com',
    'email[__proto__]=x',
    '__proto__[x]=1',
    '?email=qzx@example.com',
    '\u0000',
    '+'.repeat(100),
  ),
  tooLarge: fc.integer({ min: 33_000, max: 200_000 }).map((length) => 'q'.repeat(length)),
  tooMany: fc.integer({ min: 201, max: 2000 }),
  trap: text.filter((given) => given.toWellFormed().trim() !== ''),
  token: fc.oneof(
    fc.constantFrom('forged', 'otherForm', 'tooFast', 'expired', 'missing', 'cut'),
    text.filter((given) => given.trim() !== '' && given.trim().length <= 400),
  ),
  form: fc
    .oneof(
      fc.constantFrom(
        '__proto__',
        'constructor',
        '',
        'Guide',
        'guide ',
        '%67uide',
        'guide/../newsletter',
        'nowhere',
      ),
      text,
    )
    .filter((given) => !(formNames as readonly string[]).includes(given)),
  idempotencyKey: fc
    .oneof(text, fc.constantFrom('k'.repeat(65), 'k'.repeat(9000), 'a b'))
    .filter((given) => !/^[\w=-]{1,64}$/.test(given)),
} as const
type Fault = keyof typeof faults
const faultNames = Object.keys(faults) as Fault[]

export const fault = fc.oneof(
  ...faultNames.map((name) => (faults[name] as fc.Arbitrary<unknown>).map((given) => ({ name, given }))),
)
