/** `ripen start`: the whole pipeline on this machine until Ctrl-C. */
import { resolve } from 'node:path'
import pc from 'picocolors'
import { consoleHandler } from '../../local/console/handler.ts'
import { startPipeline } from '../../local/pipeline.ts'
import { assemble } from '../assembly.ts'

export interface StartOptions {
  readonly port: number
  readonly data: string
  readonly fresh: boolean
}

/** Resolves once everything is served; the process then lives until it is interrupted, and leaves nothing running. */
export const start = async (options: StartOptions): Promise<void> => {
  const { cdkOut, campaign } = await assemble(() => console.log(pc.dim('Synthesising the stack ...')))
  const pipeline = await startPipeline({
    cdkOut,
    dataFolder: resolve(options.data),
    isFresh: options.fresh,
    port: options.port,
    startMs: Date.now(),
    onLog: ({ functionName, line }) => console.log(`${pc.dim(shortName(functionName))} ${line}`),
    onDenied: ({ caller, permission, statement }) =>
      console.error(
        pc.red(`${shortName(caller)} may not ${permission.action}. Add to its role in infra/: ${statement}`),
      ),
    console: (running) => consoleHandler(running, campaign),
  })
  pipeline.clock.flow()
  console.log(
    `\n${pc.bold('Ripen is running.')} Open ${pc.cyan(`${pipeline.url}/`)}   Ctrl-C stops it; the data stays in ${options.data}.\n`,
  )
  let isClosing = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (isClosing) return
      isClosing = true
      void pipeline.close().then(() => process.exit(0))
    })
}

/** `Ripen-dev-scoreFunctionF41D3133` is told as `score`. */
const shortName = (functionName: string): string =>
  /-([a-z]+)Function/.exec(functionName)?.[1] ?? functionName
