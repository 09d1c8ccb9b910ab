/** What goes along with every post that a visitor did not type: time zone, language, page and how they came. */
import { postNames } from '../../shared/contracts/form-post.ts'
import { pageAddress, visitValues } from './memory.ts'

/** What a script or form element says in `data-source` and `data-redirect`. */
export const aboutVisitor = ({ source, redirect }: DOMStringMap): Record<string, string> => ({
  ...visitValues(),
  [postNames.timeZone]: Intl.DateTimeFormat().resolvedOptions().timeZone,
  [postNames.language]: navigator.language,
  [postNames.page]: pageAddress(),
  ...(source && { [postNames.source]: source }),
  ...(redirect && { [postNames.redirect]: new URL(redirect, location.href).href }),
})
