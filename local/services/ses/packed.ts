/** An email as it lies in memory: its bodies packed, to a quarter of what they take as text, until somebody reads them. */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { StoredEmail } from './message.ts'

/** The same email to whoever looks at it. */
export const packed = (email: StoredEmail): StoredEmail => {
  const { html, text } = email
  // A copy, because what comes back is the beginning of a buffer that is larger.
  const bytes = Buffer.from(deflateRawSync(JSON.stringify([html, text]), { level: 1 }))
  const bodies = (): readonly [string, string] => JSON.parse(inflateRawSync(bytes).toString('utf8'))
  return Object.defineProperties(
    { ...email },
    {
      html: { get: () => bodies()[0], enumerable: true },
      text: { get: () => bodies()[1], enumerable: true },
    },
  )
}
