/** The campaign folder as it is now: compiled anew at every change, and the last version without mistakes kept beside them. */
import { watch } from 'chokidar'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled.ts'
import { CampaignError, type CampaignProblem } from '../../shared/campaign/problems.ts'
import { compileDrafts, type Drafts, noDrafts } from './drafts.ts'
import { type OwnPeople, readOwnPeople } from './own-people.ts'

export interface Snapshot {
  /** Rises by one with each compilation. */
  readonly version: number
  /** Absent until the folder has compiled once. */
  readonly good?: CompiledCampaign
  readonly drafts: Drafts
  readonly own: OwnPeople
  /** What is wrong now; where that is in the campaign itself, `good` is older than the folder. */
  readonly problems: readonly CampaignProblem[]
  readonly isStale: boolean
}

export interface LiveCampaign {
  readonly snapshot: Snapshot
  onChange(listener: (snapshot: Snapshot) => void): () => void
  close(): Promise<void>
}

/** Editors write a file in several steps, and a "save all" writes several files: they are one change. */
const debounceMs = 60

/** Compiles once, and again after each change, until it is closed. */
export const watchCampaign = async (folder: string): Promise<LiveCampaign> => {
  const listeners = new Set<(snapshot: Snapshot) => void>()
  const watcher = watch(folder, { ignoreInitial: true, atomic: true })
  // Watching begins before the first reading, so that a change in between is not lost.
  await new Promise<void>((ready) => watcher.once('ready', () => ready()))
  let snapshot = await compileNow(folder, {
    version: 0,
    drafts: noDrafts,
    own: { people: [], problems: [] },
    problems: [],
    isStale: false,
  })
  let timer: NodeJS.Timeout | undefined
  let compiling = Promise.resolve()
  const recompile = async (): Promise<void> => {
    snapshot = await compileNow(folder, snapshot)
    for (const listener of listeners) listener(snapshot)
  }
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      compiling = compiling.then(recompile)
    }, debounceMs)
  })
  return {
    get snapshot() {
      return snapshot
    },
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      clearTimeout(timer)
      await watcher.close()
      await compiling
    },
  }
}

const compileNow = async (folder: string, before: Snapshot): Promise<Snapshot> => {
  const version = before.version + 1
  try {
    const good = await compileCampaign(folder)
    const drafts = await compileDrafts(folder, good, before.drafts)
    const own = readOwnPeople(folder, good)
    return { version, good, drafts, own, problems: [...drafts.problems, ...own.problems], isStale: false }
  } catch (error) {
    return { ...before, version, problems: problemsOf(error), isStale: true }
  }
}

/** A person is in the middle of writing: whatever cannot be read is theirs to see, and no reason to stop. */
const problemsOf = (error: unknown): readonly CampaignProblem[] => {
  if (error instanceof CampaignError) return error.problems
  const problem = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)
  return [
    { file: 'campaign', line: 1, problem, fix: 'Correct it; the page tries again when a file changes.' },
  ]
}
