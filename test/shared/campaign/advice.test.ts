import { describe, expect, test } from 'vitest'
import { emailOf, type Files, findingsIn } from '../../support/campaign-folder.ts'

const trial = 'emails/trial.md'
const inBody = (body: string): Files => ({ [trial]: emailOf(body) })
const inHead = (head: string): Files => ({ [trial]: emailOf('Text.', head) })
const inLayoutStyle = (rule: string): Files => ({
  'theme/layout.mjml': (text) => text.replace('li {', `${rule}\n      li {`),
})

const ownWords = 'Say it in your own words.'
const sayWhere = 'Say in words where it leads.'
const sentence =
  'A chart of last year, month by month, with one line for what was hoped and one for what became of it, and a word on each.'

describe('what looks like spam or tires readers is advice with file, line and what to do:', () => {
  test.each<[string, Files, string[]]>([
    [
      'a subject in capitals',
      inHead('subject: READ THIS TODAY\npreheader: b'),
      [
        'emails/trial.md:2: The subject is in capitals: it reads as shouting, and spam filters penalise it. Write it as a sentence.',
      ],
    ],
    ['a subject that is an abbreviation', inHead('subject: SQL\npreheader: b'), []],
    ['a subject of 46 characters', inHead(`subject: ${'word '.repeat(9)}\npreheader: b`), []],
    [
      'exclamation marks',
      { [trial]: emailOf('Good!!! Fine! Is it?\nOr?!?', 'subject: Hello!!\npreheader: b') },
      [
        'emails/trial.md:2: "!!" reads as shouting, and spam filters penalise it. One is enough.',
        'emails/trial.md:5: "!!!" reads as shouting, and spam filters penalise it. One is enough.',
        'emails/trial.md:6: "?!?" reads as shouting, and spam filters penalise it. One is enough.',
      ],
    ],
    [
      'words in capitals',
      inBody('SQL, CSV and AWS are fine.\nThis is THE VERY BEST OFFER there is.'),
      [
        'emails/trial.md:6: Several words in capitals in a row read as shouting, and spam filters penalise them. Use lower case; **bold** emphasises a word.',
      ],
    ],
    [
      'phrases of spam',
      inBody('Dear friend,\nfree money: act now.\n\nYou have been selected, 100% free.'),
      [
        'emails/trial.md:5: "Dear friend" counts as a sign of spam: use {{ lead.firstName | default: "there" }}. Say it in your own words.',
        `emails/trial.md:6: "free money" counts as a sign of spam: fraud promises it. ${ownWords}`,
        `emails/trial.md:6: "act now" counts as a sign of spam: it pressures readers; say until when and why instead. ${ownWords}`,
        `emails/trial.md:8: "100% free" counts as a sign of spam: nobody believes it, least of all a filter. ${ownWords}`,
        `emails/trial.md:8: "You have been selected" counts as a sign of spam: lottery fraud begins that way. ${ownWords}`,
      ],
    ],
    [
      'a course that is free of charge, with money in its subject',
      inBody('The course is free. Money is the subject of week two.'),
      [],
    ],
    [
      'many links for few words',
      inBody(
        ['a', 'b', 'c', 'd'].map((name) => `[Chart ${name}](https://www.example.com/${name})`).join('\n'),
      ),
      [
        'emails/trial.md:5: The email has 4 links in 8 words: it looks like a catalogue, to spam filters too. Keep the links that matter.',
      ],
    ],
    [
      'hardly more than an image',
      inBody('See:\n\n![A chart that rises](https://www.example.com/a.png)'),
      [
        'emails/trial.md:7: The email is little more than an image: spam filters distrust that, and many readers see no images. Say what matters in words.',
      ],
    ],
    [
      'links that hide where they lead',
      inBody(
        'Text.\n[the page](https://bit.ly/x)\n[https://a.example.com/](https://b.example.com/)\n[www.example.com/a](https://www.example.com/a?from=email)',
      ),
      [
        'emails/trial.md:6: The bit.ly link hides where it leads; spam filters distrust link shorteners. Link to the page itself.',
        `emails/trial.md:7: The link says https://a.example.com/ but leads to b.example.com: phishing looks like that. ${sayWhere}`,
      ],
    ],
    [
      'a link that says nothing',
      inBody('For the chart [click here](https://www.example.com/chart).'),
      [
        `emails/trial.md:5: The link says only "click here": readers who go from link to link do not learn where it leads. ${sayWhere}`,
      ],
    ],
    [
      'no preheader',
      inHead('subject: Something'),
      [
        'emails/trial.md:2: There is no preheader: email clients show the first words of the email next to the subject instead. Add a preheader that says what the subject leaves open.',
      ],
    ],
    [
      'a preheader that repeats the subject',
      inHead('subject: A chart that rises\npreheader: "A chart that rises!"'),
      [
        'emails/trial.md:3: The preheader repeats the subject, next to which it is shown. Say what the subject leaves open.',
      ],
    ],
    [
      'a very long email',
      inBody('word '.repeat(1201)),
      [
        'emails/trial.md:5: The email has 1201 words: more than six minutes of reading. Split it in two, or move part of it to a page and link to that.',
      ],
    ],
    [
      'a partial, in its own file',
      { ...inBody('{% render "a" %}'), 'emails/partials/a.md': 'Text.\n\nGood!!\n' },
      ['emails/partials/a.md:3: "!!" reads as shouting, and spam filters penalise it. One is enough.'],
    ],
  ])('%s', async (_, files, expected) => {
    expect(await findingsIn(files)).toEqual({ errors: [], advice: expected })
  })
})

describe('what mail programs do not show is advice that names them:', () => {
  test.each<[string, Files, string[]]>([
    [
      'kinds of images',
      inBody(
        `${sentence}\n\n![A chart](https://www.example.com/a.svg)\n\n- x\n- ![A chart](https://www.example.com/a.webp)`,
      ),
      [
        'emails/trial.md:7: SVG image format: not supported by Gmail (in the browser); only partly by Gmail (Android, iPhone). (Only works with non Google accounts.) Use a PNG or JPEG.',
        'emails/trial.md:10: webP image format: not supported by Outlook on Windows; only partly by Gmail. (Converts file to jpg.) Use a PNG or JPEG.',
      ],
    ],
    [
      'CSS of the layout, on its line',
      inLayoutStyle('p { box-shadow: 0 1px 2px #000000; }'),
      [
        'theme/layout.mjml:18: box-shadow: not supported by Gmail (in the browser), Outlook on Windows, Yahoo Mail; only partly by Gmail (Android, iPhone). (Only supported with non Google accounts.) Avoid it, or see what works instead: https://www.caniemail.com/features/css-box-shadow/',
      ],
    ],
    [
      'everything that Markdown can make',
      inBody(
        `# a\n\n${sentence}\n\n> - a\n> - ~~b~~ \`c\` *d* **e**\n\n1. a\n\n| a | b |\n|---|---|\n| c | d |\n\n---\n\n    code`,
      ),
      [],
    ],
    [
      'what only adds to the look in the dark',
      inLayoutStyle('@media (prefers-color-scheme: dark) { p { box-shadow: none; } }'),
      [],
    ],
  ])('%s', async (_, files, expected) => {
    expect(await findingsIn(files)).toEqual({ errors: [], advice: expected })
  })
})

test('colours of the theme that are hard to tell apart are advice, in the light and in the dark', async () => {
  const { advice } = await findingsIn({
    'theme/theme.yaml': 'brand: X\nlight:\n  muted: "#999999"\ndark:\n  link: "#2f6b47"\n',
  })
  const lighter = 'Make one of them lighter or the other darker until the contrast is 4.5 to 1.'
  const darker = 'Make one of them darker or the other lighter until the contrast is 4.5 to 1.'
  expect(advice).toEqual([
    `theme/theme.yaml:3: light.muted on light.card is hard to read: the quotations would have a contrast of 2.8 to 1. ${darker}`,
    `theme/theme.yaml:3: light.muted on light.page is hard to read: the footer would have a contrast of 2.5 to 1. ${darker}`,
    `theme/theme.yaml:5: dark.link on dark.card is hard to read: the links would have a contrast of 2.4 to 1. ${lighter}`,
  ])
})

test('advice is told beside errors of other files', async () => {
  const found = await findingsIn({
    [trial]: emailOf('Good!!'),
    'emails/second.md': emailOf('[a](/b)'),
  })
  expect(found).toEqual({
    errors: [
      'emails/second.md:5: The link "/b" is not a full https address. Write the full address, beginning with https://.',
    ],
    advice: ['emails/trial.md:5: "!!" reads as shouting, and spam filters penalise it. One is enough.'],
  })
})
