import { describe, expect, test } from 'vitest'
import { emailOf, type Files, findingsIn } from '../../support/campaign-folder.ts'

const trial = 'emails/trial.md'
const inBody = (body: string): Files => ({ [trial]: emailOf(body) })
const inHead = (head: string, body = 'Text.'): Files => ({ [trial]: emailOf(body, head) })
const inLayout = (from: string, to: string): Files => ({
  'theme/layout.mjml': (text) => text.replace(from, to),
})

const html =
  'HTML is not supported. Use Markdown: **bold**, [text](https://...), an empty line for a new paragraph.'
const filters =
  'Use one of append, capitalize, default, downcase, prepend, remove, replace, strip, truncate, truncatewords, upcase, url_encode.'
const known =
  'Use lead.<field>, links.preferences, links.confirm, campaign.name, campaign.postalAddress, lead.email.'

test('the sample campaign has neither errors nor advice', async () => {
  expect(await findingsIn({})).toEqual({ errors: [], advice: [] })
})

describe('an error in an email is told with file, line and fix:', () => {
  test.each<[string, Files, string[]]>([
    [
      'no front matter',
      { [trial]: 'Hello.' },
      [
        'emails/trial.md:1: The email has no front matter. Begin it with "---", then subject and preheader, then "---".',
      ],
    ],
    [
      'a field that is not known',
      inHead('subject: A\npreheader: Of what it is\npreheaders: b'),
      ['emails/trial.md:4: Unknown setting "preheaders". Did you mean preheader?'],
    ],
    [
      'a subject that is too long',
      inHead(`subject: ${'a'.repeat(61)}\npreheader: b`),
      [
        'emails/trial.md:2: The subject has 61 characters; email clients cut it off after about 60. Shorten it to 60 characters or fewer.',
      ],
    ],
    [
      'a subject that is too long with its default',
      inHead(
        `preheader: b\nsubject: 'A word for you, {{ lead.firstName | default: "whoever you are, wherever you may be" }}, one day'`,
      ),
      [
        'emails/trial.md:3: The subject has 61 characters; email clients cut it off after about 60. Shorten it to 60 characters or fewer.',
      ],
    ],
    [
      'sixty emoji of several code points each, which are sixty characters',
      inHead(`subject: ${'👩‍🔬'.repeat(60)}\npreheader: b`),
      [],
    ],
    [
      'a subject that is empty without a name',
      inHead(`subject: '{{ lead.firstName | default: "" }}'\npreheader: b`),
      [
        'emails/trial.md:2: The subject is empty for a lead who gave only an address. Give its Liquid a default.',
      ],
    ],
    [
      'a preheader that is too long',
      inHead(`subject: a\npreheader: ${'b'.repeat(141)}`),
      [
        'emails/trial.md:3: preheader: must be at most 140 characters; no email client shows more. Correct the value.',
      ],
    ],
    [
      'a goal that is no path',
      inHead('subject: a\npreheader: b\ngoal: call'),
      ['emails/trial.md:4: goal: must be the end of a link’s path, such as /book-a-call. Correct the value.'],
    ],
    [
      'a goal that the email does not link to',
      inHead('subject: a\npreheader: b\ngoal: /book-a-call', '[Book](https://www.example.com/book).'),
      [
        'emails/trial.md:4: The goal is a click on /book-a-call, which the email does not link to. Correct the goal, or add the link.',
      ],
    ],
    [
      'a goal that is reached with a query',
      inHead('subject: a\npreheader: b\ngoal: /book', '[Book](https://www.example.com/book?from=email#top).'),
      [],
    ],
    [
      'no text',
      inBody('\n \n'),
      ['emails/trial.md:5: The email has no text. Write it below the second "---".'],
    ],
    [
      'nothing below the front matter',
      { [trial]: '---\nsubject: a\npreheader: b\n---' },
      ['emails/trial.md:5: The email has no text. Write it below the second "---".'],
    ],
    [
      'a file name that is no id',
      { 'emails/Trial Mail.md': emailOf('Text.') },
      [
        'emails/Trial Mail.md:1: The file name cannot be used as an id. Use 1 to 40 lower-case letters, digits or "-", ending in .md.',
      ],
    ],
    [
      'HTML',
      inBody('One.<br>Two.\n\n<!-- later -->'),
      [
        `emails/trial.md:5: "<br>" would appear in the email as text: ${html}`,
        `emails/trial.md:7: "<!--" would appear in the email as text: ${html}`,
      ],
    ],
    [
      'an image without words',
      inBody(
        'A chart, and what is to be read from it by anybody who looks at it for long enough to see the line:\n\n![](https://www.example.com/chart.png)',
      ),
      [
        'emails/trial.md:7: The image "https://www.example.com/chart.png" has no alternative text. Write what it shows between the square brackets: ![A chart that rises](https://...).',
      ],
    ],
    [
      'links that are not https, however they are written',
      inBody(
        '[a](http://a.example.com)\n<http://b.example.com>\n[c][1] [d](javascript:alert(1))\n[e](mailto:e@example.com)\n\n[1]: /c',
      ),
      [
        'emails/trial.md:5: The link "http://a.example.com" is not a full https address. Write the full address, beginning with https://.',
        'emails/trial.md:6: The link "http://b.example.com" is not a full https address. Write the full address, beginning with https://.',
        'emails/trial.md:7: The link "/c" is not a full https address. Write the full address, beginning with https://.',
        'emails/trial.md:7: The link "javascript:alert(1)" is not a full https address. Write the full address, beginning with https://.',
        'emails/trial.md:8: The link "mailto:e@example.com" is not a full https address. Write the full address, beginning with https://.',
      ],
    ],
    [
      'links that lead where a visitor says',
      inBody(
        '[a]({{ lead.firstName | default: "x" }})\n\n[b](https://{{ lead.firstName | default: "x" }}.com/)',
      ),
      [
        'emails/trial.md:5: The link "{{ lead.firstName | default: "x" }}" is not a full https address. Write out the address; only {{ links.preferences }} and {{ links.confirm }} may stand in for one.',
        'emails/trial.md:7: The link "https://{{ lead.firstName | default: "x" }}.com/" is not a full https address. Write the full address, beginning with https://.',
      ],
    ],
    [
      'a link that carries a name along',
      inBody('[a](https://www.example.com/?name={{ lead.firstName | default: "" | url_encode }})'),
      [],
    ],
    [
      'a confirmation without its link',
      { 'emails/confirm.md': emailOf('Please confirm.') },
      [
        'emails/confirm.md:5: The confirmation email has no link to confirm the address. Write [Confirm the address]({{ links.confirm }}).',
      ],
    ],
  ])('%s', async (_, files, expected) => {
    expect((await findingsIn(files)).errors).toEqual(expected)
  })
})

test('more HTML than Gmail shows is an error that says how much there is', async () => {
  const { errors } = await findingsIn(
    inBody('A sentence of some words that goes on for a while.\n\n'.repeat(1300)),
  )
  expect(errors).toEqual([
    expect.stringMatching(
      /^emails\/trial\.md:5: The email has 1\d\d KB of HTML; Gmail clips it after 102 KB, and with it the unsubscribe link\./,
    ),
  ])
})

describe('Liquid that functions do not know is told with file, line and fix:', () => {
  test.each<[string, string[]]>([
    [
      'a\n{% for x in lead %}{% endfor %}',
      [
        'emails/trial.md:6: Emails do not support the Liquid tag "for". Use if, unless, case, comment or render.',
      ],
    ],
    [
      '{% include "a" %}',
      [
        'emails/trial.md:5: Emails do not support the Liquid tag "include". Use if, unless, case, comment or render.',
      ],
    ],
    [
      'a\n\n{% endif %}',
      ['emails/trial.md:7: {% endif %} has no opening tag. Remove it, or add its opening tag.'],
    ],
    [
      'a\n\n{% if lead.firstName %}b',
      [
        'emails/trial.md:7: "{% if lead.firstName %}" is not closed. Close {{ with }}, {% with %}, and {% if %} with {% endif %}.',
      ],
    ],
    [
      'a\n\n{{ lead.firstName',
      [
        'emails/trial.md:7: "{{ lead.firstName" is not closed. Close {{ with }}, {% with %}, and {% if %} with {% endif %}.',
      ],
    ],
    [
      '{{ lead.firstName | default: "x" | raw }}',
      [`emails/trial.md:5: Emails do not support the Liquid filter "raw". ${filters}`],
    ],
    [
      'a\n{{ lead.firstName | shout }}',
      [`emails/trial.md:6: Emails do not support the Liquid filter "shout". ${filters}`],
    ],
    [
      'a\nb {{ lead.firstName | upcase }}',
      [
        'emails/trial.md:6: lead.firstName has no default. Not every lead has it: write {{ lead.firstName | default: "..." }}.',
      ],
    ],
    [
      '{{ lead["firstName"] }}',
      [
        'emails/trial.md:5: lead.firstName has no default. Not every lead has it: write {{ lead.firstName | default: "..." }}.',
      ],
    ],
    ['{{ user.name }}', [`emails/trial.md:5: user.name is not known. ${known}`]],
    [
      'a\n\n\n{% if lead.surname == "x" %}y{% endif %}',
      ['emails/trial.md:8: No form asks for surname. Correct the name, or add the field to a form.'],
    ],
    ['{% if lead.firstName == "Ada" %}y{% else %}{{ lead.email }}{% endif %}', []],
    [
      'a {{ lead.firstName\n  | default: "x"\n}}\n\n[b](/b)',
      [
        'emails/trial.md:9: The link "/b" is not a full https address. Write the full address, beginning with https://.',
      ],
    ],
  ])('%j', async (body, expected) => {
    expect((await findingsIn(inBody(body))).errors).toEqual(expected)
  })

  test('in the subject and in the preheader', async () => {
    const head = 'subject: "{{ lead.firstName }}"\npreheader: \'{% render "signature" %}\''
    expect((await findingsIn(inHead(head))).errors).toEqual([
      'emails/trial.md:2: lead.firstName has no default. Not every lead has it: write {{ lead.firstName | default: "..." }}.',
      'emails/trial.md:3: A partial cannot be used here. Render partials in the text of the email.',
    ])
  })

  test('on the same line where lines end as on Windows', async () => {
    const file = emailOf('a\n\n{{ lead.surname }}').replaceAll('\n', '\r\n')
    expect((await findingsIn({ [trial]: file })).errors).toEqual([
      'emails/trial.md:7: No form asks for surname. Correct the name, or add the field to a form.',
    ])
  })
})

describe('a mistake about partials is told in the file where it stands:', () => {
  test.each<[string, Files, string[]]>([
    [
      'one that is missing',
      inBody('a\n\n{% render "nothing" %}'),
      [
        'emails/trial.md:7: There is no partial "nothing". Create emails/partials/nothing.md, or correct the name.',
      ],
    ],
    [
      'one without a name',
      inBody('{% render who %}'),
      [
        'emails/trial.md:5: The render tag does not name a partial. Write {% render "signature" %}, or with values {% render "signature", who: "Ada" %}.',
      ],
    ],
    [
      'one that includes itself',
      {
        ...inBody('{% render "a" %}'),
        'emails/partials/a.md': 'x\n\n{% render "b" %}\n',
        'emails/partials/b.md': 'y\n{% render "a" %}\n',
      },
      [
        'emails/partials/b.md:2: The partial includes itself: a, which renders b, which renders a. Remove this render tag.',
      ],
    ],
    [
      'its Liquid and its links, told once for two emails',
      {
        ...inBody('a\n\n{% render "a" %}\n\n{{ lead.surname }}'),
        'emails/second.md': emailOf('{% render "a" %}'),
        'emails/partials/a.md': 'x\n\n{{ lead.firstName }}\n{{ who }}\n[x](/y)\n',
      },
      [
        'emails/partials/a.md:4: who is not known. Give it where the partial is rendered: {% render "a", who: "..." %}.',
        'emails/partials/a.md:3: lead.firstName has no default. Not every lead has it: write {{ lead.firstName | default: "..." }}.',
        'emails/partials/a.md:5: The link "/y" is not a full https address. Write the full address, beginning with https://.',
        'emails/trial.md:9: No form asks for surname. Correct the name, or add the field to a form.',
      ],
    ],
    [
      'a value without a default',
      {
        ...inBody('{% render "a", who: lead.firstName %}'),
        'emails/partials/a.md': 'x\n{{ who }}\n',
      },
      [
        'emails/partials/a.md:2: lead.firstName has no default. Not every lead has it: write {{ lead.firstName | default: "..." }}.',
      ],
    ],
    [
      'what may not stand in the confirmation',
      {
        'emails/confirm.md': emailOf('[Confirm]({{ links.confirm }})\n\n{% render "a" %}'),
        'emails/partials/a.md': 'x {{ lead.firstName | default: "you" }}\n',
      },
      [
        'emails/partials/a.md:1: The confirmation email uses lead.firstName. It must not contain what a visitor typed; remove it.',
      ],
    ],
  ])('%s', async (_, files, expected) => {
    expect((await findingsIn(files)).errors).toEqual(expected)
  })
})

describe('a mistake in the theme is told with file, line and fix:', () => {
  test.each<[string, Files, string[]]>([
    [
      'settings',
      {
        'theme/theme.yaml':
          'brand: X\nlight:\n  text: #ffffff\n  card: red\n  pge: "#123456"\nlogo: { image: "https://www.example.com/a.svg", alt: "" }\nwidth: 300\n',
      },
      [
        'theme/theme.yaml:6: logo.image: must be a PNG, JPEG or GIF; many email clients show nothing else. Correct the value.',
        'theme/theme.yaml:6: logo.alt: must not be empty. Correct the value.',
        'theme/theme.yaml:7: width: must be 480 or more. Correct the value.',
        'theme/theme.yaml:4: light.card: must be a colour such as "#2f6b47". Correct the value.',
        'theme/theme.yaml:3: light.text: must be a colour in quotation marks, such as "#2f6b47"; what follows a # without them is a comment. Correct the value.',
        'theme/theme.yaml:5: Unknown setting "pge". Did you mean page?',
      ],
    ],
    [
      'no way out',
      inLayout('{{ links.preferences }}', 'https://www.example.com/'),
      [
        'theme/layout.mjml:1: The layout has no unsubscribe link. The law requires one: add <a href="{{ links.preferences }}">[[ footer.wayOut ]]</a>.',
      ],
    ],
    [
      'no postal address',
      inLayout('{{ campaign.postalAddress }}', ''),
      [
        'theme/layout.mjml:1: The layout has no postal address. The law requires one: add {{ campaign.postalAddress }}.',
      ],
    ],
    [
      'no place for the text',
      inLayout('[[ body ]]', ''),
      [
        'theme/layout.mjml:1: The layout has no place for the text of an email. Put <mj-text>[[ body ]]</mj-text> into it.',
      ],
    ],
    [
      'MJML that does not exist',
      { 'theme/layout.mjml': '<mjml>\n<mj-body>\n<mj-sction></mj-sction>\n</mj-body>\n</mjml>' },
      [
        "theme/layout.mjml:3: Element mj-sction doesn't exist or is not registered. Correct the layout; docs/emails.md shows what belongs in one.",
      ],
    ],
    [
      'a setting that the theme does not have',
      { 'theme/layout.mjml': '<mjml>\n<mj-body>\n[[ dark.paje ]]\n</mj-body>\n</mjml>' },
      [
        "theme/layout.mjml:3: The layout's square brackets: undefined variable: dark.paje. Correct the layout; docs/emails.md shows what belongs in one.",
      ],
    ],
    [
      'Liquid that no lead has',
      { 'theme/bare.mjml': '<mjml>\n<mj-body>\n{{ lead.firstName | default: "you" }}</mj-body>\n</mjml>' },
      [
        'theme/bare.mjml:3: The confirmation email uses lead.firstName. It must not contain what a visitor typed; remove it.',
      ],
    ],
  ])('%s', async (_, files, expected) => {
    expect((await findingsIn(files)).errors).toEqual(expected)
  })
})
