/** How often check reads the files of a campaign folder from disk, counted where they are read. */
import fs, { readdirSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join, relative } from 'node:path'
import { expect, test, vi } from 'vitest'
import { checkCampaign } from '../../../shared/campaign/check.ts'
import { campaignWith, type Files } from '../../support/campaign-folder.ts'

/** The paths that are read from disk while something is done; modules that read by name see the same. */
const readsDuring = async <Result>(act: () => Promise<Result>) => {
  const spy = vi.spyOn(fs, 'readFileSync')
  syncBuiltinESMExports()
  try {
    return { result: await act(), paths: spy.mock.calls.map(([path]) => String(path)) }
  } finally {
    spy.mockRestore()
    syncBuiltinESMExports()
  }
}

/** What check says, and the reads of it alone, by file of the folder. */
const readsOfCheck = async (files: Files) => {
  const folder = campaignWith(files)
  const onceEach = Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [relative(folder, join(entry.parentPath, entry.name)), 1]),
  )
  const { result, paths } = await readsDuring(() => checkCampaign(folder))
  const reads: Record<string, number> = {}
  for (const path of paths) {
    const file = relative(folder, path)
    if (!file.startsWith('..')) reads[file] = (reads[file] ?? 0) + 1
  }
  return { ...result, reads, onceEach }
}

test('each file of the sample is read once, partials and layouts too', async () => {
  const { campaign, reads, onceEach } = await readsOfCheck({})
  expect(campaign).toBeDefined()
  expect(Object.keys(reads)).toContain('emails/partials/signature.md')
  expect(reads).toEqual(onceEach)
})

test('each file is read once where emails, forms and the theme have mistakes', async () => {
  const { errors, reads, onceEach } = await readsOfCheck({
    'emails/welcome.md': 'Hello, with no front matter, and [a link](https://www.example.com/guide).\n',
    'emails/digest-joins.md': (text) => `${text}\n{% render "signature" %}\n{% render "nobody" %}\n`,
    'forms/guide.yaml': (text) => text.replace('sequence: learn', 'sequence: lern'),
    'theme/theme.yaml': (text) => `${text}\ncolour: red\n`,
  })
  expect(new Set(errors.map(({ file }) => file))).toEqual(
    new Set(['emails/welcome.md', 'emails/digest-joins.md', 'forms/guide.yaml', 'theme/theme.yaml']),
  )
  expect(reads).toEqual({ ...onceEach, 'emails/partials/nobody.md': 1 })
})
