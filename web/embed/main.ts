/** What `/embed.js` does on a page: remembers how the visitor came, draws a form where it stands, helps plain forms. */
import { drawForm } from './drawn-form.ts'
import { rememberVisit } from './memory.ts'
import { enhance } from './plain-form.ts'

const script = document.currentScript

if (script instanceof HTMLScriptElement) {
  const { form, again } = script.dataset
  const isAgain = again !== undefined
  const addressOf = (name: string): string => new URL(`forms/${name}`, script.src).href
  if (!isAgain) rememberVisit()
  if (form) void drawForm(script, addressOf(form))
  const enhanceAll = (): void => {
    for (const plain of document.querySelectorAll<HTMLFormElement>('form[data-ripen]'))
      enhance(plain, addressOf(plain.dataset.ripen ?? ''), isAgain)
  }
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', enhanceAll)
  else enhanceAll()
}
