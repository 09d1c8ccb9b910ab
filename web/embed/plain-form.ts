/** A plain form, on our page or another: the script adds what a person cannot, and the browser sends it as ever. */
import { progressiveAtOnce } from '../../shared/campaign/compiled/compiled.ts'
import { aboutVisitor } from './about.ts'
import { make } from './make.ts'
import { isAnswered, rememberAnswered } from './memory.ts'
import { openProof, type TokenAnswer } from './proof.ts'

/** `isAgain`: a page of ours shows what came from another page, whose word on the visit stands. */
export const enhance = (form: HTMLFormElement, address: string, isAgain: boolean): void => {
  if (form.dataset.ripenReady) return
  form.dataset.ripenReady = 'yes'
  const inputOf = (name: string): HTMLInputElement => {
    const found = form.elements.namedItem(name)
    if (found instanceof HTMLInputElement) return found
    const made = make('input', { type: 'hidden', name })
    form.append(made)
    return made
  }
  if (!isAgain)
    for (const [name, value] of Object.entries(aboutVisitor(form.dataset))) {
      const input = inputOf(name)
      // What the page itself has filled in stands.
      if (!input.value) input.value = value
    }
  const progressive = askInTurn(form)
  const proof = openProof(address, form, givenToken(form))
  let isBusy = false
  /** A token is for one submission. */
  const startAnew = (): void => {
    isBusy = false
    proof.renew()
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (isBusy) return
    isBusy = true
    try {
      for (const [name, value] of Object.entries(await proof.fields())) inputOf(name).value = value
    } catch {
      // Without a token the answer is a page that asks for one more press, which keeps what was typed.
    }
    rememberAnswered(progressive.filter(({ value }) => value).map(({ name }) => name))
    // A field may be named "submit" and hide the method.
    HTMLFormElement.prototype.submit.call(form)
    // The answer opens elsewhere and this page stays.
    if (form.target && form.target !== '_self') startAnew()
  })
  addEventListener('pageshow', ({ persisted }) => persisted && startAnew())
}

/** A page of ours says in `data-token` what its token asks for. */
const givenToken = (form: HTMLFormElement): TokenAnswer | undefined => {
  const { token } = form.dataset
  const input = form.elements.namedItem('token')
  if (token === undefined) return undefined
  return { ...JSON.parse(token), ...(input instanceof HTMLInputElement && { token: input.value }) }
}

/** Shows what is filled in or refused already, and as many others as one visit is asked for; gives all that may be asked. */
const askInTurn = (form: HTMLFormElement): (HTMLInputElement | HTMLSelectElement)[] => {
  const all: (HTMLInputElement | HTMLSelectElement)[] = []
  let shown = 0
  for (const row of form.querySelectorAll<HTMLElement>('[data-progressive]')) {
    const control = row.querySelector<HTMLInputElement | HTMLSelectElement>('input, select')
    if (!control) continue
    all.push(control)
    const isBegun = control.value !== '' || control.ariaInvalid === 'true'
    if (isBegun || (shown < progressiveAtOnce && !isAnswered(control.name))) shown += 1
    else row.hidden = true
  }
  return all
}
