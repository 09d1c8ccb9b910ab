/** Which links of an email SES tracks: what a reader can click on. */
import { Liquid } from 'liquidjs'
import { track } from '../../local/services/ses/tracking.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled.ts'

export type LinksOf = (email: string, profile: Readonly<Record<string, string>>) => readonly string[]

/** Stands for the signed links, of which each email has its own. */
const signed = 'https://ripen.example'

/** Many more than an email's conditions make; links that bear a lead's answers are without end. */
const mostKept = 1000

/**
 * Found in the email's links and conditions alone, since a whole email takes a hundred times as long to fill in. An email
 * that has no conditions has the same links for everyone, and they are found once; so are those of each outcome of an
 * email's conditions.
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
      const fill = (lead: Readonly<Record<string, string>>): string =>
        liquid.renderSync(template, { ...given, lead })
      const tracked = trackOnce()
      if (/\{%|\blead\b/.test(skeleton))
        return [id, (lead: Parameters<typeof fill>[0]) => tracked(fill(lead))]
      const same = tracked(fill({}))
      return [id, () => same]
    }),
  )
  return (email, profile) => finders.get(email)?.(profile) ?? []
}

const trackOnce = (): ((html: string) => readonly string[]) => {
  const kept = new Map<string, readonly string[]>()
  return (html) => {
    const known = kept.get(html)
    if (known) return known
    const { links } = track(html, 'message', signed, { clicks: true, opens: false })
    if (kept.size < mostKept) kept.set(html, links)
    return links
  }
}
