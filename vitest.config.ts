import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/run/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Two cores: the pipeline tests start a database and workers of their own, so more forks would only contend.
    maxWorkers: 2,
    // picocolors writes colour wherever CI is set: what a command prints is compared as plain text, here and there.
    env: { NO_COLOR: '1' },
  },
})
