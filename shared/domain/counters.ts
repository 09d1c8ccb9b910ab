/** What a rule on facts needs to know of them: a few numbers, kept up in one step per fact however many came before. */
import { dayMs } from './cadence.ts'
import type { FactCondition } from './conditions.ts'

export interface Counter {
  readonly count: number
  readonly lastAtMs: number
  /** The sum of what each fact still weighs at `lastAtMs`: 1 when it happens, half after each half-life. */
  readonly weightAtLast: number
  /** The latest facts, oldest first, as many as the rule asks for. */
  readonly latestAtMs: readonly number[]
}

/** The counter after one more fact. Facts may come in any order. */
export const count = (
  before: Counter | undefined,
  atMs: number,
  { times = 1 }: FactCondition,
  halfLifeDays: number | undefined,
): Counter => {
  if (!before) return { count: 1, lastAtMs: atMs, weightAtLast: 1, latestAtMs: [atMs] }
  const lastAtMs = Math.max(before.lastAtMs, atMs)
  const latest = [...before.latestAtMs, atMs]
  if (atMs < before.lastAtMs) latest.sort((a, b) => a - b)
  return {
    count: before.count + 1,
    lastAtMs,
    weightAtLast:
      before.weightAtLast * fading(lastAtMs - before.lastAtMs, halfLifeDays) +
      fading(lastAtMs - atMs, halfLifeDays),
    latestAtMs: latest.length > times ? latest.slice(-times) : latest,
  }
}

/** What is left of 1 after this long. A fact from a moment ahead of the clock has not begun to fade. */
export const fading = (ageMs: number, halfLifeDays: number | undefined): number =>
  halfLifeDays === undefined || ageMs <= 0 ? 1 : 0.5 ** (ageMs / dayMs / halfLifeDays)
