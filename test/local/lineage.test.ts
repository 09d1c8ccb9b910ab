import { describe, expect, test } from 'vitest'
import { isLoop, nextInChain } from '../../local/mappings/lineage.ts'

const chainOf = (length: number, name: string): string => {
  let header: string | undefined
  for (let at = 0; at < length; at += 1) header = nextInChain([header], name)
  return header ?? ''
}

describe('a chain of messages', () => {
  test.each([
    [1, false],
    [16, false],
    [17, true],
  ])('at its invocation number %i of one function is a loop: %s', (length, expected) => {
    expect(isLoop(chainOf(length, 'send'), 'send')).toBe(expected)
  })

  test('counts each function on its own', () => {
    const header = nextInChain([chainOf(16, 'send')], 'sweep')
    expect(isLoop(header, 'sweep')).toBe(false)
    expect(isLoop(nextInChain([header], 'send'), 'send')).toBe(true)
  })

  test('is the longest of a batch', () => {
    const header = nextInChain([undefined, chainOf(16, 'send'), chainOf(2, 'send')], 'send')
    expect(isLoop(header, 'send')).toBe(true)
  })
})
