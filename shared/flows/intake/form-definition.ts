/** What the snippet needs of a form to draw it: nothing that is not on the page anyway. */
import {
  type CompiledForm,
  type FormDefinition,
  progressiveAtOnce,
} from '../../campaign/compiled/compiled.ts'

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
