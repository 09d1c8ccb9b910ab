/** What makes an email look like spam, or tires its readers: advice, each with its line and what to do instead. */
import type { ReadEmail } from '../source/email.ts'
import { type Sender, textWithDefaults, withoutLiquid } from '../source/email-liquid.ts'
import type { Place } from '../source/email-source.ts'
import type { Problems } from '../source/problems.ts'

/** Phrases that filters have counted against a message for twenty years, and that honest emails do not need. */
const phrases: readonly [RegExp, string][] = [
  [/\b(free|fast|easy|extra) (money|cash)\b/i, 'fraud promises it'],
  [/\b(make|earn) (money|cash|\$|£|€)/i, 'fraud promises it'],
  [/\b100 ?% (free|guaranteed|satisfied)\b/i, 'nobody believes it, least of all a filter'],
  [/\b(risk[- ]free|no obligation|money[- ]back guarantee)\b/i, 'it reminds readers of what it denies'],
  [
    /\b(act now|order now|buy now|apply now|call now)\b/i,
    'it pressures readers; say until when and why instead',
  ],
  [
    /\b(limited time|while (stocks|supplies) last|offer expires|last chance)\b/i,
    'it pressures readers; name the date instead',
  ],
  [/\byou(['’]ve| have) (been selected|won)\b|\bcongratulations, you\b/i, 'lottery fraud begins that way'],
  [/\bthis is not spam\b|\bnot a scam\b/i, 'only spam says so'],
  [/\bdear (friend|customer|sir or madam)\b/i, 'use {{ lead.firstName | default: "there" }}'],
]

/** They hide where a link leads; senders of spam have given their names a bad standing. */
const shorteners = new Set([
  'bit.ly',
  'buff.ly',
  'cutt.ly',
  'goo.gl',
  'is.gd',
  'lnkd.in',
  'ow.ly',
  'rb.gy',
  'rebrand.ly',
  'shorturl.at',
  't.co',
  't.ly',
  'tiny.cc',
  'tinyurl.com',
])

/** At 200 words a minute, six minutes: whoever has longer reads it on a page. */
const mostWords = 1200

/** A letter has a link now and then; a catalogue has one every few words. */
const leastWordsPerLink = 20

export const adviseOnEmail = (email: ReadEmail, sender: Sender, problems: Problems): void => {
  adviseOnHead(email, sender, problems)
  adviseOnText(email, problems)
  adviseOnLinks(email, problems)
}

const adviseOnHead = ({ file, head }: ReadEmail, sender: Sender, problems: Problems): void => {
  const subject = textWithDefaults(head.data.subject, sender).trim()
  const preheader = textWithDefaults(head.data.preheader, sender).trim()
  const at = { file, line: head.lineAt('subject') }
  if (isLoud(subject, 2))
    problems.advise(
      file,
      at.line,
      'The subject is in capitals: it reads as shouting, and spam filters penalise it.',
      'Write it as a sentence.',
    )
  adviseOnWords(subject, at, problems)
  if (preheader === '')
    problems.advise(
      file,
      head.lineAt('preheader'),
      'There is no preheader: email clients show the first words of the email next to the subject instead.',
      'Add a preheader that says what the subject leaves open.',
    )
  else if (plain(subject) !== '' && plain(preheader).startsWith(plain(subject)))
    problems.advise(
      file,
      head.lineAt('preheader'),
      'The preheader repeats the subject, next to which it is shown.',
      'Say what the subject leaves open.',
    )
  adviseOnWords(preheader, { file, line: head.lineAt('preheader') }, problems)
}

const adviseOnText = ({ body, file, bodyLine }: ReadEmail, problems: Problems): void => {
  for (const line of body.lines) {
    const text = withoutLiquid(line.text)
    adviseOnWords(text, line, problems)
    if (isLoud(/(?:\p{Lu}[\p{Lu}’']+[ ,!]+){2,}\p{Lu}[\p{Lu}’']+/u.exec(text)?.[0] ?? '', 3))
      problems.advise(
        line.file,
        line.line,
        'Several words in capitals in a row read as shouting, and spam filters penalise them.',
        'Use lower case; **bold** emphasises a word.',
      )
  }
  const words = wordsOf(body.lines.map(({ text }) => withoutLiquid(text)).join(' '))
  if (words > mostWords)
    problems.advise(
      file,
      bodyLine,
      `The email has ${words} words: more than six minutes of reading.`,
      'Split it in two, or move part of it to a page and link to that.',
    )
  const [image] = body.images
  if (image && words < 20)
    problems.advise(
      image.file,
      image.line,
      'The email is little more than an image: spam filters distrust that, and many readers see no images.',
      'Say what matters in words.',
    )
  if (body.links.length > 3 && words / body.links.length < leastWordsPerLink)
    problems.advise(
      file,
      bodyLine,
      `The email has ${body.links.length} links in ${words} words: it looks like a catalogue, to spam filters too.`,
      'Keep the links that matter.',
    )
}

const adviseOnLinks = ({ body }: ReadEmail, problems: Problems): void => {
  for (const { target, text, file, line } of body.links) {
    const host = hostOf(target)
    if (host !== undefined && shorteners.has(host))
      problems.advise(
        file,
        line,
        `The ${host} link hides where it leads; spam filters distrust link shorteners.`,
        'Link to the page itself.',
      )
    const shown = /^(https?:\/\/)?([\w-]+\.)+[a-z]{2,}(\/\S*)?$/i.test(text)
      ? hostOf(/^https?:/i.test(text) ? text : `https://${text}`)
      : undefined
    if (shown !== undefined && shown !== host)
      problems.advise(
        file,
        line,
        `The link says ${text} but leads to ${host ?? target}: phishing looks like that.`,
        'Say in words where it leads.',
      )
    if (/^(click|press|tap|read)? ?(here|this|link|more)$/i.test(text))
      problems.advise(
        file,
        line,
        `The link says only "${text}": readers who go from link to link do not learn where it leads.`,
        'Say in words where it leads.',
      )
  }
}

const adviseOnWords = (text: string, { file, line }: Place, problems: Problems): void => {
  const [shout] = /!{2,}|[!?]{3,}/.exec(text) ?? []
  if (shout !== undefined)
    problems.advise(
      file,
      line,
      `"${shout}" reads as shouting, and spam filters penalise it.`,
      'One is enough.',
    )
  for (const [phrase, why] of phrases) {
    const [quoted] = phrase.exec(text) ?? []
    if (quoted !== undefined)
      problems.advise(
        file,
        line,
        `"${quoted}" counts as a sign of spam: ${why}.`,
        'Say it in your own words.',
      )
  }
}

/**
 * Whether all of the words are in capitals, and there are enough of them; abbreviations such as SQL are not yet loud.
 */
const isLoud = (text: string, leastWords: number): boolean =>
  wordsOf(text) >= leastWords &&
  [...text.matchAll(/\p{L}/gu)].length >= 10 &&
  !/\p{Ll}/u.test(text) &&
  /\p{Lu}{4,}/u.test(text)

export const wordsOf = (text: string): number => text.match(/[\p{L}\p{N}][\p{L}\p{N}’'.,-]*/gu)?.length ?? 0

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const hostOf = (address: string): string | undefined => URL.parse(address)?.hostname.replace(/^www\./, '')
