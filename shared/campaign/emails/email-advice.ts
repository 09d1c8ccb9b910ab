/** What makes an email look like spam, or tires its readers: advice, each with its line and what to do instead. */
import type { ReadEmail } from '../source/email.ts'
import { type Sender, textWithDefaults, withoutLiquid } from '../source/email-liquid.ts'
import type { Place } from '../source/email-source.ts'
import type { Problems } from '../source/problems.ts'

/** Phrases that filters have counted against a message for twenty years, and that honest emails do not need. */
const phrases: readonly [RegExp, string][] = [
  [/\b(free|fast|easy|extra) (money|cash)\b/i, 'it is what fraud promises'],
  [/\b(make|earn) (money|cash|\$|£|€)/i, 'it is what fraud promises'],
  [/\b100 ?% (free|guaranteed|satisfied)\b/i, 'nobody believes it, filters least'],
  [/\b(risk[- ]free|no obligation|money[- ]back guarantee)\b/i, 'it reminds of what it denies'],
  [/\b(act now|order now|buy now|apply now|call now)\b/i, 'it presses; say until when and why instead'],
  [
    /\b(limited time|while (stocks|supplies) last|offer expires|last chance)\b/i,
    'it presses; name the day instead',
  ],
  [/\byou(['’]ve| have) (been selected|won)\b|\bcongratulations, you\b/i, 'it is how lottery fraud begins'],
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

/** At 200 words a minute, six minutes: who has longer reads it on a page. */
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
      'The subject is in capitals: it reads as shouting, and filters count it.',
      'Write it as a sentence.',
    )
  adviseOnWords(subject, at, problems)
  if (preheader === '')
    problems.advise(
      file,
      head.lineAt('preheader'),
      'There is no preheader: mail programs show the first words of the email beside the subject instead.',
      'Add preheader: with what the subject leaves open.',
    )
  else if (plain(subject) !== '' && plain(preheader).startsWith(plain(subject)))
    problems.advise(
      file,
      head.lineAt('preheader'),
      'The preheader repeats the subject, beside which it stands.',
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
        'Several words in capitals in a row read as shouting, and filters count them.',
        'Write them small; **bold** stresses a word.',
      )
  }
  const words = wordsOf(body.lines.map(({ text }) => withoutLiquid(text)).join(' '))
  if (words > mostWords)
    problems.advise(
      file,
      bodyLine,
      `The email has ${words} words: more than six minutes of reading.`,
      'Make two of it, or put part of it on a page and link to that.',
    )
  const [image] = body.images
  if (image && words < 20)
    problems.advise(
      image.file,
      image.line,
      'The email is hardly more than an image: filters distrust that, and many readers see none.',
      'Say in words what matters.',
    )
  if (body.links.length > 3 && words / body.links.length < leastWordsPerLink)
    problems.advise(
      file,
      bodyLine,
      `The email has ${body.links.length} links in ${words} words: it looks like a catalogue, to filters too.`,
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
        `The link by ${host} hides where it leads; filters know the shorteners and distrust them.`,
        'Link to the page itself.',
      )
    const shown = /^(https?:\/\/)?([\w-]+\.)+[a-z]{2,}(\/\S*)?$/i.test(text)
      ? hostOf(/^https?:/i.test(text) ? text : `https://${text}`)
      : undefined
    if (shown !== undefined && shown !== host)
      problems.advise(
        file,
        line,
        `The link says ${text} and leads to ${host ?? target}: that is how fraud looks.`,
        'Let it say in words where it leads.',
      )
    if (/^(click|press|tap|read)? ?(here|this|link|more)$/i.test(text))
      problems.advise(
        file,
        line,
        `The link says only "${text}": who goes from link to link does not learn where it leads.`,
        'Let it say in words where it leads.',
      )
  }
}

const adviseOnWords = (text: string, { file, line }: Place, problems: Problems): void => {
  const [shout] = /!{2,}|[!?]{3,}/.exec(text) ?? []
  if (shout !== undefined)
    problems.advise(file, line, `"${shout}" reads as shouting, and filters count it.`, 'One sign is enough.')
  for (const [phrase, why] of phrases) {
    const [quoted] = phrase.exec(text) ?? []
    if (quoted !== undefined)
      problems.advise(
        file,
        line,
        `"${quoted}" is counted as a sign of spam: ${why}.`,
        'Say what it is, in words of your own.',
      )
  }
}

/** Whether all of at least so many words are in capitals; abbreviations such as SQL are not yet loud. */
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
