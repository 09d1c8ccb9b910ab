/** The files of the product, and what each imports. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

const folders = ['shared', 'functions', 'infra', 'web', 'local', 'cli']

/** Code of the product, by path from the root. */
export const productFiles: readonly string[] = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|js)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name))),
)

export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')

/** As written: `./fold.ts`, `zod`. */
export const importsOf = (path: string): string[] =>
  [...textOf(path).matchAll(/(?:from|import|import\()\s*'([^']+)'/g)].map(([, name]) => name ?? '')

/** What a file imports of ours, by path from the root. */
export const ownImportsOf = (path: string): string[] =>
  importsOf(path)
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(root, resolve(root, path, '..', name)))
