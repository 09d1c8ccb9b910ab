/** Solves an ALTCHA challenge (version 2, PBKDF2): costs a browser a moment, and a machine with a million posts a fortune. */

export interface Challenge {
  readonly parameters: {
    /** Such as `PBKDF2/SHA-256`. */
    readonly algorithm: string
    /** Hexadecimal; so are salt and prefix. */
    readonly nonce: string
    readonly salt: string
    /** Iterations of one derivation. */
    readonly cost: number
    /** Bytes. */
    readonly keyLength: number
    readonly keyPrefix: string
  }
  readonly signature?: string
}

/** Derivations asked for at once: the browser spreads them over its own threads, and the page is free in between. */
const sliceSize = 8

/** What the field `altcha` carries: base64 of `{ challenge, solution }`. Needs a page served by https or on this machine. */
export const solve = async (challenge: Challenge): Promise<string> => {
  const { algorithm, nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters
  const derive = async (counter: number): Promise<string> => {
    const password = new Uint8Array([...bytesOf(nonce), 0, 0, 0, 0])
    new DataView(password.buffer).setUint32(password.length - 4, counter)
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
    const hash = algorithm.slice('PBKDF2/'.length)
    const how = { name: 'PBKDF2', salt: bytesOf(salt), iterations: cost, hash }
    return hexOf(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)))
  }
  for (let start = 0; ; start += sliceSize) {
    const keys = await Promise.all(Array.from({ length: sliceSize }, (_, index) => derive(start + index)))
    const found = keys.findIndex((key) => key.startsWith(keyPrefix))
    const derivedKey = keys[found]
    if (derivedKey !== undefined)
      return btoa(JSON.stringify({ challenge, solution: { counter: start + found, derivedKey } }))
  }
}

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
