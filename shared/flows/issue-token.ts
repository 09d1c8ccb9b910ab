/** Someone is shown a form: the token that their post will carry. */
import type { CompiledForm } from '../campaign/compiled.ts'
import { signFormToken } from './form-token.ts'

export interface IssuedToken {
  /** Absent where the form asks for none. */
  readonly token?: string
}

/** `nonce` is unique to the request; it names the one submission that the token is for. */
export const issueToken = async (
  form: CompiledForm,
  { nonce, atMs, formKey }: { readonly nonce: string; readonly atMs: number; readonly formKey: string },
): Promise<IssuedToken> =>
  form.protection.token
    ? { token: signFormToken({ form: form.id, issuedAtMs: atMs, nonce, work: 0, isAgain: false }, formKey) }
    : {}

/** For a page that is shown again: its visitor has filled it in once, so it may come back at once. */
export const freshToken = (form: CompiledForm, nonce: string, atMs: number, formKey: string): IssuedToken =>
  form.protection.token
    ? { token: signFormToken({ form: form.id, issuedAtMs: atMs, nonce, work: 0, isAgain: true }, formKey) }
    : {}
