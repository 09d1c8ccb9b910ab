/** The table's engine as a process of its own: Dynoxide on a folder, or another engine at an address that is given. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { EngineWire } from './wire.ts'

export interface Engine {
  readonly endpoint: string
  /** Its SQLite file; absent where another program is the engine. */
  readonly file?: string
  stop(): Promise<void>
}

/** Resolves once it takes calls. */
export const startEngine = async (folder: string): Promise<Engine> => {
  const given = process.env.RIPEN_DYNAMODB_ENDPOINT
  if (given) return { endpoint: given, stop: async () => {} }
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'table.sqlite')
  const port = await freePort()
  const child = spawn(engineBinary(), ['--host', '127.0.0.1', '--port', String(port), '--db-path', file], {
    stdio: 'ignore',
  })
  // It would outlive a process that ends without closing it.
  const kill = (): void => void child.kill()
  process.on('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) => reject(new Error(missingEngine, { cause })))
    child.once('exit', (code) => reject(new Error(`The DynamoDB engine stopped at start with code ${code}.`)))
  })
  const endpoint = `http://127.0.0.1:${port}`
  await Promise.race([failed, answers(endpoint)])
  failed.catch(() => {})
  return { endpoint, file, stop: () => stop(child) }
}

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

const missingEngine =
  'No DynamoDB engine for this platform: put "dynoxide" on the PATH, or give the address of a DynamoDB Local in RIPEN_DYNAMODB_ENDPOINT.'

const engineBinary = (): string => {
  try {
    return join(createRequire(import.meta.url).resolve('@dynoxide/linux-x64/package.json'), '..', 'dynoxide')
  } catch {
    return 'dynoxide'
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** Asks until there is an answer, for five seconds. */
const answers = async (endpoint: string): Promise<void> => {
  const wire = new EngineWire(endpoint)
  try {
    for (let attempt = 0; attempt < 500; attempt += 1) {
      const answer = await wire.send('DynamoDB_20120810.ListTables', '{}').catch(() => undefined)
      if (answer?.status === 200) return
      if (answer) throw new Error(`The DynamoDB engine answered ${answer.status} at start: ${answer.text}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new Error('The DynamoDB engine did not answer within five seconds.')
  } finally {
    wire.close()
  }
}
