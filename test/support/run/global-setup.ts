/** Before all tests: a temporary folder that goes when the run ends, and the process that makes assemblies in it. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openTemporaryFolder } from '../../../local/temporary-folder.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly assemblyMakerUrl: string
    readonly temporaryFolder: string
  }
}

export default async (project: TestProject): Promise<() => Promise<void>> => {
  const temporary = openTemporaryFolder('ripen-tests-')
  // What the processes of the run take for the machine's own.
  process.env.TMPDIR = temporary.path
  project.provide('temporaryFolder', temporary.path)
  let stop = await start(project, temporary.path)
  // Under `vitest --watch` the code may be another by now.
  project.onTestsRerun(async () => {
    await stop()
    stop = await start(project, temporary.path)
  })
  // The folder goes when this process ends: until then workers and their browsers may still write to it.
  return () => stop()
}

const start = async (project: TestProject, within: string): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(within, 'assemblies-'))
  const maker = fork(join(import.meta.dirname, 'assembly-maker.ts'), [folder])
  const [port] = await firstMessage(maker)
  project.provide('assemblyMakerUrl', `http://127.0.0.1:${port}`)
  return async () => {
    const exited = once(maker, 'exit')
    maker.disconnect()
    await exited
  }
}

const firstMessage = (maker: ChildProcess): Promise<unknown[]> =>
  Promise.race([
    once(maker, 'message'),
    once(maker, 'exit').then(([code]) => {
      throw new Error(`The process that makes the assemblies ended with ${code} before it began.`)
    }),
  ])
