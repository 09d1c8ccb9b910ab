import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type * as reader from '../../functions/lib/disposable-domains.ts'
import { bundleFunctions } from '../../infra/bundle.ts'
import { compileCampaign } from '../../shared/campaign/compile.ts'

const root = resolve(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'ripen-'))
const file = join(folder, 'capture', 'disposable-domains.txt')
let domains: string[]
let isDisposable: typeof reader.isDisposable

/** As a bundle would: the module that reads the list, built beside it. */
beforeAll(async () => {
  await bundleFunctions(await compileCampaign(join(root, 'campaign')), folder)
  domains = readFileSync(file, 'utf8').trimEnd().split('\n')
  const outfile = join(folder, 'capture', 'reader.mjs')
  await build({
    entryPoints: [join(root, 'functions', 'lib', 'disposable-domains.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
  })
  ;({ isDisposable } = await import(pathToFileURL(outfile).href))
})

afterAll(() => rmSync(folder, { recursive: true }))

test('the list beside capture is sorted, each domain once, in lower case and ASCII', () => {
  expect(domains.length).toBeGreaterThan(5000)
  expect(domains).toEqual([...new Set(domains)].sort())
  expect(domains.filter((domain) => !/^[a-z\d-]+(\.[a-z\d-]+)+$/.test(domain))).toEqual([])
})

test('the list is small enough to be read in passing', () => {
  expect(statSync(file).size).toBeLessThan(300_000)
})

test.each([
  ['mailinator.com', true],
  ['yopmail.com', true],
  ['guerrillamail.com', true],
  ['10minutemail.com', true],
  ['any.mailinator.com', true],
  ['example.com', false],
  ['gmail.com', false],
  ['googlemail.com', false],
  ['outlook.com', false],
  ['yahoo.com', false],
  ['icloud.com', false],
  ['gmx.de', false],
  ['web.de', false],
  ['proton.me', false],
  ['qq.com', false],
  ['mail.ru', false],
  // Relays that forward to a person's own mailbox for good are no throw-away mailboxes.
  ['privaterelay.appleid.com', false],
  ['duck.com', false],
  ['mozmail.com', false],
  ['co.uk', false],
])('by the list beside the bundle, that %s is disposable is %s', (domain, expected) => {
  expect(isDisposable(domain)).toBe(expected)
})
