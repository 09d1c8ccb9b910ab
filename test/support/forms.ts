/** Forms to test with, and a visitor who posts them as a page would: with a token, and not in the first two seconds. */
import type { Pipeline } from '../../local/pipeline.ts'
import type { CompiledField, CompiledForm } from '../../shared/campaign/compiled.ts'

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

/** Asks for the form's token, waits three played seconds, and posts. */
export const postForm = async (
  { url, clock }: Pick<Pipeline, 'url' | 'clock'>,
  body: object,
  headers: Readonly<Record<string, string>> = {},
  form = 'guide',
): Promise<Response> => {
  const { token } = (await (await fetch(`${url}/forms/${form}/token`)).json()) as { token?: string }
  await clock.advanceTo(clock.nowMs() + 3000)
  return fetch(`${url}/forms/${form}/submissions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ consent: 'yes', token, ...body }),
  })
}
