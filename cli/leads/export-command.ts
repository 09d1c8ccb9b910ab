/** `ripen leads export`: opens the place, writes what was asked for, and says how much it was. */
import { writeFileSync } from 'node:fs'
import { SingleBar } from 'cli-progress'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import type { Stage } from '../../shared/domain/fold.ts'
import { exportLeads, exportPerson } from './export.ts'
import { openStore, type PlaceOptions } from './open-store.ts'
import type { LeadStore } from './store.ts'

export interface ExportOptions extends PlaceOptions {
  readonly campaign: string
  readonly stage?: Stage
  readonly form?: string
  readonly facts?: string
  readonly lead?: string
  readonly bom: boolean
}

/**
 * Rows go to the terminal where neither a file nor facts are asked for; what is said about them goes to standard
 * error.
 */
export const exportCommand = async (
  file: string | undefined,
  options: ExportOptions,
  open: (place: PlaceOptions, purpose: 'read') => Promise<LeadStore> = openStore,
  print: (text: string) => void = console.error,
  terminal: NodeJS.WritableStream = process.stdout,
): Promise<void> => {
  const campaign = await compileCampaign(options.campaign)
  const store = await open(options, 'read')
  const bar = new SingleBar({ format: '{value} leads', hideCursor: true, noTTYOutput: false })
  try {
    if (options.lead !== undefined) {
      const text = `${JSON.stringify(await exportPerson(options.lead, campaign, store, store.nowMs), null, 2)}\n`
      if (file === undefined) terminal.write(text)
      else writePrivately(file, text)
      return
    }
    const isToTerminal = file === undefined && options.facts === undefined
    if (!isToTerminal) bar.start(0, 0)
    const { stage, form, facts } = options
    const result = await exportLeads(
      {
        campaign,
        nowMs: store.nowMs,
        withMark: options.bom,
        ...(file !== undefined && { file }),
        ...(isToTerminal && { toTerminal: terminal }),
        ...(stage !== undefined && { stage }),
        ...(form !== undefined && { form }),
        ...(facts !== undefined && { facts }),
      },
      store,
      (leads) => bar.update(leads),
    )
    bar.stop()
    print(`${result.leads.toLocaleString('en')} leads with ${result.facts.toLocaleString('en')} facts.`)
    if (result.unreadable > 0)
      print(
        `${result.unreadable.toLocaleString('en')} facts cannot be read by this version and are left out: docs/releases.md.`,
      )
    for (const [field, leads] of result.fieldsLeftOut)
      print(
        `${leads.toLocaleString('en')} of them have "${field}", which no form asks for any more; --facts exports it.`,
      )
  } finally {
    bar.stop()
    await store.close()
  }
}

/** What people have a right to see about themselves: nobody else on this machine may read it. */
const writePrivately = (file: string, text: string): void => writeFileSync(file, text, { mode: 0o600 })
