/** What the email clients of most readers cannot show, by caniemail.com's tests: per feature, with who lacks it. */
import { caniemail, rawData } from 'caniemail'
import mjml2html from 'mjml'
import { type EmailBody, placeOf } from '../source/email-body.ts'
import type { Problems } from '../source/problems.ts'
import { type Look, layOut, layoutPath, specimen, specimenBody } from './theme.ts'

/**
 * More than nine of ten readers use one of these (Litmus' market shares of 2025). Gmail's web page for phones is
 * left out: hardly anyone has used it since there are apps.
 */
const clientsByName = {
  Gmail: ['gmail.desktop-webmail', 'gmail.android', 'gmail.ios'],
  'Apple Mail': ['apple-mail.macos', 'apple-mail.ios'],
  'Outlook on Windows': ['outlook.windows'],
  'Outlook.com': ['outlook.outlook-com'],
  'Yahoo Mail': ['yahoo.desktop-webmail', 'yahoo.android', 'yahoo.ios'],
  'Samsung Email': ['samsung-email.android'],
} as const

const clients = Object.values(clientsByName).flat()

/** Where these are not known, nothing is lost: the email looks plainer, and says the same. */
const graceful: ReadonlySet<string> = new Set([
  // The light look stands.
  '@media (prefers-color-scheme)',
  'color-scheme meta tag',
  // Corners are square.
  'border-radius',
  // The wide layout stands; MJML's flows into a narrow screen without.
  '@media',
  // A long line of code stays on one line.
  'white-space',
  // Errors already, wherever they lead.
  'mailto: links',
  'Local anchors',
])

interface Lack {
  readonly title: string
  /** Where it first stands in the HTML, lines and columns from 1. */
  readonly at: { readonly line: number; readonly column: number } | undefined
  readonly without: readonly string[]
  readonly inPart: readonly string[]
  /** What caniemail says about the first that lacks part of it. */
  readonly note: string | undefined
}

/** Advice on the layout and on what each body adds to it. */
export const adviseOnClients = async (
  look: Look,
  bodies: readonly EmailBody[],
  problems: Problems,
): Promise<void> => {
  expected ??= titlesToExpect()
  const known = await expected
  const laidOut = await layOut(look, specimen(), false)
  if (laidOut.kind === 'laidOut')
    for (const lack of lacksOf(laidOut.html))
      if (!known.has(lack.title))
        problems.advise(layoutPath, lineOf(lack.title, look.layout), inWords(lack), fixOf(lack.title))
  for (const { placedHtml } of bodies)
    for (const lack of lacksOf(placedHtml)) {
      const place = lack.at && placeOf(placedHtml, lack.at.line, lack.at.column)
      if (place && !known.has(lack.title))
        problems.advise(place.file, place.line, inWords(lack), fixOf(lack.title))
    }
}

/** The same for every campaign, and found once: the preview checks at each change. */
let expected: Promise<ReadonlySet<string>> | undefined

const titlesToExpect = async (): Promise<ReadonlySet<string>> => {
  // Headings, lists and quotations are shown plainly where they are not known, and nobody who writes Markdown has
  // others.
  const ofMarkdown = lacksOf(specimenBody).map(({ title }) => title)
  return new Set([...graceful, ...(await titlesOfMjml()), ...ofMarkdown])
}

const lacksOf = (html: string): Lack[] => {
  if (html.trim() === '') return []
  const { issues } = caniemail({ clients, html })
  const byTitle = new Map<
    string,
    { at: Lack['at']; without: string[]; inPart: string[]; note: string | undefined }
  >()
  for (const [severity, list] of [
    ['without', issues.errors],
    ['inPart', issues.warnings],
  ] as const)
    for (const [client, entries] of list)
      for (const { title, position, notes } of entries) {
        const lack = byTitle.get(title) ?? { at: position?.start, without: [], inPart: [], note: undefined }
        if (!lack[severity].includes(client)) lack[severity].push(client)
        if (severity === 'inPart')
          lack.note ??= notes[0]?.replace(/^(Partial(ly supported)?|Buggy)( support)?[.:]\s*/, '')
        byTitle.set(title, lack)
      }
  return [...byTitle].map(([title, lack]) => ({ title, ...lack }))
}

/** What MJML itself writes, with fallbacks of its own: nobody who writes emails can or need change it. */
const titlesOfMjml = async (): Promise<string[]> => {
  const { html } = await mjml2html(bones, { fonts: {} })
  return lacksOf(html).map(({ title }) => title)
}

const bones =
  '<mjml><mj-head><mj-title>a</mj-title><mj-preview>a</mj-preview></mj-head><mj-body background-color="#ffffff"><mj-section background-color="#ffffff"><mj-column><mj-text>a</mj-text><mj-image src="https://example.com/a.png" alt="a" /><mj-button href="https://example.com/">a</mj-button><mj-divider /><mj-spacer /></mj-column></mj-section></mj-body></mjml>'

const inWords = ({ title, without, inPart, note }: Lack): string => {
  const parts = [
    ...(without.length > 0 ? [`not supported by ${namesOf(without).join(', ')}`] : []),
    ...(inPart.length > 0 ? [`only partly by ${namesOf(inPart).join(', ')}`] : []),
  ]
  return `${title}: ${parts.join('; ')}.${note === undefined ? '' : ` (${note.replace(/\.$/, '')}.)`}`
}

const namesOf = (lacking: readonly string[]): string[] =>
  Object.entries(clientsByName).flatMap(([name, kinds]) => {
    const kindsLacking = kinds.filter((kind) => lacking.includes(kind))
    if (kindsLacking.length === 0) return []
    return [kindsLacking.length === kinds.length ? name : `${name} (${kindsLacking.map(kindOf).join(', ')})`]
  })

const kinds: Readonly<Record<string, string>> = {
  'desktop-webmail': 'in the browser',
  android: 'Android',
  ios: 'iPhone',
  macos: 'Mac',
}
const kindOf = (client: string): string => kinds[client.split('.')[1] ?? ''] ?? client

const fixOf = (title: string): string => {
  const url = rawData.data.find((feature) => feature.title === title)?.url
  if (/image format/i.test(title)) return 'Use a PNG or JPEG.'
  return url === undefined ? 'Avoid it.' : `Avoid it, or see what works instead: ${url}`
}

/** The first line of the layout that has the feature's own word in it. */
const lineOf = (title: string, layoutText: string): number => {
  const word = /@?[a-z-]{3,}/.exec(title)?.[0] ?? title
  const at = layoutText.split('\n').findIndex((line) => line.includes(word))
  return at === -1 ? 1 : at + 1
}
