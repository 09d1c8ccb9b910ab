/** The form that the snippet draws: in a shadow of its own, sent by fetch, its answers spoken and shown where they belong. */
import type { FormDefinition } from '../../shared/campaign/compiled/compiled.ts'
import { postNames } from '../../shared/contracts/form-post.ts'
import { aboutVisitor } from './about.ts'
import { type Row, rowOf } from './controls.ts'
import { make } from './make.ts'
import { isAnswered, rememberAnswered } from './memory.ts'
import { fetchJson, openProof, type Proof } from './proof.ts'
import { styleSheet } from './style.ts'

interface FieldError {
  readonly field: string
  readonly message: string
}

/** What the API says to a script. */
interface Answer {
  readonly thanks?: { readonly title: string; readonly text: string }
  readonly redirect?: string
  readonly detail?: string
  readonly errors?: readonly FieldError[]
}

/** Draws after `script`; where the form cannot be had, a link to its own page stands there instead. */
export const drawForm = async (script: HTMLScriptElement, address: string): Promise<void> => {
  const host = document.createElement('ripen-form')
  const root = host.attachShadow({ mode: 'open' })
  root.adoptedStyleSheets = [styleSheet()]
  script.after(host)
  // Asked for before the form is there to be filled in: the two travel together.
  const proof = openProof(address, host)
  try {
    draw(host, root, await fetchJson(`${address}/definition`), proof, address, script.dataset)
  } catch {
    root.append(make('p', {}, make('a', { href: address }, 'Open the form')))
  }
}

const draw = (
  host: HTMLElement,
  root: ShadowRoot,
  definition: FormDefinition,
  proof: Proof,
  address: string,
  data: DOMStringMap,
): void => {
  const { fields, title, intro, consent, hasTrap } = definition
  const hidden = fields.filter(({ type }) => type === 'hidden')
  const rows = shownOf(definition).map(rowOf)
  rows.push(rowOf({ name: postNames.consent, label: consent.wording, type: 'checkbox', required: true }))
  const button = make('button', { part: 'button' }, definition.submit)
  const problem = make('div', { class: 'problem', part: 'problem', tabindex: -1, hidden: true })
  const status = make('p', { role: 'status' })
  const heading = data.heading === 'none' ? [] : [make('h2', { part: 'title' }, title)]
  const form = make(
    'form',
    { novalidate: true, 'aria-label': title, part: 'form' },
    ...heading,
    make('div', { role: 'alert' }, problem),
    ...(intro && heading.length > 0 ? [make('p', { part: 'intro' }, intro)] : []),
    ...rows.map(({ element }) => element),
    ...(hasTrap ? [trap()] : []),
    button,
    status,
  )
  root.append(form)
  const announce = (what: string) =>
    host.dispatchEvent(
      new CustomEvent(`ripen-${what}`, { bubbles: true, composed: true, detail: { form: definition.id } }),
    )
  /** Names that the API does not like and the visitor cannot change: an odd browser must not cost a lead. */
  const dropped = new Set<string>()

  const show = (notice: string, errors: readonly FieldError[]): void => {
    for (const row of rows) row.tell(errors.find(({ field }) => field === row.control.name)?.message)
    const items = errors.map(({ field, message }) => make('li', {}, linkTo(rows, field, message)))
    problem.replaceChildren(make('p', {}, notice), ...(items.length ? [make('ul', {}, ...items)] : []))
    problem.hidden = !notice
    if (items.length) problem.focus()
  }

  const send = async (mayRepeat = true): Promise<void> => {
    const typed = [...new FormData(form)].map(([name, value]) => [name, String(value)] as const)
    const values = {
      ...aboutVisitor(data),
      ...Object.fromEntries(hidden.map(({ name }) => [name, data[name] ?? ''])),
      ...Object.fromEntries(typed),
      ...(await proof.fields()),
    }
    for (const name of dropped) delete values[name]
    const response = await fetch(`${address}/submissions`, {
      method: 'POST',
      body: new URLSearchParams(values),
      headers: { accept: 'application/json' },
      credentials: 'omit',
    })
    if (response.status >= 500 || response.status === 429) throw new Error(address)
    const { thanks, redirect, detail = '', errors = [] }: Answer = await response.json()
    if (response.ok) {
      rememberAnswered(typed.flatMap(([name, value]) => (value ? [name] : [])))
      announce('sent')
      if (redirect) location.assign(redirect)
      else if (thanks) giveThanks(root, thanks)
      return
    }
    const ours = errors.filter(({ field }) => !rows.some(({ control }) => control.name === field))
    if (mayRepeat && ours.length) {
      for (const { field } of ours)
        if (field === postNames.token) proof.renew()
        else dropped.add(field)
      return send(false)
    }
    show(detail, errors)
    announce('refused')
  }

  let isBusy = false
  form.onsubmit = async (event) => {
    event.preventDefault()
    // A second press while the first is on its way is the same press.
    if (isBusy) return
    const errors = rows
      .filter(({ control }) => !control.checkValidity())
      .map(({ label, control }) => ({
        field: control.name,
        message: `${control.type === 'checkbox' ? '' : `${label}: `}${control.validationMessage}`,
      }))
    if (errors.length) return show('Please correct the form.', errors)
    isBusy = true
    show('', [])
    status.textContent = 'Sending …'
    button.setAttribute('aria-disabled', 'true')
    try {
      await send()
    } catch {
      show('The form could not be sent. What you typed is still here: please press the button once more.', [])
      announce('failed')
    }
    isBusy = false
    status.textContent = ''
    button.removeAttribute('aria-disabled')
  }
  announce('drawn')
}

/** Progressive fields that this browser has not answered come a few at a time. */
const shownOf = ({ fields, progressiveAtOnce }: FormDefinition) => {
  const open = fields.filter(({ name, isProgressive }) => isProgressive && !isAnswered(name))
  const turn = new Set(open.slice(0, progressiveAtOnce))
  return fields.filter((field) => field.type !== 'hidden' && (!field.isProgressive || turn.has(field)))
}

/** Links cannot name a place in a shadow, so they are followed by hand. */
const linkTo = (rows: readonly Row[], name: string, message: string): Node => {
  const control = rows.find((row) => row.control.name === name)?.control
  if (!control) return document.createTextNode(message)
  const link = make('a', { href: `#${name}` }, message)
  link.onclick = (event) => {
    event.preventDefault()
    control.focus()
  }
  return link
}

const trap = (): HTMLElement =>
  make(
    'div',
    { class: 'aside', 'aria-hidden': 'true' },
    make(
      'label',
      {},
      'Leave this empty',
      make('input', { name: postNames.trap, tabindex: -1, autocomplete: 'off' }),
    ),
  )

const giveThanks = (root: ShadowRoot, { title, text }: { title: string; text: string }): void => {
  const thanks = make(
    'div',
    { tabindex: -1, role: 'status', part: 'thanks' },
    make('h2', {}, title),
    make('p', {}, text),
  )
  root.replaceChildren(thanks)
  thanks.focus()
}
