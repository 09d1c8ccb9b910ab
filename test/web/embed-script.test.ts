import { gzipSync } from 'node:zlib'
import { createChallenge, verifySolution } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2'
import { beforeAll, describe, expect, test } from 'vitest'
import { embedScript } from '../../infra/assets.ts'
import { solve } from '../../web/embed/work.ts'

describe('the snippet', () => {
  let script: string
  beforeAll(async () => {
    script = await embedScript()
  })

  test('weighs at most 5,000 bytes, packed', () => {
    expect(gzipSync(script, { level: 9 }).length).toBeLessThanOrEqual(5000)
    expect(script.length).toBeGreaterThan(5000)
  })

  test.each([
    ['code from text', /\beval\(|new Function|setTimeout\("/],
    ['HTML from text', /innerHTML|outerHTML|insertAdjacentHTML|document\.write/],
    ['inline style', /\.style\b|cssText|setAttribute\("style"/],
    ['workers', /new Worker|createObjectURL/],
    ['cookies', /cookie/i],
  ])('uses no %s', (_, pattern) => {
    expect(script).not.toMatch(pattern)
  })
})

describe('the proof of work', () => {
  const common = { algorithm: 'PBKDF2/SHA-256', cost: 20, deriveKey, hmacSignatureSecret: 'secret' }

  test.each([
    ['whose answer was drawn beforehand', { counter: 37, hmacKeySignatureSecret: 'key secret' }, 37],
    ['whose answer is the first attempt', { counter: 0 }, 0],
    ['whose answer ends a slice', { counter: 7 }, 7],
    ['whose answer begins a slice', { counter: 8 }, 8],
  ])('solves a challenge %s as ALTCHA wants it', async (_, given, counter) => {
    const challenge = await createChallenge({ ...common, ...given, data: { form: 'guide' } })
    const sent = JSON.parse(Buffer.from(await solve(challenge), 'base64').toString())
    expect(sent.challenge).toEqual(challenge)
    expect(sent.solution.counter).toBe(counter)
    expect(await verifySolution({ ...common, ...given, ...sent })).toMatchObject({
      verified: true,
      invalidSolution: false,
    })
  })

  test('finds a beginning that has an odd number of digits', async () => {
    const challenge = await createChallenge({ ...common, keyPrefix: '0' })
    const sent = JSON.parse(Buffer.from(await solve(challenge), 'base64').toString())
    expect(sent.solution.derivedKey).toMatch(/^0[0-9a-f]{63}$/)
    expect(await verifySolution({ ...common, ...sent })).toMatchObject({ verified: true })
  })

  test('that is changed afterwards is not believed', async () => {
    const challenge = await createChallenge({ ...common, counter: 5 })
    const { solution } = JSON.parse(Buffer.from(await solve(challenge), 'base64').toString())
    expect(
      await verifySolution({ ...common, challenge, solution: { ...solution, counter: 6 } }),
    ).toMatchObject({ verified: false })
  })
})
