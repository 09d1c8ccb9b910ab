import { expect, test } from 'vitest'
import { importsOf, productFiles, textOf } from './architecture/product-files.ts'
import { roomOf } from './architecture/rooms.ts'

const files = productFiles.map((path) => ({ path, room: roomOf(path)?.folder ?? '' }))

const domain = files.filter(({ room }) => room.startsWith('shared/domain'))

test.each(domain)('$path reads no clock, no environment, no network and no chance', ({ path }) => {
  const text = textOf(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
  const packages = importsOf(path).filter((name) => !name.startsWith('.'))
  expect(packages.filter((name) => name !== 'temporal-polyfill')).toEqual([])
  expect(text).not.toMatch(
    /Date\.now|new Date\(\)|Temporal\.Now|process\.|performance\.|Math\.random|fetch\(|setTimeout/,
  )
})

test('no file of the product is longer than 400 lines', () => {
  const long = files.filter(({ path }) => textOf(path).split('\n').length > 400)
  expect(long.map(({ path }) => path)).toEqual([])
})

test('every file of the product opens by saying what it owns', () => {
  const silent = files.filter(({ path }) => !/^(#!.*\n)?(\/\*\*|\/\/) ?\S/.test(textOf(path)))
  expect(silent.map(({ path }) => path)).toEqual([])
})
