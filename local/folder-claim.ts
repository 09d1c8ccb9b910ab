/** Who works on a data folder: two at once would each undo what the other remembers. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'

  constructor(folder: string, pid: number) {
    super(
      `A running pipeline (process ${pid}) keeps its data in ${folder}. End it first, with Ctrl-C where ripen start runs, or name another folder by --data.`,
    )
  }
}

/** Throws `FolderInUse` where a live process has claimed the folder; one that has died leaves no claim. */
export const refuseFolderInUse = (folder: string): void => {
  const file = join(folder, fileName)
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  if (pid > 0 && pid !== process.pid && isAlive(pid)) throw new FolderInUse(folder, pid)
}

/** Claims the folder for this process, and gives what ends the claim. Throws `FolderInUse`. */
export const claimFolder = (folder: string): (() => void) => {
  refuseFolderInUse(folder)
  mkdirSync(folder, { recursive: true })
  const file = join(folder, fileName)
  writeFileSync(file, String(process.pid))
  return () => rmSync(file, { force: true })
}

const fileName = 'running.pid'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of another user is alive too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
