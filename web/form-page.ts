/** A form as a page of ours: works without script, shows what to correct, and keeps what was typed. */
import type { CompiledField, CompiledForm } from '../shared/campaign/compiled/compiled.ts'
import { firstVisitName, isTicked, postNames, visitNames } from '../shared/contracts/form-post.ts'
import { escapeHtml } from './html.ts'
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

export const formPage = (form: CompiledForm, state: FormPageState = {}): string => {
  const { token, challenge, values = {}, errors = [], notice } = state
  const isAgain = notice !== undefined
  const limits = { ...form.protection.token, ...(isAgain && { minimumSeconds: 0 }), challenge }
  const errorOf = (name: string) => errors.find(({ field }) => field === name)?.message
  return page(
    form.title,
    `${isAgain ? summary(notice, form, errors) : ''}
${form.intro === undefined || isAgain ? '' : `<p>${escapeHtml(form.intro)}</p>`}
<form class="ask" method="post" action="/forms/${form.id}/submissions" data-ripen="${form.id}" data-token="${escapeHtml(JSON.stringify(limits))}">
${form.fields.map((field) => fieldHtml(field, values[field.name] ?? '', errorOf(field.name))).join('\n')}
${consentHtml(form, isTicked(values[postNames.consent]), errorOf(postNames.consent))}
${form.protection.hasTrap ? trapHtml : ''}${token === undefined ? '' : hidden(postNames.token, token)}${keptHtml(values, errorOf)}
${challenge === undefined ? '' : withoutScript(form)}<button>${escapeHtml(form.submit)}</button>
</form>`,
    `<script src="/embed.js"${isAgain ? ' data-again' : ''}></script>`,
    isAgain ? `Please look again: ${form.title}` : form.title,
  )
}

/** A browser that runs no script cannot do the work, and its person should know before typing. */
const withoutScript = ({ id }: CompiledForm): string =>
  `<noscript><p class="problem">This form is very busy at the moment, and its button works only with JavaScript. Please allow scripts on this page, or <a href="/forms/${id}">open the form again</a> in an hour.</p></noscript>`

/** Each mistake leads to its field; a screen reader speaks the whole at once. */
const summary = (
  notice: string,
  form: CompiledForm,
  errors: NonNullable<FormPageState['errors']>,
): string => {
  const asked = new Set([...form.fields.map(({ name }) => name), postNames.consent])
  const items = errors.map(({ field, message }) =>
    asked.has(field)
      ? `<li><a href="#f-${escapeHtml(field)}">${escapeHtml(message)}</a></li>`
      : `<li>${escapeHtml(message)}</li>`,
  )
  return `<div class="problem" role="alert" tabindex="-1" autofocus><p>${escapeHtml(notice)}</p>${items.length > 0 ? `<ul>${items.join('')}</ul>` : ''}</div>`
}

const fieldHtml = (field: CompiledField, value: string, error: string | undefined): string => {
  const { name, label, help, type, required } = field
  if (type === 'hidden') return hidden(name, value)
  const described = [
    ...(help === undefined ? [] : [`h-${name}`]),
    ...(error === undefined ? [] : [`e-${name}`]),
  ]
  const common = [
    `id="f-${name}"`,
    `name="${name}"`,
    ...(required ? ['required'] : []),
    ...(field.autocomplete === undefined ? [] : [`autocomplete="${field.autocomplete}"`]),
    ...(described.length > 0 ? [`aria-describedby="${described.join(' ')}"`] : []),
    ...(error === undefined ? [] : ['aria-invalid="true"']),
  ].join(' ')
  const notes = `${help === undefined ? '' : `<span class="help" id="h-${name}">${escapeHtml(help)}</span>`}${error === undefined ? '' : `<span class="error" id="e-${name}">${escapeHtml(error)}</span>`}`
  const named = `<label for="f-${name}">${escapeHtml(label)}${required ? '' : ' <span class="quiet">(optional)</span>'}</label>`
  const turn = field.isProgressive ? ' data-progressive' : ''
  if (type === 'checkbox')
    return `<div class="tick"${turn}><input type="checkbox" value="yes" ${common}${isTicked(value) ? ' checked' : ''}>${named}${notes}</div>`
  return `<div class="field"${turn}>${named}${notes}${type === 'select' ? selectHtml(field, value, common) : inputHtml(field, value, common)}</div>`
}

const selectHtml = ({ options = [] }: CompiledField, value: string, common: string): string =>
  `<select ${common}><option value=""></option>${options
    .map(
      (option) =>
        `<option value="${escapeHtml(option)}"${option === value ? ' selected' : ''}>${escapeHtml(option)}</option>`,
    )
    .join('')}</select>`

const inputHtml = (field: CompiledField, value: string, common: string): string => {
  const { type, maxLength, minLength, pattern, patternHelp } = field
  const kind = { email: 'email', phone: 'tel', number: 'text' }[type as string] ?? 'text'
  return `<input type="${kind}" ${common} maxlength="${maxLength}"${minLength === undefined ? '' : ` minlength="${minLength}"`}${
    pattern === undefined ? '' : ` pattern="${escapeHtml(pattern)}" title="${escapeHtml(patternHelp ?? '')}"`
  }${type === 'number' ? ' inputmode="decimal"' : ''} value="${escapeHtml(value)}">`
}

const consentHtml = ({ consent }: CompiledForm, isGiven: boolean, error: string | undefined): string => {
  const name = postNames.consent
  return `<div class="tick"><input type="checkbox" id="f-${name}" name="${name}" value="yes" required${error === undefined ? '' : ` aria-invalid="true" aria-describedby="e-${name}"`}${isGiven ? ' checked' : ''}><label for="f-${name}">${escapeHtml(consent.wording)}</label>${error === undefined ? '' : `<span class="error" id="e-${name}">${escapeHtml(error)}</span>`}</div>`
}

/** Out of sight and out of the way of keyboards and screen readers; not `display: none`, which bots know. */
const trapHtml = `<div class="aside" aria-hidden="true"><label>Leave this empty <input type="text" name="${postNames.trap}" tabindex="-1" autocomplete="off"></label></div>`

/**
 * What the visitor's page told of the visit goes along when the form is shown again; what was refused of it does not,
 * for the visitor could not correct it.
 */
const keptHtml = (
  values: Readonly<Record<string, string>>,
  errorOf: (name: string) => string | undefined,
): string =>
  keptNames
    .map((name) => (values[name] === undefined || errorOf(name) ? '' : hidden(name, values[name])))
    .join('')

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

const hidden = (name: string, value: string): string =>
  `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`

/** `thanks` is the form's own text. */
export const thanksPage = (thanks: { readonly title: string; readonly text: string }): string =>
  page(thanks.title, `<p>${escapeHtml(thanks.text)}</p>`)
