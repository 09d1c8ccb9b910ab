import { Liquid } from 'liquidjs'
import { describe, expect, test, vi } from 'vitest'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import type { CompiledEmail } from '../../../shared/campaign/compiled/compiled.ts'
import { campaignWith, emailOf, type Files } from '../../support/campaign-folder.ts'

const compiled = async (body: string, more: Files = {}, head?: string): Promise<CompiledEmail> => {
  const { emails } = await compileCampaign(campaignWith({ 'emails/trial.md': emailOf(body, head), ...more }))
  const email = emails.trial
  if (!email) throw new Error('The email was not compiled.')
  return email
}

const text = (email: CompiledEmail, lead: Readonly<Record<string, string>> = {}): string =>
  new Liquid().parseAndRenderSync(email.text, {
    lead,
    links: {
      preferences: 'https://api.example.com/preferences/1',
      confirm: 'https://api.example.com/confirm/1',
    },
    campaign: { postalAddress: '12 Orchard Lane, Bristol' },
  })

const rich = `# The sum

Hello {{ lead.firstName | default: "there" }}, a shop shows its old page to *1,000* visitors and its **new** one to
others: [here is the table](https://www.example.com/table), and [how we counted](https://www.example.com/counted).

## What to tell

- The old page brings 40 orders. This is a long point that does not fit on one line of the text part.
- The new one brings [52](https://www.example.com/table).
  1. of them 30 by telephone
  2. of them 22 by mail

> Promising, not proven. With 4,000 visitors on each side we would know, and that takes a week.

![A chart that rises](https://www.example.com/chart.png)

| page | orders |
|------|--------|
| old  | 40     |

---

[Try it with your own numbers](https://www.example.com/wobble)

<https://www.example.com/plain>

{% if lead.occupation == "Student" %}

For students: \`SELECT 1\`.

{% endif %}

Bye.`

test('the plain-text part is as a person would type it', async () => {
  expect(text(await compiled(rich), { firstName: 'Ada' })).toBe(`The sum
=======

Hello Ada, a shop shows its old page to 1,000 visitors and its new
one to others: here is the table [1], and how we counted [2].

[1] https://www.example.com/table
[2] https://www.example.com/counted

What to tell
------------

- The old page brings 40 orders. This is a long point that does not fit
  on one line of the text part.
- The new one brings 52 [1].
  1. of them 30 by telephone
  2. of them 22 by mail

> Promising, not proven. With 4,000 visitors on each side we would know,
> and that takes a week.

A chart that rises

page   orders
old    40

------------------------

Try it with your own numbers:
https://www.example.com/wobble

https://www.example.com/plain

Bye.

-- 
12 Orchard Lane, Bristol
You receive this because you asked for it on our website.
No more of these emails: https://api.example.com/preferences/1
`)
})

describe('Liquid that stands alone', () => {
  const conditional = 'a\n\n{% if lead.firstName %}\n\nb\n\n{% else %}\n\nc\n\n{% endif %}\n\nd'

  test('leaves no blank lines and no empty paragraphs behind', async () => {
    const email = await compiled(conditional)
    expect(text(email, { firstName: 'Ada' }).split('\n\n-- ')[0]).toBe('a\n\nb\n\nd')
    expect(text(email).split('\n\n-- ')[0]).toBe('a\n\nc\n\nd')
    expect(email.html).not.toMatch(/<p[^>]*>\s*\{%/)
  })
})

test('partials stand in functions as if they had been written out, with their values', async () => {
  const partials = {
    'emails/partials/goodbye.md': '{{ greeting | default: "Bye" }},\\\n{% render "names", who: who %}\n',
    'emails/partials/names.md': '{{ who | upcase }} & {{ lead.firstName | default: "you" }}\n',
  }
  const email = await compiled(
    'Text, {% render "names", who: "Kim" %}.\n\n{% render "goodbye", greeting: "So long", who: "Ada" %}',
    partials,
  )
  expect(text(email).split('\n\n-- ')[0]).toBe('Text, KIM & you.\n\nSo long,\nADA & you')
  expect(email.html).not.toContain('render')
})

test('an email that no step names is compiled, with its goal', async () => {
  const head = 'subject: a\npreheader: b\ngoal: /book'
  const email = await compiled('[Book](https://www.example.com/book)', {}, head)
  expect(email).toMatchObject({ id: 'trial', subject: 'a', preheader: 'b', goal: '/book' })
})

test('links of ours are marked once as not to be tracked, others never', async () => {
  const { html } = await compiled(
    '[a]({{ links.confirm }}) [b]({{- links.preferences -}}) [c](https://www.example.com/)',
  )
  expect(html.match(/<a ses:no-track href="\{\{-? links\.\w+ -?\}\}"/g)).toHaveLength(3)
  expect(html.match(/ses:no-track/g)).toHaveLength(3)
})

test('what colours and sizes the text stands inline, and what the dark changes in the head', async () => {
  const { html } = await compiled('# a\n\n- b\n\n> c\n\n[d](https://www.example.com/)')
  for (const [element, style] of [
    ['h1', 'font-size: 27px'],
    ['li', 'margin: 0 0 8px'],
    ['blockquote', 'border-left: 3px solid #dfe3dd'],
    ['a', 'color: #2a6342'],
  ])
    expect(html).toMatch(new RegExp(`<${element} [^>]*style="[^"]*${style}`))
  expect(html).toMatch(/<style[^>]*>\s*@media \(max-width: 480px\)[\s\S]*prefers-color-scheme: dark/)
})

test('the theme fills the layout: brand or logo, language, colours and the words of the foot', async () => {
  const theme =
    'brand: Bread & Co\nlanguage: de\nlogo: { image: "https://www.example.com/logo.png", alt: Bread & Co, width: 120 }\nfonts: { text: \'Verdana, "Open Sans", sans-serif\' }\nlight: { link: "#123456" }\nfooter: { reason: Sie haben es bestellt., wayOut: Keine mehr }\n'
  const email = await compiled('[a](https://www.example.com/)', { 'theme/theme.yaml': theme })
  expect(email.html).toMatch(/<html lang="de"/)
  expect(email.html).toMatch(
    /<img alt="Bread &amp; Co"[^>]* src="https:\/\/www\.example\.com\/logo\.png"[^>]* width="120"/,
  )
  expect(email.html).toContain("Verdana, 'Open Sans', sans-serif")
  expect(email.html).toContain('color: #123456')
  expect(email.html).toContain('>Keine mehr</a>')
  expect(email.html).not.toContain('fonts.googleapis.com')
  expect(text(email)).toContain('Sie haben es bestellt.\nKeine mehr: https://api.example.com/preferences/1\n')
})

test('the same folder compiles to the same bytes in a program that has compiled nothing yet', async () => {
  const folder = campaignWith({ 'emails/trial.md': emailOf(rich) })
  const first = JSON.stringify(await compileCampaign(folder))
  vi.resetModules()
  const fresh = await import('../../../shared/campaign/compile.ts')
  expect(JSON.stringify(await fresh.compileCampaign(folder))).toBe(first)
})
