/** A form as a page of ours: works without script, shows what to correct, and keeps what was typed. */
import type { CompiledField, CompiledForm } from '../shared/campaign/compiled/compiled.ts'
import { inputTypes } from '../shared/contracts/field-types.ts'
import { firstVisitName, isTicked, postNames, visitNames } from '../shared/contracts/form-post.ts'
import { type Html, html } from './html.ts'
import { page } from './pages.ts'

export interface FormPageState {
  readonly token?: string
  /** The work that the token asks for, as `GET /forms/{form}/token` gives it. */
  readonly challenge?: unknown
  /** What was typed before, by field name. */
  readonly values?: Readonly<Record<string, string>>
  readonly errors?: readonly { readonly field: string; readonly message: string }[]
  /** Says what happened, where the page is shown again. */
  readonly notice?: string
}

export const formPage = (form: CompiledForm, state: FormPageState = {}): Html => {
  const { token, challenge, values = {}, errors = [], notice } = state
  const isAgain = notice !== undefined
  const limits = { ...form.protection.token, ...(isAgain && { minimumSeconds: 0 }), challenge }
  const errorOf = (name: string) => errors.find(({ field }) => field === name)?.message
  return page(
    form.title,
    html`${isAgain && summary(notice, form, errors)}
${form.intro !== undefined && !isAgain && html`<p>${form.intro}</p>`}
<form class="ask" method="post" action="/forms/${form.id}/submissions" data-ripen="${form.id}" data-token="${JSON.stringify(limits)}">
${form.fields.map((field) => html`${fieldHtml(field, values[field.name] ?? '', errorOf(field.name))}\n`)}${consentHtml(form, isTicked(values[postNames.consent]), errorOf(postNames.consent))}
${form.protection.hasTrap && trapHtml}${token !== undefined && hidden(postNames.token, token)}${kept(values, errorOf)}
${challenge !== undefined && withoutScript(form)}<button>${form.submit}</button>
</form>`,
    html`<script src="/embed.js"${isAgain && ' data-again'}></script>`,
    isAgain ? `Please look again: ${form.title}` : form.title,
  )
}

/** A browser that runs no script cannot do the work, and its person should know before typing. */
const withoutScript = ({ id }: CompiledForm): Html =>
  html`<noscript><p class="problem">This form is very busy at the moment, and its button works only with JavaScript. Please allow scripts on this page, or <a href="/forms/${id}">open the form again</a> in an hour.</p></noscript>`

/** Each mistake leads to its field; a screen reader speaks the whole at once. */
const summary = (notice: string, form: CompiledForm, errors: NonNullable<FormPageState['errors']>): Html => {
  const asked = new Set([...form.fields.map(({ name }) => name), postNames.consent])
  const items = errors.map(({ field, message }) =>
    asked.has(field) ? html`<li><a href="#f-${field}">${message}</a></li>` : html`<li>${message}</li>`,
  )
  return html`<div class="problem" role="alert" tabindex="-1" autofocus><p>${notice}</p>${items.length > 0 && html`<ul>${items}</ul>`}</div>`
}

const fieldHtml = (field: CompiledField, value: string, error: string | undefined): Html => {
  const { name, label, help, type, required, autocomplete } = field
  if (type === 'hidden') return hidden(name, value)
  const described = [
    ...(help === undefined ? [] : [`h-${name}`]),
    ...(error === undefined ? [] : [`e-${name}`]),
  ].join(' ')
  const common = html`id="f-${name}" name="${name}"${required && ' required'}${
    autocomplete !== undefined && html` autocomplete="${autocomplete}"`
  }${described && html` aria-describedby="${described}"`}${error !== undefined && html` aria-invalid="true"`}`
  const notes = html`${help !== undefined && html`<span class="help" id="h-${name}">${help}</span>`}${errorHtml(name, error)}`
  const named = html`<label for="f-${name}">${label}${!required && html` <span class="quiet">(optional)</span>`}</label>`
  const turn = field.isProgressive && ' data-progressive'
  if (type === 'checkbox')
    return html`<div class="tick"${turn}><input type="checkbox" value="yes" ${common}${isTicked(value) && ' checked'}>${named}${notes}</div>`
  return html`<div class="field"${turn}>${named}${notes}${type === 'select' ? selectHtml(field, value, common) : inputHtml(field, value, common)}</div>`
}

const errorHtml = (name: string, error: string | undefined): Html | false =>
  error !== undefined && html`<span class="error" id="e-${name}">${error}</span>`

const selectHtml = ({ options = [] }: CompiledField, value: string, common: Html): Html =>
  html`<select ${common}><option value=""></option>${options.map(
    (option) => html`<option value="${option}"${option === value && ' selected'}>${option}</option>`,
  )}</select>`

const inputHtml = (field: CompiledField, value: string, common: Html): Html => {
  const { type, maxLength, minLength, pattern, patternHelp = '' } = field
  return html`<input type="${inputTypes[type] ?? 'text'}" ${common} maxlength="${maxLength}"${
    minLength !== undefined && html` minlength="${minLength}"`
  }${pattern !== undefined && html` pattern="${pattern}" title="${patternHelp}"`}${
    type === 'number' && html` inputmode="decimal"`
  } value="${value}">`
}

const consentHtml = ({ consent }: CompiledForm, isGiven: boolean, error: string | undefined): Html => {
  const name = postNames.consent
  const invalid = error !== undefined && html` aria-invalid="true" aria-describedby="e-${name}"`
  return html`<div class="tick"><input type="checkbox" id="f-${name}" name="${name}" value="yes" required${invalid}${isGiven && ' checked'}><label for="f-${name}">${consent.wording}</label>${errorHtml(name, error)}</div>`
}

/** Out of sight and out of the way of keyboards and screen readers; not `display: none`, which bots know. */
const trapHtml = html`<div class="aside" aria-hidden="true"><label>Leave this empty <input type="text" name="${postNames.trap}" tabindex="-1" autocomplete="off"></label></div>`

/**
 * What the visitor's page sent about the visit goes along when the form is shown again; what was refused of it does not,
 * for the visitor could not correct it.
 */
const kept = (
  values: Readonly<Record<string, string>>,
  errorOf: (name: string) => string | undefined,
): Html[] =>
  keptNames.flatMap((name) => {
    const value = values[name]
    return value === undefined || errorOf(name) ? [] : [hidden(name, value)]
  })

const keptNames = [
  postNames.timeZone,
  postNames.language,
  postNames.source,
  postNames.page,
  postNames.redirect,
  postNames.submissionId,
  ...visitNames,
  ...visitNames.map(firstVisitName),
]

const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}">`

/** `thanks` is the form's own text. */
export const thanksPage = (thanks: { readonly title: string; readonly text: string }): Html =>
  page(thanks.title, html`<p>${thanks.text}</p>`)
