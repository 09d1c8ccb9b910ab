/** Rows that are imported into a folder, or into the pipeline that runs on it. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importCommand } from '../../cli/leads/import-command.ts'

/** `rows` with their header line. Ends with the command's exit code and what it printed. */
export const importRows = async (
  { campaign, data }: { readonly campaign: string; readonly data: string },
  rows: string,
): Promise<{ readonly code: number; readonly text: string }> => {
  const file = join(mkdtempSync(join(tmpdir(), 'ripen-rows-')), 'rows.csv')
  writeFileSync(file, `${rows}\n`)
  const printed: string[] = []
  const options = {
    campaign,
    data,
    form: 'guide',
    map: [],
    consent: 'Ticked the box at the fair in Leeds on 1 March 2026',
    sendConfirmations: false,
    dryRun: false,
    resume: false,
  }
  const code = await importCommand(file, options, undefined, (line) => printed.push(line))
  return { code, text: printed.join('\n') }
}
