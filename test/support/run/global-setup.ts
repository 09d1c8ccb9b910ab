/** Before all tests: the process that makes their assemblies, and a folder for them that goes when the run ends. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    readonly assemblyMakerUrl: string
  }
}

export default async (project: TestProject): Promise<() => Promise<void>> => {
  let stop = await start(project)
  // Under `vitest --watch` the code may be another by now.
  project.onTestsRerun(async () => {
    await stop()
    stop = await start(project)
  })
  return () => stop()
}

const start = async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-assemblies-'))
  const maker = fork(join(import.meta.dirname, 'assembly-maker.ts'), [folder])
  const [port] = await firstMessage(maker)
  project.provide('assemblyMakerUrl', `http://127.0.0.1:${port}`)
  return async () => {
    const exited = once(maker, 'exit')
    maker.disconnect()
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
}

const firstMessage = (maker: ChildProcess): Promise<unknown[]> =>
  Promise.race([
    once(maker, 'message'),
    once(maker, 'exit').then(([code]) => {
      throw new Error(`The process that makes the assemblies ended with ${code} before it began.`)
    }),
  ])
