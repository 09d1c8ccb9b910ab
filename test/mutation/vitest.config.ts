/** The tests that `npm run test:mutants` runs against each mutant: those of the domain and of the flows that nurture a lead. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'test/shared/domain/**/*.test.ts',
      'test/shared/flows/nurture/**/*.test.ts',
      'test/shared/flows/links.test.ts',
    ],
    // As in `npm test`; it also makes a mutant's run several times faster.
    isolate: false,
    // A mutant that hangs is ended by Stryker's own limit: a test that a slow machine times out would count as a kill.
    testTimeout: 900_000,
    setupFiles: ['test/support/run/properties.ts'],
    env: {
      NO_COLOR: '1',
      PROPERTY_SEED: '20260302',
      // There are thousands of mutants: each property tries a twentieth of its cases on each.
      PROPERTY_RUNS_FACTOR: '0.05',
    },
  },
})
