#!/usr/bin/env node
// Runs the command line on the Node that the project pins, whichever Node started this.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..')
const pinned = join(root, 'node_modules', 'node', 'bin', 'node')
if (!existsSync(pinned)) {
  console.error('Ripen is not installed yet: run "npm ci" in its folder first.')
  process.exit(1)
}
const child = spawn(
  pinned,
  ['--disable-warning=ExperimentalWarning', join(root, 'cli', 'main.ts'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
)
// On Ctrl-C a terminal signals the child too; the same signal twice does it no harm.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
