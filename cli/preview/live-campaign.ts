/** The campaign folder as it is now: compiled again at every change, beside the last version without mistakes. */
import { watch } from 'chokidar'
import { checkCampaign } from '../../shared/campaign/check.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import type { CampaignProblem } from '../../shared/campaign/source/problems.ts'
import { type OwnPeople, readOwnPeople } from './own-people.ts'

export interface Snapshot {
  /** Rises by one with each compilation. */
  readonly version: number
  /** Absent until the folder has compiled once. */
  readonly good?: CompiledCampaign
  readonly own: OwnPeople
  /** What is wrong now, and what could be better. */
  readonly problems: readonly CampaignProblem[]
  readonly advice: readonly CampaignProblem[]
  /** Something is wrong in the campaign itself: `good` is older than the folder. */
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
    own: { people: [], problems: [] },
    problems: [],
    advice: [],
    isStale: false,
  })
  let timer: NodeJS.Timeout | undefined
  let compiling = Promise.resolve()
  let isOneWaiting = false
  const recompile = async (): Promise<void> => {
    isOneWaiting = false
    snapshot = await compileNow(folder, snapshot)
    for (const listener of listeners) listener(snapshot)
  }
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      // One that has not begun yet will read this change too.
      if (isOneWaiting) return
      isOneWaiting = true
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
    const { campaign: good, errors, advice } = await checkCampaign(folder)
    if (!good) return { ...before, version, problems: errors, advice, isStale: true }
    const own = readOwnPeople(folder, good)
    return { version, good, own, problems: own.problems, advice, isStale: false }
  } catch (error) {
    return { ...before, version, problems: [unreadable(error)], advice: [], isStale: true }
  }
}

/** A person is in the middle of writing: whatever cannot be read is theirs to see, and no reason to stop. */
const unreadable = (error: unknown): CampaignProblem => ({
  file: 'campaign',
  line: 1,
  problem: error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error),
  fix: 'Correct it; the page tries again when a file changes.',
})
