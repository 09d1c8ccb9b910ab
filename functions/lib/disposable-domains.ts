/** Disposable domains by the list that infra/bundle.ts lays beside the bundle; it is no part of the code a start reads. */
import { readFileSync } from 'node:fs'
import { isDisposableBy } from '../../shared/domain/disposable.ts'

/** Takes a domain in lower case and ASCII. Throws where the list is not beside the bundle. */
export const isDisposable = isDisposableBy(() =>
  readFileSync(new URL('./disposable-domains.txt', import.meta.url), 'utf8'),
)
