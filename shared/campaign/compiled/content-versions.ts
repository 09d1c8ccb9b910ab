/** What names the content of each form and each email, so that a change can be reported without the content itself. */
import type { CompiledCampaign } from './compiled.ts'
import { hash } from './content-hash.ts'

export interface ContentVersions {
  readonly forms: Readonly<Record<string, string>>
  readonly emails: Readonly<Record<string, string>>
}

export const contentVersionsOf = ({
  forms,
  emails,
}: Pick<CompiledCampaign, 'forms' | 'emails'>): ContentVersions => ({
  forms: Object.fromEntries(Object.entries(forms).map(([id, { version }]) => [id, version])),
  emails: Object.fromEntries(Object.entries(emails).map(([id, email]) => [id, hash(email, 12)])),
})
