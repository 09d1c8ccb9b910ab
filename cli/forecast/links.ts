/** Which links of an email SES tracks: what a reader can click on. */
import { Liquid } from 'liquidjs'
import { track } from '../../local/services/ses/tracking.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'

type Answers = Readonly<Record<string, string>>

export type LinksOf = (email: string, profile: Answers) => readonly string[]

/** Stands for the signed links, of which each email has its own. */
const signed = 'https://ripen.example'

/** Many more than an email's conditions make; links that bear a lead's answers are without end. */
const mostKept = 1000

/**
 * Found in the email's links and conditions alone, since a whole email takes a hundred times as long to fill in; and
 * once for all leads that gave the same answers to what these ask, or for whom they come to the same.
 */
export const linksOf = ({ emails, identity }: CompiledCampaign): LinksOf => {
  const liquid = new Liquid({ outputEscape: 'escape' })
  const given = {
    links: { preferences: `${signed}/preferences/link`, confirm: `${signed}/confirm/link` },
    campaign: { name: identity.name, postalAddress: identity.postalAddress },
  }
  const finders = new Map(
    Object.values(emails).map(({ id, html }) => {
      const skeleton = (html.match(/<a\s[^>]*>|\{%[\s\S]*?%\}/gi) ?? []).join('')
      const template = liquid.parse(skeleton)
      const fill = (lead: Answers): string => liquid.renderSync(template, { ...given, lead })
      const names = answersIn(skeleton)
      const kept = new Map<string, readonly string[]>()
      return [
        id,
        (lead: Answers) => {
          const key = names ? JSON.stringify(names.map((name) => lead[name])) : fill(lead)
          const known = kept.get(key)
          if (known) return known
          const { links } = track(fill(lead), 'message', signed, { clicks: true, opens: false })
          if (kept.size < mostKept) kept.set(key, links)
          return links
        },
      ]
    }),
  )
  return (email, profile) => finders.get(email)?.(profile) ?? []
}

/** The answers that a template asks for; nothing where it asks in other ways than by their names. */
const answersIn = (template: string): readonly string[] | undefined => {
  const asked = [...template.matchAll(/\blead\b(?:\.(\w+))?/g)].map(([, name]) => name)
  const names = asked.filter((name) => name !== undefined)
  return names.length === asked.length ? [...new Set(names)] : undefined
}
