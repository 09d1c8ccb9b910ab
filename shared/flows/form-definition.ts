/** What the snippet needs of a form to draw it: nothing that is not on the page anyway. */
import { type CompiledForm, progressiveAtOnce } from '../campaign/compiled.ts'

export type FormDefinition = Pick<CompiledForm, 'id' | 'title' | 'intro' | 'submit' | 'fields' | 'thanks'> & {
  readonly consent: { readonly wording: string }
  readonly hasTrap: boolean
  readonly progressiveAtOnce: number
  /** Whether a post needs a token, and how old it must be at least. */
  readonly token?: { readonly minimumSeconds: number; readonly maximumHours: number }
}

export const definitionOf = (form: CompiledForm): FormDefinition => {
  const { id, title, intro, submit, fields, thanks, consent, protection } = form
  return {
    id,
    title,
    ...(intro !== undefined && { intro }),
    submit,
    fields,
    thanks,
    consent: { wording: consent.wording },
    hasTrap: protection.hasTrap,
    progressiveAtOnce,
    ...(protection.token && { token: protection.token }),
  }
}
