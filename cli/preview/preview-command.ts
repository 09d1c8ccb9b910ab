/** `ripen preview`: the page, until Ctrl-C. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import pc from 'picocolors'
import { parseSettings } from '../../infra/settings.ts'
import { InputError } from '../input-error.ts'
import { watchCampaign } from './live-campaign.ts'
import { pipelineLeads } from './pipeline-leads.ts'
import { servePreview } from './server.ts'

export interface PreviewCommandOptions {
  readonly port: number
  readonly data: string
}

/** Resolves once the page is served; the process then lives until it is interrupted. */
export const previewCommand = async (
  folder: string,
  { port, data }: PreviewCommandOptions,
): Promise<void> => {
  if (!existsSync(join(folder, 'campaign.yaml')))
    throw new InputError(`${folder} is not a campaign folder: it has no campaign.yaml.`)
  const live = await watchCampaign(resolve(folder))
  const server = await servePreview({
    live,
    leads: pipelineLeads(data),
    folder,
    sender: senderAddress(),
    port,
    nowMs: Date.now,
  })
  console.log(
    `\n${pc.bold('The preview is ready.')} Open ${pc.cyan(`${server.url}/`)}   The page follows the files in ${folder}; Ctrl-C stops it.\n`,
  )
  for (const { file, line, problem, fix } of live.snapshot.problems)
    console.log(pc.yellow(`${file}:${line}: ${problem} ${fix}`))
  let isClosing = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (isClosing) return
      isClosing = true
      void Promise.all([server.close(), live.close()]).then(() => process.exit(0))
    })
}

/** As the deployment's settings say it. */
const senderAddress = (): string => {
  const file = resolve(import.meta.dirname, '..', '..', 'cdk.json')
  const written = JSON.parse(readFileSync(file, 'utf8')) as { context: { ripen: Record<string, unknown> } }
  return parseSettings(written.context.ripen).sender
}
