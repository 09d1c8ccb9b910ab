/** The look of a campaign's emails: theme.yaml put into the two MJML layouts, and an email's body into those. */
import { Liquid, LiquidError } from 'liquidjs'
import mjml2html from 'mjml'
import { type Theme, themeFile } from '../schema/theme-schema.ts'
import type { CampaignFolder } from '../source/campaign-folder.ts'
import { escapeHtml } from '../source/email-body.ts'
import { checkLiquid, HeldLiquid, type LiquidRules } from '../source/email-liquid.ts'
import { SourceText } from '../source/email-source.ts'
import type { Problems } from '../source/problems.ts'
import { type ReadFile, readText, readYaml } from '../source/read-file.ts'

export const themePath = 'theme/theme.yaml'
export const layoutPath = 'theme/layout.mjml'
const barePath = 'theme/bare.mjml'

export interface Look {
  readonly theme: ReadFile<Theme>
  readonly layout: string
  /** Of the confirmation: a question, and nothing that could be taken for advertising. */
  readonly bare: string
}

export interface Content {
  /** Liquid; escaped here. */
  readonly subject: string
  readonly preheader: string
  /** HTML, with marks where `held` has its Liquid. */
  readonly body: string
  readonly held: HeldLiquid
}

/** One of everything that Markdown makes: a layout must be able to carry it. */
export const specimenBody =
  '<h1>a</h1><h2>a</h2><h3>a</h3><h4>a</h4><h5>a</h5><h6>a</h6><p>a <a href="https://example.com/">a</a> <strong>a</strong> <em>a</em> <s>a</s><br> <code>a</code></p><ul><li>a</li></ul><ol><li>a</li></ol><blockquote><p>a</p></blockquote><hr><pre><code>a</code></pre><table class="grid"><thead><tr><th>a</th></tr></thead><tbody><tr><td>a</td></tr></tbody></table><p><img src="https://example.com/a.png" alt="a"></p>'

/** Of an email that says nothing, to try a layout with. */
export const specimen = (): Content => ({
  subject: 'Subject',
  preheader: 'Preheader',
  body: specimenBody,
  held: new HeldLiquid(),
})

/** Theme and layouts, or nothing where one cannot be read; why not is then among the problems. */
export const readLook = (folder: CampaignFolder, problems: Problems): Look | undefined => {
  const theme = readYaml(folder, themePath, themeFile, problems)
  const layout = readText(folder, layoutPath, problems)
  const bare = readText(folder, barePath, problems)
  return theme && layout !== undefined && bare !== undefined ? { theme, layout, bare } : undefined
}

/** Whether both layouts can carry an email; why not is among the problems. */
export const checkLook = async (
  look: Look,
  { fields }: Pick<LiquidRules, 'fields'>,
  problems: Problems,
): Promise<boolean> => {
  const marketing = await checkLayout(look, layoutPath, { fields, isConfirmation: false }, problems)
  const confirmation = await checkLayout(look, barePath, { fields, isConfirmation: true }, problems)
  return marketing && confirmation
}

const checkLayout = async (
  look: Look,
  file: string,
  rules: LiquidRules,
  problems: Problems,
): Promise<boolean> => {
  const { isConfirmation } = rules
  const text = isConfirmation ? look.bare : look.layout
  if (!checkLiquid(new SourceText([{ text, file, line: 1 }]), rules, problems)) return false
  const result = await layOut(look, specimen(), isConfirmation)
  if (result.kind === 'broken') {
    for (const { line, problem } of result.mistakes)
      problems.add(file, line, problem, 'Correct the layout; docs/emails.md shows what belongs in one.')
    return false
  }
  const requirements: [isUnmet: boolean, problem: string, fix: string][] = [
    [
      !result.html.includes(specimenBody.slice(0, 3)),
      'The layout has no place for the text of an email.',
      'Put <mj-text>[[ body ]]</mj-text> into it.',
    ],
    [
      !isConfirmation && !/<a [^>]*href="\{\{-?\s*links\.preferences\s*-?\}\}"/.test(result.html),
      'The layout has no unsubscribe link.',
      'The law requires one: add <a href="{{ links.preferences }}">[[ footer.wayOut ]]</a>.',
    ],
    [
      !isConfirmation && !/\{\{-?\s*campaign\.postalAddress\s*-?\}\}/.test(result.html),
      'The layout has no postal address.',
      'The law requires one: add {{ campaign.postalAddress }}.',
    ],
  ]
  const unmet = requirements.filter(([isUnmet]) => isUnmet)
  for (const [, problem, fix] of unmet) problems.add(file, 1, problem, fix)
  return unmet.length === 0
}

type LaidOut =
  | { readonly kind: 'laidOut'; readonly html: string }
  | { readonly kind: 'broken'; readonly mistakes: readonly { line: number; problem: string }[] }

/** Square brackets, because curly ones are for what is only known when the email is sent. */
const compileTime = new Liquid({
  outputDelimiterLeft: '[[',
  outputDelimiterRight: ']]',
  tagDelimiterLeft: '[%',
  tagDelimiterRight: '%]',
  strictVariables: true,
  strictFilters: true,
})

/**
 * An email's whole HTML. Colours and sizes of its text stand inline; dark mode and narrow screens are in its head.
 */
export const layOut = async (look: Look, content: Content, isConfirmation: boolean): Promise<LaidOut> => {
  const { held } = content
  try {
    const filled = compileTime.parseAndRenderSync(held.hold(isConfirmation ? look.bare : look.layout), {
      ...escaped(look.theme.data),
      subject: escapeHtml(held.hold(content.subject)),
      preheader: escapeHtml(held.hold(content.preheader)),
      body: content.body,
    })
    const { html, errors } = await fromMjml(filled)
    if (errors.length > 0)
      return {
        kind: 'broken',
        mistakes: errors.map(({ line, message }) => ({ line, problem: `${message}.` })),
      }
    return { kind: 'laidOut', html: held.release(html) }
  } catch (error) {
    if (LiquidError.is(error)) {
      const [message = ''] = error.message.split(/, line:|\n/, 1)
      const [line = 1] = error.token.getPosition()
      return { kind: 'broken', mistakes: [{ line, problem: `The layout's square brackets: ${message}.` }] }
    }
    if (!(error instanceof Error)) throw error
    return { kind: 'broken', mistakes: [{ line: 1, problem: `MJML cannot read it: ${error.message}.` }] }
  }
}

type Made = Awaited<ReturnType<typeof mjml2html>>

/** MJML takes longer than all else, and of a campaign that is edited and looked at again most emails are the same. */
const made = new Map<string, Made>()
const mostMade = 200

const fromMjml = async (mjml: string): Promise<Made> => {
  const before = made.get(mjml)
  if (before) return before
  // Without fonts: MJML knows some by name and would have every reader's email client fetch them from Google.
  const result = await mjml2html(mjml, { validationLevel: 'soft', keepComments: false, fonts: {} })
  if (made.size >= mostMade) made.clear()
  made.set(mjml, result)
  return result
}

/** Fonts and colours are harmless by their schema and must stay as they are for CSS; text is for HTML. */
const escaped = ({ logo, ...theme }: Theme) => ({
  ...theme,
  brand: escapeHtml(theme.brand),
  footer: { reason: escapeHtml(theme.footer.reason), wayOut: escapeHtml(theme.footer.wayOut) },
  logo: logo ? { image: escapeHtml(logo.image), alt: escapeHtml(logo.alt), width: logo.width } : null,
})
