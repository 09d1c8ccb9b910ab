import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

/** Documentation by path. The sample campaign's emails are content, and not held to this. */
const pages = ['*.md', 'docs/**/*.md'].flatMap((pattern) => globSync(pattern, { cwd: root }))

const textOf = (page: string): string => readFileSync(join(root, page), 'utf8')

/** Without code and tables, whose lines cannot be broken. */
const proseLines = (page: string): string[] =>
  textOf(page)
    .replace(/^```[\s\S]*?^```/gm, '')
    .split('\n')
    .filter((line) => !line.startsWith('|') && !line.startsWith('    '))

const found = (page: string, pattern: RegExp): string[] =>
  [...textOf(page).matchAll(pattern)].map(([, match]) => match ?? '')

/** What `faultsOf` says of every page, each with its page. */
const faults = (faultsOf: (page: string) => readonly string[]): string[] =>
  pages.flatMap((page) => faultsOf(page).map((fault) => `${page}: ${fault}`))

/** Words that confused readers; docs/glossary.md has better ones. */
const banned = /\b(foretold|anew|mail\s+programs?|so\s+(?:many|long|often)|reproach(?:es)?)\b/gi

test('no page has a word that confused readers', () => {
  expect(faults((page) => found(page, banned))).toEqual([])
})

test('no line of prose is longer than 120 characters', () => {
  expect(faults((page) => proseLines(page).filter((line) => line.length > 120))).toEqual([])
})

test('every link between pages leads to a file', () => {
  const isMissing = (page: string) => (target: string) => !existsSync(join(root, dirname(page), target))
  expect(faults((page) => found(page, /\]\((?!https?:)([^)#]+)/g).filter(isMissing(page)))).toEqual([])
})

test('every path that a page names exists', () => {
  const paths = /`((?:shared|functions|infra|web|local|cli|test|campaign|docs)\/[^`\s]*)`/g
  expect(
    faults((page) => found(page, paths).filter((path) => globSync(path, { cwd: root }).length === 0)),
  ).toEqual([])
})

test('docs/decisions/README.md lists every decision', () => {
  const records = globSync('*.md', { cwd: join(root, 'docs/decisions') }).filter(
    (file) => file !== 'README.md',
  )
  expect(found('docs/decisions/README.md', /\]\(([\w-]+\.md)\)/g).sort()).toEqual(records.sort())
})
