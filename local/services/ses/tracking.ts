/** Tracked links: SES puts its own address before each link and adds an invisible picture. */

export interface Tracked {
  readonly html: string
  /** The targets, by the number in the tracking address. */
  readonly links: readonly string[]
}

/** Rewrites links, except those marked `ses:no-track`, where clicks are asked for; adds the picture where opens are. */
export const track = (
  html: string,
  messageId: string,
  baseUrl: string,
  wants: { readonly clicks: boolean; readonly opens: boolean },
): Tracked => {
  const links: string[] = []
  const rewritten = html.replace(/<a\s[^>]*>/gi, (tag) => {
    if (/\sses:no-track/i.test(tag)) return tag.replace(/\s+ses:no-track(="[^"]*"|='[^']*')?/i, '')
    if (!wants.clicks) return tag
    return tag.replace(
      /(?<=\s)href=(?:"(https?:[^"]+)"|'(https?:[^']+)')/i,
      (_, double?: string, single?: string) => {
        const target = double ?? single ?? ''
        links.push(target.replaceAll('&amp;', '&'))
        return `href="${baseUrl}/_/ses/click/${messageId}/${links.length - 1}"`
      },
    )
  })
  const picture = `<img src="${baseUrl}/_/ses/open/${messageId}" width="1" height="1" alt="">`
  const withPicture = /<\/body>/i.test(rewritten)
    ? rewritten.replace(/<\/body>/i, `${picture}</body>`)
    : `${rewritten}${picture}`
  return { html: wants.opens && html !== '' ? withPicture : rewritten, links }
}
