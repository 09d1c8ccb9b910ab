/** `npm test`, and with `--mode long` what `npm run test:long` runs: full-size plays, and every property from a new seed. */
import { globSync, readFileSync } from 'node:fs'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

/** Tests by what they need; `npx vitest run --project pure` answers in seconds. */
const projects: Readonly<Record<string, readonly string[]>> = {
  browser: ['test/web/**/*.test.ts'],
  cli: ['test/cli/**/*.test.ts'],
  // The pipeline on this machine.
  local: ['test/{local,functions,infra,simulation}/**/*.test.ts'],
  // Functions alone: nothing that listens, and no process beside.
  pure: ['test/*.test.ts', 'test/{architecture,shared}/**/*.test.ts'],
}

const longTests = 'test/**/*.long.test.ts'

/** The seed of all properties: printed where one fails, and given to play it again. */
const seedIn = (mode: string): string =>
  process.env.PROPERTY_SEED ?? (mode === 'long' ? String(Date.now() % 2 ** 31) : '20260302')

const withProperties = (): string[] =>
  globSync('test/**/*.test.ts').filter((file) => readFileSync(file, 'utf8').includes(" from 'fast-check'"))

export default defineConfig(({ mode }) => {
  const isLong = mode === 'long'
  const project = (name: string, include: readonly string[]): TestProjectInlineConfiguration => ({
    test: {
      name,
      include: [...include],
      exclude: isLong ? [] : [longTests],
      // Modules are loaded once for all files of a worker: no file may leave anything behind for the next.
      isolate: false,
      setupFiles: ['test/support/run/properties.ts'],
      // A guard against what hangs, and nothing that a slow machine could meet.
      testTimeout: 900_000,
      hookTimeout: 900_000,
      env: {
        // picocolors writes colour wherever CI is set: what a command prints is compared as plain text, here and there.
        NO_COLOR: '1',
        PROPERTY_SEED: seedIn(mode),
        PROPERTY_RUNS_FACTOR: isLong ? '20' : '1',
      },
    },
  })
  return {
    test: {
      globalSetup: ['test/support/run/global-setup.ts'],
      // Two cores: the pipeline tests start a database and workers of their own, so more forks would only contend.
      maxWorkers: 2,
      projects: isLong
        ? [project('long', [longTests]), project('properties', withProperties())]
        : Object.entries(projects).map(([name, include]) => project(name, include)),
    },
  }
})
