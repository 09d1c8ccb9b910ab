/**
 * A process that makes the assemblies of a whole run of tests, one after the other and each at most once: loading the CDK
 * takes longer than all that it then does, so it is loaded for the first one, and not for a run that needs none. Forked by
 * global-setup.ts with a folder to write to.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import type { Assembled, AssemblyRequest } from './assemble.ts'

const [folder = ''] = process.argv.slice(2)

/** By what goes into it. The code of the project does too, but stays what it is for as long as this process lives. */
const made = new Map<string, Promise<Assembled>>()
let last: Promise<unknown> = Promise.resolve()

const assembledOnce = (request: AssemblyRequest): Promise<Assembled> => {
  const key = keyOf(request)
  const known = made.get(key)
  if (known) return known
  const making = last.then(async () => {
    const { assemble } = await import('./assemble.ts')
    return assemble(request, join(folder, key))
  })
  last = making.catch(() => {})
  made.set(key, making)
  return making
}

const keyOf = ({ campaign, withChecks = false }: AssemblyRequest): string => {
  const content = createHash('sha256').update(`${withChecks}`)
  const files = readdirSync(campaign, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  for (const file of files) {
    const text = readFileSync(file)
    content.update(`${file.slice(campaign.length)} ${text.length}\n`).update(text)
  }
  return content.digest('hex').slice(0, 20)
}

const server = createServer(async (incoming, response) => {
  try {
    const assembled = await assembledOnce((await json(incoming)) as AssemblyRequest)
    response.end(JSON.stringify(assembled))
  } catch (error) {
    response.writeHead(500).end(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  }
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
