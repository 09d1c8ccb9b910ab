import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { expect, inject, test } from 'vitest'
import { openTemporaryFolder } from '../local/temporary-folder.ts'

const local = resolve(import.meta.dirname, '..', 'local')

const runNode = (script: string, temporary = tmpdir()): string =>
  execFileSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script],
    {
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: temporary },
    },
  ).trim()

test('everything temporary of a run of tests lies in one folder, that of processes it starts too', () => {
  expect(tmpdir()).toBe(inject('temporaryFolder'))
  expect(runNode(`import os from 'node:os'; console.log(os.tmpdir())`)).toBe(inject('temporaryFolder'))
})

test('a temporary folder goes with all that is in it', () => {
  const { path, remove } = openTemporaryFolder('ripen-')
  expect(dirname(path)).toBe(tmpdir())
  mkdirSync(join(path, 'bundles'))
  writeFileSync(join(path, 'bundles', 'index.mjs'), '')
  remove()
  expect(existsSync(path)).toBe(false)
})

test('a process that ends while its table is open leaves neither the engine nor the folder', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'ripen-'))
  const endpoint = runNode(
    `import { Meter } from '${local}/meter.ts'
    import { DynamoDbService } from '${local}/services/dynamodb.ts'
    const store = await DynamoDbService.start({ tables: [], meter: new Meter() })
    console.log(store.endpoint)
    process.exit()`,
    temporary,
  )
  expect(readdirSync(temporary)).toEqual([])
  const asked = () =>
    fetch(endpoint).then(
      () => 'answered',
      () => 'gone',
    )
  await expect.poll(asked).toBe('gone')
})
