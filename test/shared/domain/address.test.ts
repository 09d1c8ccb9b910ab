import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  domainOf,
  type IdentityRules,
  identityOf,
  normaliseAddress,
  readAddress,
} from '../../../shared/domain/address.ts'
import { runs } from '../../support/runs.ts'

const letters63 = 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk'
const letters64 = `${letters63}l`
const letters58 = letters63.slice(0, 58)

/** What was typed, the one form it has, and who says so. The rows of Wikipedia and UASG are quoted from memory of their lists. */
const accepted: readonly (readonly [string, string, string])[] = [
  // Plain addresses
  ['ada@example.com', 'ada@example.com', 'RFC 5322, 3.4.1'],
  ['a@example.com', 'a@example.com', 'isemail 11'],
  ['test@e.com', 'test@e.com', 'isemail 12'],
  ['test@example.org.uk', 'test@example.org.uk', 'isemail 9'],
  ['test@about.museum', 'test@about.museum', 'isemail 10'],
  ['test.test@example.org', 'test.test@example.org', 'isemail 14'],
  ['123@example.org', '123@example.org', 'isemail 21'],
  ['test@123.com', 'test@123.com', 'isemail 22; RFC 1123, 2.1'],
  ['test@mason-dixon.com', 'test@mason-dixon.com', 'isemail 29'],
  ['test@c--n.com', 'test@c--n.com', 'isemail 32'],
  ['xn--test@example.org', 'xn--test@example.org', 'isemail 101; RFC 3490: a local part has no A-labels'],
  ['simple@example.com', 'simple@example.com', 'Wikipedia, Email address, Examples'],
  ['very.common@example.com', 'very.common@example.com', 'Wikipedia'],
  ['x@example.com', 'x@example.com', 'Wikipedia'],
  [
    'long.email-address-with-hyphens@and.subdomains.example.com',
    'long.email-address-with-hyphens@and.subdomains.example.com',
    'Wikipedia',
  ],
  ['user.name+tag+sorting@example.com', 'user.name+tag+sorting@example.com', 'Wikipedia; RFC 5233'],
  ['name/surname@example.com', 'name/surname@example.com', 'Wikipedia'],
  ['mailhost!username@example.org', 'mailhost!username@example.org', 'Wikipedia: a bang path is atext'],
  [
    'user%example.com@example.org',
    'user%example.com@example.org',
    'Wikipedia: "%" with no code behind it is atext',
  ],
  ['user-@example.org', 'user-@example.org', 'Wikipedia'],
  ['customer/department=shipping@example.com', 'customer/department=shipping@example.com', 'RFC 3696, 3'],
  [
    '!def!xyz%z@example.com',
    '!def!xyz%z@example.com',
    'RFC 3696, 3, but for its %ab, which is refused below',
  ],
  ['$A12345@example.com', '$a12345@example.com', 'RFC 3696, 3'],
  ['_somename@example.com', '_somename@example.com', 'RFC 3696, 3'],
  ["!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org", 'RFC 5322, 3.2.3, all of atext'],
  ["o'neil@example.com", "o'neil@example.com", 'RFC 5322, 3.2.3; a common name'],
  ['1234567890@example.com', '1234567890@example.com', 'common test lists'],
  ['_______@example.com', '_______@example.com', 'common test lists'],
  ['email@example.co.jp', 'email@example.co.jp', 'common test lists'],
  ['email@example-one.com', 'email@example-one.com', 'common test lists'],
  ['ada@localhost.localdomain', 'ada@localhost.localdomain', 'no question to the DNS is asked here'],
  ['ada@example.photography', 'ada@example.photography', 'UASG 004: a long top-level domain'],
  ['ada@example.sky', 'ada@example.sky', 'UASG 004: a short new top-level domain'],
  ['-ada@example.com', '-ada@example.com', 'atext; we call an API, no sendmail that reads options'],
  ['=ada@example.com', '=ada@example.com', 'atext; the CSV export minds its own formulas'],
  ["ada'--@example.com", "ada'--@example.com", 'naughty strings: atext, and nothing here is SQL'],
  ["'or'1'='1@example.com", "'or'1'='1@example.com", 'naughty strings: atext'],
  ['__proto__@example.com', '__proto__@example.com', 'prototype keys: an address like another'],
  ['constructor@example.com', 'constructor@example.com', 'prototype keys'],
  ['null@example.com', 'null@example.com', 'naughty strings: reserved words'],
  ['{{7*7}}@example.com', '{{7*7}}@example.com', 'naughty strings: a template is text here'],
  ['#{7*7}@example.com', '#{7*7}@example.com', 'naughty strings'],
  ['|id@example.com', '|id@example.com', 'naughty strings: no shell is near'],
  // Case
  ['Ada@Example.COM', 'ada@example.com', 'RFC 5321, 2.4: domains have no case; mailboxes had better not'],
  ['ADA.LOVELACE@EXAMPLE.COM', 'ada.lovelace@example.com', 'RFC 5321, 2.4'],
  ['FIX@EXAMPLE.COM', 'fix@example.com', 'Unicode SpecialCasing: no Turkish dotless i'],
  ['\u212aelvin@example.com', 'kelvin@example.com', 'Unicode: the Kelvin sign is canonically K'],
  // Ends
  ['  ada@example.com ', 'ada@example.com', 'isemail 157, 158'],
  ['\tada@example.com\r\n', 'ada@example.com', 'a line copied whole'],
  ['\r\n ada@example.com', 'ada@example.com', 'isemail 88'],
  ['\u00a0ada@example.com\u00a0', 'ada@example.com', 'a no-break space from a web page'],
  ['\ufeffada@example.com', 'ada@example.com', 'a byte order mark from a CSV file'],
  ['\u200bada@example.com\u200b', 'ada@example.com', 'a zero-width space from a chat'],
  ['\u202dada@example.com\u202c', 'ada@example.com', 'iOS contacts set U+202D and U+202C around'],
  ['\u202aada@example.com\u202c', 'ada@example.com', 'Windows sets U+202A and U+202C around'],
  ['\u2068ada@example.com\u2069', 'ada@example.com', 'UAX 9: isolates around'],
  ['\u200eada@example.com\u200f', 'ada@example.com', 'UAX 9: marks around'],
  ['\u3000ada@example.com\u3000', 'ada@example.com', 'the space of Japanese keyboards'],
  ['\u2060ada@example.com\u00ad', 'ada@example.com', 'word joiner and soft hyphen'],
  ['\u2028ada@example.com\u2029', 'ada@example.com', 'line and paragraph separators'],
  ['ada@example.com.', 'ada@example.com', 'RFC 1034, 3.1: the root; isemail 35 calls it an error'],
  ['ada@bücher.example.', 'ada@xn--bcher-kva.example', 'RFC 1034, 3.1'],
  // Width
  ['ａｄａ@example.com', 'ada@example.com', 'Unicode FF01-FF5E: a full-width keyboard'],
  ['ada＠example.com', 'ada@example.com', 'full-width @'],
  ['ＡＤＡ＠ＥＸＡＭＰＬＥ．ＣＯＭ', 'ada@example.com', 'full-width all through'],
  ['ada＋news@example.com', 'ada+news@example.com', 'full-width +'],
  ['ada１＠example.com', 'ada1@example.com', 'full-width digit'],
  // International domains
  ['ada@bücher.example', 'ada@xn--bcher-kva.example', 'RFC 5890; RFC 3492'],
  ['ada@BÜCHER.example', 'ada@xn--bcher-kva.example', 'UTS 46, 4: case folds'],
  ['ada@bu\u0308cher.example', 'ada@xn--bcher-kva.example', 'UAX 15: u and a combining mark'],
  ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example', 'RFC 5890: the A-label itself'],
  ['ada@XN--BCHER-KVA.EXAMPLE', 'ada@xn--bcher-kva.example', 'RFC 5890, 2.3.2.1: A-labels have no case'],
  ['ada@faß.de', 'ada@xn--fa-hia.de', 'UTS 46, table 1, non-transitional'],
  ['ada@FAẞ.de', 'ada@xn--fa-hia.de', 'UTS 46, revision 31: the capital sharp s is ß'],
  ['ada@fass.de', 'ada@fass.de', 'UTS 46, 7: another domain than faß.de'],
  ['ada@βόλος.com', 'ada@xn--nxasmm1c.com', 'UTS 46, table 1: final sigma'],
  ['ada@ΒΌΛΟΣ.com', 'ada@xn--nxasmq6b.com', 'UTS 46: capitals do not know the final sigma'],
  ['ada@ශ්\u200dරී.com', 'ada@xn--10cl1a0b660p.com', 'UTS 46, table 1: a joiner with its place'],
  ['ada@نامه\u200cای.com', 'ada@xn--mgba3gch31f060k.com', 'UTS 46, table 1; RFC 5892, A.1'],
  ['ada@日本語。ＪＰ', 'ada@xn--wgv71a119e.jp', 'UTS 46, 4.5: full stop and width'],
  ['ada@example。com', 'ada@example.com', 'UTS 46, 2.3: U+3002'],
  ['ada@example｡com', 'ada@example.com', 'UTS 46, 2.3: U+FF61'],
  ['ada@example．com', 'ada@example.com', 'UTS 46, 2.3: U+FF0E'],
  ['ada@example.com。', 'ada@example.com', 'UTS 46: the last dot, ideographic'],
  ['ada@öbb.at', 'ada@xn--bb-eka.at', 'UTS 46, 2.1'],
  ['ada@ÖBB.at', 'ada@xn--bb-eka.at', 'UTS 46, 2.1'],
  ['test@παράδειγμα.δοκιμή', 'test@xn--hxajbheg2az3al.xn--jxalpdlp', 'ICANN IDN evaluation'],
  ['test@xn--hxajbheg2az3al.xn--jxalpdlp', 'test@xn--hxajbheg2az3al.xn--jxalpdlp', 'isemail 100'],
  ['test@例え.テスト', 'test@xn--r8jz45g.xn--zckzah', 'ICANN IDN evaluation'],
  ['info@普遍接受-测试.世界', 'info@xn----f38am99bqvcd5liy1cxsg.xn--rhqv96g', 'UASG 004: ASCII@IDN.IDN'],
  ['info@ua-test.世界', 'info@ua-test.xn--rhqv96g', 'UASG 004: ASCII@ASCII.IDN'],
  ['info@普遍接受-测试.top', 'info@xn----f38am99bqvcd5liy1cxsg.top', 'UASG 004: ASCII@IDN.ASCII'],
  [
    'info@xn----f38am99bqvcd5liy1cxsg.xn--rhqv96g',
    'info@xn----f38am99bqvcd5liy1cxsg.xn--rhqv96g',
    'UASG 004: ASCII@A-label',
  ],
  ['ada@пример.рф', 'ada@xn--e1afmkfd.xn--p1ai', 'UASG 004: Cyrillic'],
  ['ada@i❤.ws', 'ada@xn--i-7iq.ws', 'UTS 46 lets symbols pass; IDNA2008 does not'],
  ['ada@i❤\ufe0f.ws', 'ada@xn--i-7iq.ws', 'UTS 46 ignores the emoji selector that telephones add'],
  ['ada@💩.la', 'ada@xn--ls8h.la', 'WHATWG URL, hosts'],
  ['ada@ﬁsh.example', 'ada@fish.example', 'UTS 46 maps compatibility characters in domains'],
  ['ada@аррӏе.com', 'ada@xn--80ak6aa92e.com', 'UTS 39: looks like another, and stays another'],
  ['ada@exаmple.com', 'ada@xn--exmple-4nf.com', 'UTS 39: mixed scripts, identity only'],
  // Lengths
  [`${letters64}@example.com`, `${letters64}@example.com`, 'RFC 5321, 4.5.3.1.1; isemail 25'],
  [`test@${letters63}.com`, `test@${letters63}.com`, 'RFC 1035, 2.3.4; isemail 27'],
  [`ada@${'ä'.repeat(56)}.com`, `ada@xn--4ca${'a'.repeat(55)}.com`, 'RFC 5890: 62 as an A-label'],
  [
    `${letters64}@${letters63}.${letters63}.${letters58}.ab`,
    `${letters64}@${letters63}.${letters63}.${letters58}.ab`,
    'erratum 1690 to RFC 3696: 254 octets',
  ],
  [
    'ada@a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.example',
    'ada@a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.example',
    'isemail 37',
  ],
]

/** Every sentence that a form can show, and its name in the table below. */
const sentences = {
  empty: 'The address is missing.',
  tooLong: 'The address is too long; 254 characters are the most.',
  controlCharacter: 'The address has a line break or another control character inside.',
  invisibleCharacter: 'The address has an invisible character inside; please type it by hand.',
  mailto: 'The address begins with "mailto:"; please leave that out.',
  nameAndAddress: 'Please type the address alone, without a name and without "<" and ">".',
  marks: 'The address has quotation marks or brackets; please leave them out.',
  severalAddresses: 'The address has a comma or a semicolon; please type one address only.',
  noAt: 'The address has no @.',
  severalAts: 'The address has more than one @.',
  nothingBeforeAt: 'There is nothing before the @.',
  spaceBeforeAt: 'The part before the @ has a space.',
  notAsciiBeforeAt:
    'The part before the @ may only have the letters a to z without accents; we cannot write to others.',
  dotBeforeAt: 'The part before the @ begins or ends with a dot, or has two dots in a row.',
  percentCode: 'The part before the @ has a code such as %20.',
  signBeforeAt: 'The part before the @ has a sign that an address cannot have.',
  longBeforeAt: 'The part before the @ is too long; 64 characters are the most.',
  nothingAfterAt: 'There is nothing after the @.',
  spaceAfterAt: 'The part after the @ has a space.',
  numberAfterAt: 'The part after the @ is an IP address or a number; it needs a name such as example.com.',
  signAfterAt: 'The part after the @ has a sign that a domain cannot have.',
  dotAfterAt: 'The part after the @ begins with a dot or has two dots in a row.',
  noEnding: 'The part after the @ has no ending such as ".com".',
  hyphenAfterAt: 'The part after the @ has a hyphen beside a dot or at an end.',
  longLabel: 'The part after the @ has more than 63 characters without a dot.',
  notADomain: 'The part after the @ is not a domain such as example.com.',
}

/** What was typed, what is wrong with it, and who says so. */
const refused: readonly (readonly [string, keyof typeof sentences, string])[] = [
  // Nothing, or no address at all
  ['', 'empty', 'isemail 1'],
  [' \t\u200b\u00a0', 'empty', 'nothing but what is trimmed'],
  ['ada', 'noAt', 'isemail 2'],
  ['abc.example.com', 'noAt', 'Wikipedia, invalid'],
  ['test_exa-mple.com', 'noAt', 'isemail 18'],
  ['NULL', 'noAt', 'naughty strings'],
  ['../../../etc/passwd%00', 'noAt', 'naughty strings'],
  ['@', 'nothingBeforeAt', 'isemail 3'],
  ['ada@', 'nothingAfterAt', 'isemail 4'],
  ['@example.org', 'nothingBeforeAt', 'isemail 7'],
  ['ada@@example.com', 'severalAts', 'common test lists'],
  ['a@b@c@example.com', 'severalAts', 'Wikipedia, invalid'],
  ['ada@example.com＠example.org', 'severalAts', 'a full-width @ counts'],
  ['@relay.example:ada@example.com', 'severalAts', 'RFC 5321, appendix C: source routes'],
  ['test\\@test@example.org', 'severalAts', 'isemail 20; RFC 3696, erratum 246'],
  // Bare top-level domains, numbers, literals
  ['ada@localhost', 'noEnding', 'RFC 6761, 6.3'],
  ['test@io', 'noEnding', 'isemail 5; SAC053'],
  ['admin@xn--rhqv96g', 'noEnding', 'SAC053'],
  ['ada@com.', 'noEnding', 'a bare top-level domain with its root'],
  ['test@255.255.255.255', 'numberAfterAt', 'isemail 24'],
  ['ada@１９２.０.２.１', 'numberAfterAt', 'full-width digits'],
  ['test@[255.255.255.255]', 'numberAfterAt', 'RFC 5321, 4.1.3; isemail 61'],
  ['postmaster@[IPv6:2001:db8::1]', 'numberAfterAt', 'RFC 5321, 4.1.3; Wikipedia'],
  ['test@[1.2.3.4', 'numberAfterAt', 'isemail 106'],
  ['test@[RFC-5322-domain-literal]', 'numberAfterAt', 'isemail 112'],
  ['test@a[255.255.255.255]', 'numberAfterAt', 'isemail 62'],
  ['ada@0x7f.0x1', 'notADomain', 'WHATWG URL, IPv4 in hexadecimal'],
  ['ada@2130706433', 'numberAfterAt', 'WHATWG URL, IPv4 as one number'],
  ['ada@2001:db8::1', 'signAfterAt', 'an IPv6 address without brackets'],
  ['test@example.123', 'notADomain', 'isemail 23; RFC 3696, 2'],
  ['ada@example.٣٤', 'notADomain', 'WHATWG URL: a name may not end in a number'],
  ['test@example.a', 'notADomain', 'isemail 13: no top-level domain has one letter'],
  ['test@example.co-uk', 'notADomain', 'isemail 33; RFC 1123, 2.1'],
  // Dots and hyphens
  ['.ada@example.com', 'dotBeforeAt', 'isemail 15'],
  ['ada.@example.com', 'dotBeforeAt', 'isemail 16'],
  ['a..b@example.com', 'dotBeforeAt', 'Wikipedia, invalid; RFC 5322, 3.2.3'],
  ['.@example.com', 'dotBeforeAt', 'RFC 5322, 3.2.3'],
  ['ada@.example.com', 'dotAfterAt', 'isemail 34'],
  ['test@.org', 'dotAfterAt', 'isemail 123'],
  ['ada@example..com', 'dotAfterAt', 'isemail 36'],
  ['ada@example.com..', 'dotAfterAt', 'one root is enough'],
  ['ada@.', 'dotAfterAt', 'the root alone'],
  ['ada@example。。com', 'dotAfterAt', 'UTS 46: two dots'],
  ['ada@-example.com', 'hyphenAfterAt', 'isemail 30'],
  ['ada@example-.com', 'hyphenAfterAt', 'isemail 31'],
  ['ada@example.com-', 'hyphenAfterAt', 'isemail 102'],
  ['ada@-.com', 'hyphenAfterAt', 'RFC 1123, 2.1'],
  // Signs
  ['ada@exam_ple.com', 'signAfterAt', 'Wikipedia, invalid: underscores in a domain'],
  ['test@iana/icann.org', 'signAfterAt', 'isemail 161'],
  ['ada@example.com?subject=hello', 'signAfterAt', 'RFC 6068: a query'],
  ['ada@example.com#top', 'signAfterAt', 'WHATWG URL: ends a host'],
  ['ada@example.com:25', 'signAfterAt', 'WHATWG URL: a port'],
  ['ada@example.com\\@evil', 'severalAts', 'WHATWG URL: a backslash'],
  ['ada@example.com\\evil', 'signAfterAt', 'WHATWG URL: a backslash ends a host'],
  ['ada@exam%70le.com', 'signAfterAt', 'WHATWG URL decodes hosts; we do not'],
  ["ada@example.com'", 'signAfterAt', 'naughty strings'],
  ['ada@℀.com', 'notADomain', 'UTS 46 maps it to a/c'],
  ['ada@⑴.com', 'notADomain', 'UTS 46 maps it to (1)'],
  ['ada:lovelace@example.com', 'signBeforeAt', 'RFC 5322, 3.2.3: specials'],
  ['ada\\lovelace@example.com', 'signBeforeAt', 'RFC 5322, 3.2.3; RFC 3696, erratum 1003'],
  ['ada[1]@example.com', 'signBeforeAt', 'RFC 5322, 3.2.3: specials'],
  ['ada%0aBcc:eve@example.com', 'percentCode', 'OWASP: header injection, encoded'],
  ['ada%0D%0A@example.com', 'percentCode', 'OWASP: header injection, encoded'],
  ['ada%40example.org@example.com', 'percentCode', 'an @ encoded once too often'],
  ['ada%20lovelace@example.com', 'percentCode', 'a space encoded once too often'],
  ['ada％0a@example.com', 'percentCode', 'a full-width percent sign'],
  ['!def!xyz%abc@example.com', 'percentCode', 'RFC 3696, 3, has it; %ab reads as a code'],
  // Control characters and what cannot be seen
  ['ada@example.com\nBcc: eve@example.com', 'controlCharacter', 'OWASP: header injection'],
  ['ada@example.com\r\nSubject: x', 'controlCharacter', 'OWASP: header injection'],
  ['ada\r\n@example.com', 'controlCharacter', 'OWASP: header injection'],
  ['ada\u0000@example.com', 'controlCharacter', 'isemail 136'],
  ['ada@example.com\u0000', 'controlCharacter', 'naughty strings: a NUL is not trimmed'],
  ['ada@\u0007.org', 'controlCharacter', 'isemail 137'],
  ['ada\u007f@example.com', 'controlCharacter', 'DEL'],
  ['ada\u0085@example.com', 'controlCharacter', 'C1: next line'],
  ['ada\tlovelace@example.com', 'controlCharacter', 'a tab inside'],
  ['ada\u2028x@example.com', 'controlCharacter', 'a line separator inside'],
  ['a\u200bda@example.com', 'invisibleCharacter', 'a zero-width space inside'],
  ['ada@exam\u200bple.com', 'invisibleCharacter', 'a zero-width space inside'],
  ['ada\ufeff@example.com', 'invisibleCharacter', 'a byte order mark inside'],
  ['a\u00adda@example.com', 'invisibleCharacter', 'a soft hyphen inside'],
  ['ada@exam\u00adple.com', 'invisibleCharacter', 'UTS 46 would drop it; what is seen decides'],
  ['a\u200cda@example.com', 'invisibleCharacter', 'a non-joiner before the @'],
  ['ada@a\u200cb.com', 'notADomain', 'RFC 5892, A.1: a non-joiner out of place'],
  ['ada@a\u200db.com', 'notADomain', 'RFC 5892, A.2: a joiner out of place'],
  ['ada@\ufe0f.com', 'notADomain', 'an emoji selector alone'],
  ['\u202emoc.elpmaxe@ada', 'invisibleCharacter', 'CVE-2021-42574: right-to-left override'],
  ['ada\u202e@example.com', 'invisibleCharacter', 'CVE-2021-42574'],
  ['ada@example\u2066.com', 'invisibleCharacter', 'CVE-2021-42574: an isolate inside'],
  ['ada\u3164@example.com', 'invisibleCharacter', 'the Hangul filler'],
  ['ada\u2800@example.com', 'invisibleCharacter', 'the blank Braille pattern'],
  ['ada\u{e0041}@example.com', 'invisibleCharacter', 'Unicode tags'],
  ['ada lovelace@example.com', 'spaceBeforeAt', 'Wikipedia, invalid'],
  ['ada @example.com', 'spaceBeforeAt', 'isemail 85'],
  ['ada\u00a0lovelace@example.com', 'spaceBeforeAt', 'a no-break space inside'],
  ['ada\u3000lovelace@example.com', 'spaceBeforeAt', 'an ideographic space inside'],
  ['ada@ example.com', 'spaceAfterAt', 'isemail 86'],
  ['ada@example .com', 'spaceAfterAt', 'isemail 86'],
  ['ada@example.com eve', 'spaceAfterAt', 'common test lists'],
  ['ada@example.com \n eve@example.com', 'controlCharacter', 'two lines'],
  // Names, comments, quotes, lists
  ['Ada Lovelace <ada@example.com>', 'nameAndAddress', 'RFC 5322, 3.4: name-addr'],
  ['<ada@example.com>', 'nameAndAddress', 'RFC 5322, 3.4: angle-addr'],
  ['"Ada" <ada@example.com>', 'nameAndAddress', 'RFC 5322, 3.4'],
  ['＜ada@example.com＞', 'nameAndAddress', 'full-width brackets'],
  ['<script>alert(1)</script>@example.com', 'nameAndAddress', 'naughty strings'],
  ['"><img src=x onerror=alert(1)>@example.com', 'nameAndAddress', 'naughty strings'],
  ['mailto:ada@example.com', 'mailto', 'RFC 6068'],
  ['MAILTO:ada@example.com?subject=x', 'mailto', 'RFC 6068'],
  ['"ada lovelace"@example.com', 'marks', 'RFC 5321, 4.1.2; Wikipedia'],
  ['"ada"@example.com', 'marks', 'isemail 42'],
  ['""@example.com', 'marks', 'isemail 43'],
  ['"test@example.org', 'marks', 'isemail 50'],
  ['"test"test@example.org', 'marks', 'isemail 51'],
  ['"abc@def"@example.com', 'marks', 'RFC 3696, 3'],
  ['just"not"right@example.com', 'marks', 'Wikipedia, invalid'],
  ['ada(comment)@example.com', 'marks', 'RFC 5322, 3.2.2'],
  ['(comment)test@example.org', 'marks', 'isemail 90'],
  ['test@(comment)example.org', 'marks', 'isemail 93'],
  ['test@example.org(comment\\', 'marks', 'isemail 110'],
  ['ada@example.com, eve@example.com', 'severalAddresses', 'RFC 5322, 3.4: address-list'],
  ['ada@example.com;eve@example.com', 'severalAddresses', 'what Outlook takes for a list'],
  ['ada@example,com', 'severalAddresses', 'a slip of the finger'],
  ['ada@example.com eve@example.com', 'severalAts', 'two addresses and a space'],
  // Letters that SES cannot write to
  ['jürgen@example.de', 'notAsciiBeforeAt', 'SES API reference, Destination: 7-bit ASCII before the @'],
  ['用户@example.com', 'notAsciiBeforeAt', 'RFC 6531; Wikipedia'],
  ['测试@普遍接受-测试.世界', 'notAsciiBeforeAt', 'UASG 004: Unicode@IDN.IDN'],
  ['δοκιμή@παράδειγμα.δοκιμή', 'notAsciiBeforeAt', 'Wikipedia'],
  ['دون@رسيل.السعودية', 'notAsciiBeforeAt', 'UASG 004: from right to left'],
  ['аda@example.com', 'notAsciiBeforeAt', 'UTS 39: a Cyrillic a'],
  ['ıda@example.com', 'notAsciiBeforeAt', 'the dotless i: never folded to i'],
  ['İda@example.com', 'notAsciiBeforeAt', 'Unicode SpecialCasing: a dotted capital I'],
  ['ada²@example.com', 'notAsciiBeforeAt', 'NFKC would make it ada2: another mailbox'],
  ['ﬁsh@example.com', 'notAsciiBeforeAt', 'NFKC would make it fish'],
  ['ada。lovelace@example.com', 'notAsciiBeforeAt', 'an ideographic full stop is a dot only in domains'],
  ['😀@example.com', 'notAsciiBeforeAt', 'RFC 6531'],
  ['\ud800@example.com', 'notAsciiBeforeAt', 'an unpaired surrogate'],
  // Domains that UTS 46 refuses
  ['ada@\ud800.com', 'notADomain', 'an unpaired surrogate'],
  ['ada@xn--a.com', 'notADomain', 'RFC 3492: no Punycode'],
  ['ada@xn--zzzzzz.com', 'notADomain', 'RFC 3492: overflows'],
  ['ada@xn--.com', 'notADomain', 'RFC 5890: an A-label of nothing'],
  ['ada@example.xn--', 'notADomain', 'RFC 5890: an A-label of nothing at the end'],
  ['ada@אבa.com', 'notADomain', 'RFC 5893: both directions in one label'],
  ['ada@\u0301a.com', 'notADomain', 'UTS 46, 4.1: begins with a mark'],
  ['ada@\ufffd.com', 'notADomain', 'the replacement character: an encoding went wrong'],
  ['ada@b¨.com', 'notADomain', 'UTS 46 maps it to a space'],
  // Lengths
  [`${letters64}m@example.com`, 'longBeforeAt', 'RFC 5321, 4.5.3.1.1; isemail 26'],
  [`test@${letters64}.com`, 'longLabel', 'RFC 1035, 2.3.4; isemail 28'],
  [`ada@${'ä'.repeat(58)}.com`, 'longLabel', 'RFC 5890: 64 as an A-label'],
  [
    `${letters64}@${letters63}.${letters63}.${letters58}.abc`,
    'tooLong',
    'erratum 1690 to RFC 3696; isemail 39',
  ],
]

test('the table has at least 150 cases, each once and with its source', () => {
  const cases = [...accepted, ...refused]
  expect(cases.length).toBeGreaterThanOrEqual(150)
  expect(new Set(cases.map(([text]) => text)).size).toBe(cases.length)
  expect(cases.filter(([, , source]) => source.length < 3)).toEqual([])
})

test.each(accepted)('%j is %j (%s)', (text, address) => {
  expect(readAddress(text)).toEqual({ kind: 'address', address })
  expect(normaliseAddress(text)).toBe(address)
})

test.each(refused)('%j is refused: %s (%s)', (text, fault) => {
  expect(readAddress(text)).toEqual({ kind: 'refused', why: sentences[fault] })
  expect(normaliseAddress(text)).toBeUndefined()
})

test.each([
  ['a hundred labels too many', `ada@${'a.'.repeat(300)}com`],
  ['a million letters', 'a'.repeat(1_000_000)],
  ['a million spaces', ' '.repeat(1_000_000)],
  ['a million characters before an address', `${'\u200b '.repeat(500_000)}ada@example.com`],
])('%s are too long', (_, text) => {
  expect(readAddress(text)).toEqual({ kind: 'refused', why: sentences.tooLong })
})

test('every fault has a case in the table', () => {
  const shown = new Set<string>(refused.map(([, fault]) => fault))
  expect(Object.keys(sentences).filter((fault) => !shown.has(fault))).toEqual([])
})

const asTyped: IdentityRules = { ignoresPlusTag: false, ignoresDotsAt: [] }
const noTags: IdentityRules = { ignoresPlusTag: true, ignoresDotsAt: [] }
const google: IdentityRules = { ignoresPlusTag: true, ignoresDotsAt: ['gmail.com', 'googlemail.com'] }
const dotsOnly: IdentityRules = { ignoresPlusTag: false, ignoresDotsAt: ['gmail.com', 'example.com'] }

describe('identity', () => {
  test.each([
    ['ada.lovelace+news@example.com', asTyped, 'ada.lovelace+news@example.com'],
    ['a.d.a@gmail.com', asTyped, 'a.d.a@gmail.com'],
    ['ada@googlemail.com', asTyped, 'ada@googlemail.com'],
    ['ada+news@example.com', noTags, 'ada@example.com'],
    ['ada+news+more@example.com', noTags, 'ada@example.com'],
    ['ada+@example.com', noTags, 'ada@example.com'],
    ['+ada@example.com', noTags, '+ada@example.com'],
    ['+ada+news@example.com', noTags, '+ada@example.com'],
    ['++@example.com', noTags, '+@example.com'],
    ['+@example.com', noTags, '+@example.com'],
    ['ada-news@example.com', noTags, 'ada-news@example.com'],
    ['ada.lovelace@example.com', noTags, 'ada.lovelace@example.com'],
    ['ada@googlemail.com', noTags, 'ada@googlemail.com'],
    ['a.d.a@gmail.com', google, 'ada@gmail.com'],
    ['a.d.a+news@googlemail.com', google, 'ada@gmail.com'],
    ['ada@gmail.com', google, 'ada@gmail.com'],
    ['a.d.a@example.com', google, 'a.d.a@example.com'],
    ['a.d.a@mail.gmail.com', google, 'a.d.a@mail.gmail.com'],
    ['+a.d.a@gmail.com', google, '+ada@gmail.com'],
    ['a.d.a+n.ews@gmail.com', dotsOnly, 'ada+news@gmail.com'],
    ['a.d.a@googlemail.com', dotsOnly, 'ada@gmail.com'],
    ['a.d.a@example.com', dotsOnly, 'ada@example.com'],
  ])('%s by %j is %s', (address, rules, identity) => {
    expect(identityOf(address, rules)).toBe(identity)
  })

  test.each([
    ['ada@example.com', 'example.com'],
    ['ada@xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ])('the domain of %s is %s', (address, domain) => {
    expect(domainOf(address)).toBe(domain)
  })
})

/** Pieces that addresses, near misses and attacks are made of: strings of these are valid often enough to matter. */
const pieces = fc.constantFrom(
  ...[
    'a',
    'B',
    'z',
    '9',
    '.',
    '-',
    '_',
    '+',
    '%',
    '%0a',
    '@',
    '＠',
    'Ｋ',
    '\u212a',
    'ü',
    'u\u0308',
    'ß',
    'ẞ',
    'İ',
    'ı',
    'ſ',
  ],
  ...[
    '。',
    '．',
    'xn--',
    'com',
    '.com',
    '.example',
    '例え',
    'א',
    '١',
    '😀',
    '\ufe0f',
    '\u200c',
    '\u200d',
    '\u200b',
    '\u202e',
  ],
  ...[
    ' ',
    '\u00a0',
    '\t',
    '\r\n',
    '\u0000',
    '"',
    '(',
    '<',
    ',',
    '[',
    '\\',
    '/',
    '?',
    '#',
    ':',
    '\ud800',
    '\udc00',
    '\u0301',
    'ﬁ',
    '℀',
  ],
)
const nearly = fc
  .tuple(
    fc.array(pieces, { maxLength: 6 }),
    fc.array(pieces, { maxLength: 6 }),
    fc.constantFrom('', '.com', '.世界', '.'),
  )
  .map(([local, domain, ending]) => `${local.join('')}@${domain.join('')}${ending}`)
const likely = fc
  .tuple(
    fc.stringMatching(/^[A-Za-z0-9+_-]{1,12}(\.[A-Za-z0-9+]{1,6}){0,3}$/),
    fc.constantFrom(
      'Gmail.com',
      'googlemail.com',
      'bücher.example',
      'XN--BCHER-KVA.example',
      'example。com',
      'a.B-c.ßx.de',
    ),
  )
  .map(([local, domain]) => `${local}@${domain}`)
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme' }),
  nearly,
  likely,
)
const anyRules = fc.constantFrom(asTyped, noTags, google, dotsOnly)

describe('any text', () => {
  test('is never an exception, and always an address or one of the sentences', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const reading = readAddress(text)
        if (reading.kind === 'refused') expect(Object.values(sentences)).toContain(reading.why)
      }),
      runs(10_000),
    )
  })

  test('has one form: reading that form again changes nothing', () => {
    let addresses = 0
    fc.assert(
      fc.property(anyText, (text) => {
        const address = normaliseAddress(text)
        if (address === undefined) return
        addresses += 1
        expect(normaliseAddress(address)).toBe(address)
        expect(normaliseAddress(` ${address.toUpperCase()}.`)).toBe(address)
      }),
      runs(10_000),
    )
    expect(addresses).toBeGreaterThan(runs(10_000).numRuns / 10)
  })

  test('becomes visible ASCII in lower case, within the limits of mail', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const address = normaliseAddress(text)
        if (address === undefined) return
        expect(address).toMatch(/^[!-?^-~]{1,64}@[a-z\d.-]{4,252}$/)
        expect(address.length).toBeLessThanOrEqual(254)
      }),
      runs(10_000),
    )
  })

  test('has an identity that is its own identity, with something before the @', () => {
    fc.assert(
      fc.property(anyText, anyRules, (text, rules) => {
        const address = normaliseAddress(text)
        if (address === undefined) return
        const identity = identityOf(address, rules)
        expect(identityOf(identity, rules)).toBe(identity)
        expect(identity.indexOf('@')).toBeGreaterThan(0)
      }),
      runs(10_000),
    )
  })
})
