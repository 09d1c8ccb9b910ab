import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { openTemporaryFolder } from './support/run/temporary-folder.ts'

test('everything temporary of a run lies in one folder, that of processes it starts too', () => {
  expect(tmpdir()).toBe(inject('temporaryFolder'))
  const ofChild = execFileSync(process.execPath, ['--print', 'os.tmpdir()'], { encoding: 'utf8' })
  expect(ofChild.trim()).toBe(inject('temporaryFolder'))
})

test('that folder goes with all that is in it, and the machine’s own is the temporary one again', () => {
  const environment: NodeJS.ProcessEnv = { TMPDIR: '/somewhere' }
  const { path, remove } = openTemporaryFolder(environment)
  expect(environment.TMPDIR).toBe(path)
  expect(dirname(path)).toBe(tmpdir())
  mkdirSync(join(path, 'bundles'))
  writeFileSync(join(path, 'bundles', 'index.mjs'), '')
  remove()
  expect(existsSync(path)).toBe(false)
  expect(environment.TMPDIR).toBe('/somewhere')
})
