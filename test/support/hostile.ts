/** Text that has broken other systems: a kept list, and what attacks a page, a header, an email, a spreadsheet or a prototype. */
import naughty from 'big-list-of-naughty-strings' with { type: 'json' }

export const hostileTexts: readonly string[] = [
  // https://github.com/minimaxir/big-list-of-naughty-strings
  ...naughty,
  // Out of an attribute, an element, a script, a style, a comment (OWASP, Cross-site scripting prevention).
  '"><script>alert(1)</script>',
  "' autofocus onfocus='alert(1)",
  '" onmouseover=alert(1) x="',
  '</title><script>alert(1)</script>',
  '</style><img src=x onerror=alert(1)>',
  '</textarea></select></option><b>',
  '--><svg/onload=alert(1)>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<math><mtext></form><form><mglyph><svg><mtext><textarea><path id="</textarea><img onerror=alert(1) src=1>">',
  'javascript:alert(1)',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;b&#62;',
  '#{7*7}',
  // A header of one's own (OWASP, HTTP response splitting).
  'x\r\nSet-Cookie: a=b',
  'x\r\n\r\n<html>',
  'x\nBcc: eve@example.com',
  'https://www.example.com/thanks/\r\nSet-Cookie: a=b',
  'https://www.example.com/thanks/../../evil',
  'https://www.example.com/thanks/@evil.example',
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  'https:evil.example',
  // Templates of emails.
  '{{ links.confirm }}',
  "{{ 'x' | append: 'y' }}",
  '{% for i in (1..1000000) %}x{% endfor %}',
  '{% include "x" %}',
  '{{',
  '%}',
  // Cells that compute (OWASP, CSV injection).
  '=HYPERLINK("https://evil.example","click")',
  '+1+1',
  '-2+3',
  '@SUM(1)',
  '\t=1+1',
  // Names that every object has.
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  // Numbers that are none.
  '1e999',
  '-0',
  'NaN',
  'Infinity',
  '0x10',
  '1_000',
  '１２３',
  // What is not seen, or turns the rest around.
  '\u202eecila',
  'a\u200bb',
  '\ufeff',
  'Zo\u0308e',
  '\ud83d',
  'x\udc00y',
  '\u0000',
  'a\u001bb',
  '\u2028',
  '\ufffd',
  'a'.repeat(10_000),
  '🧑‍🚀'.repeat(50),
  '../../../../etc/passwd',
  "'; DROP TABLE leads; --",
]

/** Text that a form keeps as it is: blanks around it apart, of some length, and all of it readable. */
export const isReadable = (text: string, maxLength: number): boolean =>
  text !== '' &&
  text.trim() === text &&
  text.isWellFormed() &&
  text.length <= maxLength &&
  !/[\p{Cc}\u2028\u2029\ufffd]/u.test(text.replace(/[\t\r\n]/g, ''))
