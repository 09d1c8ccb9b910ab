import { describe, expect, test } from 'vitest'
import type { CompiledEmail } from '../../../../shared/campaign/compiled/compiled.ts'
import type { Touch } from '../../../../shared/domain/decide.ts'
import { fold } from '../../../../shared/domain/fold.ts'
import { readLink } from '../../../../shared/flows/links.ts'
import {
  type EmailContext,
  renderEmail,
  UnknownEmail,
} from '../../../../shared/flows/nurture/render-email.ts'
import { campaign, captured, monday } from '../../../support/leads.ts'

const body =
  '{{ lead.firstName | default: "there" }}|{{ lead.email }}|{{ campaign.name }}|{{ campaign.postalAddress }}'
const email: CompiledEmail = {
  id: 'one',
  subject: 'For {{ lead.firstName | default: "you" }}',
  preheader: '',
  html: `<p>${body}</p><a href="{{ links.preferences }}">stop</a><a href="{{ links.confirm }}">yes</a>`,
  text: `${body} {{ links.preferences }}`,
}
const context: EmailContext = {
  emails: { one: email, confirm: email },
  identity: {
    name: 'Orchard',
    senderName: 'Orchard School',
    replyTo: 'hello@example.com',
    postalAddress: '12 Orchard Lane',
    sales: { email: 's@example.com' },
    report: { email: 'r@example.com' },
  },
  publicUrl: 'https://api.example.com',
  linkKey: 'key',
}
const marketing: Touch = {
  enrolment: 'learn-1',
  step: 'one',
  email: 'one',
  purpose: 'marketing',
  dueAtMs: monday,
}
const confirmation: Touch = {
  ...marketing,
  enrolment: 'confirm-news',
  step: 'confirmation',
  email: 'confirm',
  purpose: 'confirmation',
}

const render = (touch: Touch, profile: Record<string, string> = { firstName: 'Ada' }, given = context) =>
  renderEmail('lead-1', fold('lead-1', [captured({ profile })], campaign, monday), touch, monday, given)

describe('an email of a sequence', () => {
  test('is to the lead, from the sender, with its tags, its names and the one way to unsubscribe', async () => {
    const { html, text, headers, ...envelope } = await render(marketing)
    expect(envelope).toEqual({
      to: 'ada@example.com',
      fromName: 'Orchard School',
      replyTo: 'hello@example.com',
      subject: 'For Ada',
      tags: {
        lead: 'lead-1',
        enrolment: 'learn-1',
        step: 'one',
        email: 'one',
        purpose: 'marketing',
      },
    })
    expect(text).toContain('Ada|ada@example.com|Orchard|12 Orchard Lane https://api.example.com/preferences/')
    expect(html).toContain('<p>Ada|ada@example.com|Orchard|12 Orchard Lane</p>')
    expect(headers).toEqual({
      'List-Unsubscribe': expect.stringMatching(/^<https:\/\/api\.example\.com\/preferences\/[\w.-]+>$/),
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
  })

  test('names no address for replies where they go nowhere', async () => {
    const { replyTo, ...identity } = context.identity
    expect(await render(marketing, {}, { ...context, identity })).not.toHaveProperty('replyTo')
  })

  test('of a variant says so in its tags and in its links', async () => {
    const { tags, text } = await render({ ...marketing, variant: 'b' })
    expect(tags).toMatchObject({ variant: 'b' })
    const [, link = ''] = /preferences\/([\w.-]+)/.exec(text) ?? []
    expect(readLink(link, 'preferences', monday, 'key')).toMatchObject({
      kind: 'valid',
      link: {
        leadId: 'lead-1',
        enrolment: 'learn-1',
        step: 'one',
        variant: 'b',
      },
    })
  })

  test.each<[string, string]>([
    ['an address of the web', 'https://example.com/win'],
    ['a name that email clients link', 'www.example'],
    ['a domain alone', 'example.com'],
    ['an email address', 'ada@host'],
  ])('leaves out of what a visitor typed %s', async (_, typed) => {
    expect((await render(marketing, { firstName: typed })).subject).toBe('For you')
  })

  test('keeps what only looks a little like one, on one line', async () => {
    expect((await render(marketing, { firstName: ' J.\r\nBcc:  Smith ' })).subject).toBe('For J. Bcc: Smith')
  })
})

describe('a confirmation', () => {
  test('carries nothing that was typed, no header to unsubscribe, and its own link', async () => {
    const { subject, text, html, headers, tags } = await render(confirmation)
    expect(subject).toBe('For you')
    expect(text).toContain('there||Orchard|')
    expect(html).not.toContain('Ada')
    expect(headers).toEqual({})
    expect(tags).toMatchObject({ purpose: 'confirmation' })
    const [, link = ''] = /confirm\/([\w.-]+)/.exec(html) ?? []
    expect(readLink(link, 'confirm', monday, 'key')).toMatchObject({
      kind: 'valid',
      link: {
        leadId: 'lead-1',
        enrolment: 'confirm-news',
      },
    })
  })
})

test('an email that the campaign does not have is named, and so is one for a lead without an address', async () => {
  await expect(render({ ...marketing, email: 'gone' })).rejects.toThrow(UnknownEmail)
  await expect(render({ ...marketing, email: 'gone' })).rejects.toThrow(
    'The step one of learn-1 names the email gone, which the campaign does not have.',
  )
  const nobody = fold('lead-1', [], campaign, monday)
  await expect(renderEmail('lead-1', nobody, marketing, monday, context)).rejects.toThrow(UnknownEmail)
})
