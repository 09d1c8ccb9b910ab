/** The shape of a compiled campaign: what the functions carry instead of the marketer's sources. */
import type { FieldType } from '../../contracts/field-types.ts'
import type { IdentityRules } from '../../domain/address.ts'
import type { Campaign } from '../../domain/campaign.ts'

export interface CompiledCampaign {
  readonly plan: Campaign
  readonly forms: Readonly<Record<string, CompiledForm>>
  readonly emails: Readonly<Record<string, CompiledEmail>>
  readonly identity: CampaignIdentity
  readonly intake: Intake
}

/** What holds for every form: who is one person, and how many confirmations may go out. */
export interface Intake {
  readonly identity: IdentityRules
  readonly confirmations: {
    /** Over 30 days. */
    readonly perAddress: number
    readonly perDomainPerHour: number
    readonly perNetworkPerHour: number
    readonly perHour: number
  }
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
  /** One or two sentences above the fields. */
  readonly intro?: string
  /** What the button says. */
  readonly submit: string
  readonly fields: readonly CompiledField[]
  readonly consent: {
    readonly wording: string
    readonly wordingHash: string
    /** How long the visitor's network address and browser are kept as evidence; 0: not at all. */
    readonly keepSourceDays: number
  }
  /** Origins of pages whose scripts may read the answers (CORS), such as `https://www.example.com`. */
  readonly origins: readonly string[]
  /** What a visitor sees afterwards: our page with this text, or one of yours. */
  readonly thanks: { readonly title: string; readonly text: string } | { readonly redirect: string }
  /** Where a page may send its visitor instead: whole addresses, or beginnings that end in a slash. */
  readonly redirects: readonly string[]
  /** What becomes of addresses that are made to be thrown away. */
  readonly disposable: 'allow' | 'flag' | 'refuse'
  readonly protection: Protection
}

/** Each means against bots is a setting. */
export interface Protection {
  /** A field that people do not see and bots fill in. */
  readonly hasTrap: boolean
  /** A signed token that a post must carry, and how old it may be; absent: none is asked for. */
  readonly token?: { readonly minimumSeconds: number; readonly maximumHours: number }
  /** Proof of work: never, always, or once many tokens are asked for from one range of addresses. Needs the token. */
  readonly work: 'never' | 'whenBusy' | 'always'
}

export interface CompiledField {
  readonly name: string
  readonly label: string
  /** A sentence below the label. */
  readonly help?: string
  readonly type: FieldType
  readonly required: boolean
  readonly maxLength: number
  readonly minLength?: number
  /** The whole answer must fit this regular expression, and `patternHelp` says what that means. */
  readonly pattern?: string
  readonly patternHelp?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly options?: readonly string[]
  /** As HTML knows it, such as `given-name`. */
  readonly autocomplete?: string
  /** Asked only once the fields before it are known: at most `progressiveAtOnce` of them per visit. */
  readonly isProgressive: boolean
}

/** What a script needs of a form to draw it: nothing that is not on the page anyway. */
export type FormDefinition = Pick<CompiledForm, 'id' | 'title' | 'intro' | 'submit' | 'fields' | 'thanks'> & {
  readonly consent: { readonly wording: string }
  readonly hasTrap: boolean
  readonly progressiveAtOnce: number
  /** Whether a post needs a token, and how old it must be at least. */
  readonly token?: { readonly minimumSeconds: number; readonly maximumHours: number }
}

/** Progressive fields that one visit is asked for. */
export const progressiveAtOnce = 2

export interface CompiledEmail {
  readonly id: string
  /** Liquid; so are the others. */
  readonly subject: string
  readonly preheader: string
  /** The end of the path of the link that the email wants clicked, such as `/book-a-call`. */
  readonly goal?: string
  /** Whole HTML document. Knows `lead.<field>`, `links.preferences`, `links.confirm`. */
  readonly html: string
  readonly text: string
}
