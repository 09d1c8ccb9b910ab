/** The shape of a compiled campaign: what the functions carry instead of the marketer's sources. */
import type { Campaign } from '../domain/campaign.ts'

export interface CompiledCampaign {
  readonly plan: Campaign
  readonly forms: Readonly<Record<string, CompiledForm>>
  readonly emails: Readonly<Record<string, CompiledEmail>>
  readonly identity: CampaignIdentity
}

/** Who the campaign speaks for, and to whom it reports. */
export interface CampaignIdentity {
  readonly name: string
  /** Display name beside the deployment's sender address. */
  readonly senderName: string
  readonly replyTo?: string
  readonly postalAddress: string
  readonly sales: { readonly email: string }
  readonly report: { readonly email: string }
}

export interface CompiledForm {
  readonly id: string
  /** Hash of the form's definition; stored with each consent. */
  readonly version: string
  readonly title: string
  readonly fields: readonly CompiledField[]
  readonly consent: { readonly wording: string; readonly wordingHash: string }
}

export interface CompiledField {
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'email' | 'select' | 'number' | 'hidden'
  readonly required: boolean
  readonly maxLength: number
  /** For `select`. */
  readonly options?: readonly string[]
}

export interface CompiledEmail {
  readonly id: string
  /** Liquid; so are the others. */
  readonly subject: string
  readonly preheader: string
  /** Whole HTML document. Knows `lead.<field>`, `links.preferences`, `links.confirm`. */
  readonly html: string
  readonly text: string
}
