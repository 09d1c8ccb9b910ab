/**
 * Set before each test file: the seed of its properties, and how one that fails is played again. `npm test` always takes the
 * same seed, so that it says the same of the same code; `npm run test:long` takes a new one, which it prints.
 */
import fc from 'fast-check'
import { expect } from 'vitest'

fc.configureGlobal({
  seed: Number(process.env.PROPERTY_SEED),
  reporter: (run) => {
    const said = fc.defaultReportMessage(run)
    if (run.failed && said !== undefined) throw new Error(`${said}\n\n${replayOf(run.seed)}`, causeOf(run))
  },
})

const replayOf = (seed: number): string => {
  const file = expect.getState().testPath?.replace(`${process.cwd()}/`, '')
  const long = process.env.PROPERTY_RUNS_FACTOR === '1' ? '' : ' --mode long'
  return `To play it again: PROPERTY_SEED=${seed} npx vitest run${long} ${file}`
}

const causeOf = ({ errorInstance }: fc.RunDetails<unknown>): ErrorOptions => ({ cause: errorInstance })
