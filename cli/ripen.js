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
// Ctrl-C reaches the child by itself, as part of the same terminal group; this process only waits for it to finish.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => signal === 'SIGTERM' && child.kill(signal))
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
