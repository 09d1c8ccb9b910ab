/** What a function writes to its log while a test runs. */
import { afterEach, beforeEach, vi } from 'vitest'

/** Call at the top of a test file: the entries of the test that runs, as Lambda would write them. */
export const catchLog = (): { readonly entries: () => unknown[]; readonly text: () => string } => {
  let lines: string[] = []
  beforeEach(() => {
    lines = []
    for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const)
      vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
        lines.push(JSON.stringify(parts.length === 1 ? parts[0] : parts))
      })
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
  return { entries: () => lines.map((line): unknown => JSON.parse(line)), text: () => lines.join('\n') }
}
