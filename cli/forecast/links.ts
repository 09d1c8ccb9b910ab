/** Which links of an email SES tracks: what a reader can click on. */
import { Liquid } from 'liquidjs'
import { track } from '../../local/services/ses/tracking.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled.ts'

export type LinksOf = (email: string, profile: Readonly<Record<string, string>>) => readonly string[]

/** Stands for the signed links, of which each email has its own. */
const signed = 'https://ripen.example'

/**
 * Found in the email's links and conditions alone, since a whole email takes a hundred times as long to fill in. An email
 * that has no conditions has the same links for everyone, and they are found once.
 */
export const linksOf = ({ emails, identity }: CompiledCampaign): LinksOf => {
  const liquid = new Liquid({ outputEscape: 'escape', cache: true })
  const same = new Map<string, readonly string[]>()
  const find = (skeleton: string, lead: Readonly<Record<string, string>>): readonly string[] => {
    const html = liquid.parseAndRenderSync(skeleton, {
      lead,
      links: { preferences: `${signed}/preferences/link`, confirm: `${signed}/confirm/link` },
      campaign: { name: identity.name, postalAddress: identity.postalAddress },
    })
    return track(html, 'message', signed, { clicks: true, opens: false }).links
  }
  const skeletons = new Map(
    Object.values(emails).map(({ id, html }) => {
      const skeleton = (html.match(/<a\s[^>]*>|\{%[\s\S]*?%\}/gi) ?? []).join('')
      if (!/\{%|\blead\b/.test(skeleton)) same.set(id, find(skeleton, {}))
      return [id, skeleton]
    }),
  )
  return (email, profile) => same.get(email) ?? find(skeletons.get(email) ?? '', profile)
}
