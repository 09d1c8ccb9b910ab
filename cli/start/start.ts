/** `ripen start`: the whole pipeline on this machine until Ctrl-C. */
import { resolve } from 'node:path'
import pc from 'picocolors'
import { consoleHandler } from '../../local/console/handler.ts'
import { type Pipeline, startPipeline } from '../../local/pipeline.ts'
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
    onWarning: (warning) => console.warn(pc.yellow(warning)),
    console: (running) => consoleHandler(running, campaign),
  })
  pipeline.clock.flow()
  console.log(
    `\n${pc.bold('Ripen is running.')} Open ${pc.cyan(`${pipeline.url}/`)}   Ctrl-C stops it; the data stays in ${options.data}.\n`,
  )
  printAlarms(pipeline)
  let isClosing = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (isClosing) return
      isClosing = true
      void pipeline.close().then(() => process.exit(0))
    })
}

/** How often alarms are looked at: CloudWatch takes a minute, but here somebody waits to see one. */
const alarmsMs = 5000

/** Says when an alarm begins to ring, and when it stops, as the emails of CloudWatch would. */
const printAlarms = ({ alarms }: Pick<Pipeline, 'alarms'>): void => {
  let before = new Set<string>()
  setInterval(() => {
    const now = new Set(alarms.ringing().map(({ description }) => description))
    for (const description of now)
      if (!before.has(description)) console.error(pc.red(`Alarm: ${description}`))
    for (const description of before)
      if (!now.has(description)) console.log(pc.dim(`No longer: ${description}`))
    before = now
  }, alarmsMs).unref()
}

/** `Ripen-dev-scoreFunctionF41D3133` is shown as `score`. */
const shortName = (functionName: string): string =>
  /-([a-z]+)Function/.exec(functionName)?.[1] ?? functionName
