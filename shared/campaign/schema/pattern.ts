/** Whether a regular expression of a form may meet strangers' text: it must compile, and must never run for long. */
import { createRequire } from 'node:module'

/**
 * The package's main entry starts a process of its own; this build is the same judge in plain JavaScript. Its three
 * megabytes are loaded with the first pattern, which most campaigns do not have.
 */
const judge = (): typeof import('recheck/lib/browser.js').default =>
  createRequire(import.meta.url)('recheck/lib/browser.js')

/** What is wrong with a pattern, or nothing. Browsers compile it with the flag v, JSON Schema with the flag u. */
export const patternProblem = (pattern: string): string | undefined => {
  if (!compiles(pattern, 'u') && !compiles(pattern, 'v'))
    return 'must be a regular expression, such as [A-Z]{2}\\d{4}'
  if (!compiles(pattern, 'v'))
    return 'must be written as browsers read it: inside [ ] put a \\ before each of - ( ) { } / |'
  if (!compiles(pattern, 'u'))
    return 'uses syntax that few programs support yet; write it without -- and && inside [ ]'
  const { status } = judge().checkSync(`^(?:${pattern})$`, 'u', { randomSeed: 0 })
  if (status === 'safe') return undefined
  return 'can take very long on a malicious answer; remove repeats inside repeats, such as (a+)+, and repeats in a row, such as .*.*'
}

const compiles = (pattern: string, flags: string): boolean => {
  try {
    return new RegExp(pattern, flags).source.length > 0
  } catch {
    return false
  }
}
