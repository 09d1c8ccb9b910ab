/** One email for one person, rendered as `send` renders it, and what the page says about it. */
import type { Email } from '../../shared/aws/mailer.ts'
import type {
  CampaignIdentity,
  CompiledCampaign,
  CompiledEmail,
} from '../../shared/campaign/compiled/compiled.ts'
import type { LeadCaptured } from '../../shared/domain/facts.ts'
import { fold, type LeadState } from '../../shared/domain/fold.ts'
import { renderEmail } from '../../shared/flows/nurture/render-email.ts'
import { type EmailLink, hasDarkRules, linksIn } from './email-document.ts'
import type { Person } from './people.ts'
import type { Place } from './places.ts'

export interface ShownEmail {
  readonly subject: string
  readonly preheader: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly tags: readonly (readonly [name: string, value: string])[]
  readonly text: string
  readonly htmlBytes: number
  readonly textBytes: number
  /** Gmail shows no more of the HTML. */
  readonly clippedAboveBytes: number
  readonly hasDarkRules: boolean
  readonly links: readonly ShownLink[]
}

interface ShownLink extends EmailLink {
  readonly isPersonal: boolean
  /** The email wants this one clicked. */
  readonly isGoal: boolean
}

const gmailLimitBytes = 102 * 1024

export interface RenderSource {
  readonly emails: Readonly<Record<string, CompiledEmail>>
  readonly identity: CampaignIdentity
  /** Where the links that are made for each person lead. */
  readonly publicUrl: string
  readonly linkKey: string
}

/** A lead who has just filled in a form, and of whom this is all that is known. */
export const stateOf = (
  { id, email, fields }: Person,
  { plan }: CompiledCampaign,
  nowMs: number,
): LeadState => {
  const [form = ''] = Object.keys(plan.forms)
  const captured: LeadCaptured = {
    kind: 'CAPTURED',
    submission: `preview-${id}`,
    form,
    formVersion: '',
    email,
    profile: fields,
    source: 'Preview',
    consent: { wordingHash: '' },
    atMs: nowMs,
  }
  return fold('preview', [captured], plan, nowMs)
}

/** Throws what `renderEmail` throws. */
export const renderPlace = (
  place: Place,
  state: LeadState,
  nowMs: number,
  source: RenderSource,
): Promise<Email> => renderEmail(state.leadId, state, { ...place.touch, dueAtMs: nowMs }, nowMs, source)

/** `sender` is the deployment's own address. */
export const showEmail = async (
  place: Place,
  state: LeadState,
  nowMs: number,
  source: RenderSource,
  sender: string,
): Promise<ShownEmail> => {
  const email = await renderPlace(place, state, nowMs, source)
  const goal = source.emails[place.email]?.goal
  return {
    subject: email.subject,
    preheader: await preheaderOf(place, state, nowMs, source),
    headers: [
      ['From', `${email.fromName} <${sender}>`],
      ['To', email.to],
      ...(email.replyTo === undefined ? [] : [['Reply-To', email.replyTo] as const]),
      ['Subject', email.subject],
      ...Object.entries(email.headers ?? {}),
    ],
    tags: Object.entries(email.tags),
    text: email.text,
    htmlBytes: Buffer.byteLength(email.html),
    textBytes: Buffer.byteLength(email.text),
    clippedAboveBytes: gmailLimitBytes,
    hasDarkRules: hasDarkRules(email.html),
    links: linksIn(email.html).map((link) => ({
      ...link,
      isPersonal: link.url.startsWith(source.publicUrl),
      isGoal: goal !== undefined && link.url.replace(/[?#].*$/s, '').endsWith(goal),
    })),
  }
}

/** It goes out inside the HTML, so the renderer is asked for it in the subject's place. */
const preheaderOf = async (
  place: Place,
  state: LeadState,
  nowMs: number,
  source: RenderSource,
): Promise<string> => {
  const email = source.emails[place.email]
  if (!email) return ''
  const emails = { [place.email]: { ...email, subject: email.preheader } }
  return (await renderPlace(place, state, nowMs, { ...source, emails })).subject
}
