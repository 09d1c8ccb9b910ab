import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** What each room may import of ours; the rooms are folders, the longest name that fits decides. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'shared/domain': ['shared/domain'],
  'shared/contracts': ['shared/contracts', 'shared/domain'],
  'shared/campaign': ['shared/campaign', 'shared/contracts', 'shared/domain'],
  'shared/aws': ['shared/aws', 'shared/contracts', 'shared/domain'],
  'shared/flows': [
    'shared/flows',
    'shared/aws',
    'shared/campaign',
    'shared/contracts',
    'shared/domain',
    'web',
  ],
  functions: [
    'functions',
    'shared/flows',
    'shared/aws',
    'shared/campaign',
    'shared/contracts',
    'shared/domain',
    'web',
  ],
  infra: ['infra', 'shared/contracts/names.ts', 'shared/contracts/user-error.ts', 'shared/campaign'],
  web: ['web', 'shared/contracts', 'shared/campaign/compiled/compiled.ts'],
  local: ['local', 'shared/contracts', 'shared/campaign', 'shared/domain', 'shared/flows'],
  cli: ['cli', 'local', 'infra', 'shared', 'web'],
}

const files = Object.keys(mayImport).flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js)$/.test(entry.name))
    .map((entry) => ({ room, path: relative(root, join(entry.parentPath, entry.name)) })),
)

const importsOf = (path: string): string[] =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(
    ([, name]) => name ?? '',
  )

test.each(files)('$path imports only what its room may', ({ room, path }) => {
  const forbidden = importsOf(path)
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(root, resolve(root, path, '..', name)))
    .filter(
      (target) =>
        !(mayImport[room] ?? []).some((allowed) => target === allowed || target.startsWith(`${allowed}/`)),
    )
  expect(forbidden).toEqual([])
})

const importedBy = new Map(
  files.map(({ path }) => [
    path,
    importsOf(path)
      .filter((name) => name.startsWith('.'))
      .map((name) => relative(root, resolve(root, path, '..', name))),
  ]),
)

/** A circle of imports that can be reached from `path`, as a way from file to file; types count like everything else. */
const circleFrom = (path: string, way: readonly string[], safe: Set<string>): string[] | undefined => {
  if (way.includes(path)) return [...way.slice(way.indexOf(path)), path]
  if (safe.has(path)) return undefined
  for (const target of importedBy.get(path) ?? []) {
    const circle = circleFrom(target, [...way, path], safe)
    if (circle) return circle
  }
  safe.add(path)
  return undefined
}

test('no files of the product import each other in a circle', () => {
  const safe = new Set<string>()
  const circles = files.flatMap(({ path }) => {
    const circle = circleFrom(path, [], safe)
    return circle ? [circle.join(' -> ')] : []
  })
  expect(circles).toEqual([])
})

const domain = files.filter(({ room }) => room === 'shared/domain')

test.each(domain)('$path reads no clock, no environment, no network and no chance', ({ path }) => {
  const text = readFileSync(join(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
  const packages = importsOf(path).filter((name) => !name.startsWith('.'))
  expect(packages.filter((name) => name !== 'temporal-polyfill')).toEqual([])
  expect(text).not.toMatch(
    /Date\.now|new Date\(\)|Temporal\.Now|process\.|performance\.|Math\.random|fetch\(|setTimeout/,
  )
})

test('no file of the product is longer than 400 lines', () => {
  const long = files.filter(({ path }) => readFileSync(join(root, path), 'utf8').split('\n').length > 400)
  expect(long.map(({ path }) => path)).toEqual([])
})

test('every file of the product opens by saying what it owns', () => {
  const silent = files.filter(
    ({ path }) => !/^(#!.*\n)?(\/\*\*|\/\/) ?\S/.test(readFileSync(join(root, path), 'utf8')),
  )
  expect(silent.map(({ path }) => path)).toEqual([])
})
