/** Forms to test with, and a visitor who posts them as a page would: with a token, and not in the first two seconds. */
import { addressOf, tokenFor } from '../../cli/demo/visit.ts'
import type { Pipeline } from '../../local/pipeline.ts'
import type { CompiledField, CompiledForm } from '../../shared/campaign/compiled/compiled.ts'

/** A field with what the compiler would add. */
export const field = (
  given: Pick<CompiledField, 'name' | 'label' | 'type'> & Partial<CompiledField>,
): CompiledField => ({ required: false, maxLength: 120, isProgressive: false, ...given })

export const formOf = (given: Partial<CompiledForm> = {}): CompiledForm => ({
  id: 'guide',
  version: 'v1',
  title: 'The guide',
  submit: 'Send me the guide',
  fields: [field({ name: 'email', label: 'Email', type: 'email', required: true, maxLength: 254 })],
  consent: { wording: 'Yes, write to me about the guide.', wordingHash: 'hash', keepSourceDays: 0 },
  origins: [],
  thanks: { title: 'Thank you', text: 'It is on its way.' },
  redirects: [],
  disposable: 'flag',
  protection: { hasTrap: true, token: { minimumSeconds: 2, maximumHours: 24 }, work: 'never' },
  ...given,
})

/** Each visitor asks for the form from a network of their own: one that asks often would have to work for it. */
let visitors = 0

/** Asks for the form's token, waits three played seconds, and posts. */
export const postForm = async (
  { url, clock }: Pick<Pipeline, 'url' | 'clock'>,
  body: object,
  headers: Readonly<Record<string, string>> = {},
  form = 'guide',
): Promise<Response> => {
  const token = await tokenFor(url, form, addressOf(visitors))
  visitors += 1
  await clock.advanceTo(clock.nowMs() + 3000)
  return fetch(`${url}/forms/${form}/submissions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ consent: 'yes', token, ...body }),
  })
}
