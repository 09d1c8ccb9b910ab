/** How far an import came, beside its file: a killed one goes on from there. */
import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import * as z from 'zod'

const schema = z.object({
  /** Of the file, the options and the place: another of these is another import. */
  key: z.string(),
  /** The last row, as a spreadsheet counts, of which everything before is done too. */
  row: z.number(),
  /** When the import began: facts without a time of their own happened then. */
  startedAtMs: z.number(),
  /** How much of the errors file belongs to the rows that are done. */
  errorsBytes: z.number(),
  counts: z.object({
    imported: z.number(),
    alreadyThere: z.number(),
    wrong: z.number(),
    suppressed: z.number(),
  }),
})
export type Checkpoint = z.output<typeof schema>
export type Counts = Checkpoint['counts']

export const checkpointFile = (file: string): string => `${file}.import.json`

export const checkpointKey = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')

/** The checkpoint of an unfinished import of the same file in the same way to the same place. */
export const readCheckpoint = (file: string, key: string): Checkpoint | undefined => {
  try {
    const read = schema.safeParse(JSON.parse(readFileSync(checkpointFile(file), 'utf8')))
    return read.success && read.data.key === key ? read.data : undefined
  } catch {
    // None there: the import begins at the first row, and what is imported already is found to be so.
    return undefined
  }
}

/** Whole or not at all, whenever the process is killed. */
export const writeCheckpoint = (file: string, checkpoint: Checkpoint): void => {
  const target = checkpointFile(file)
  writeFileSync(`${target}.new`, JSON.stringify(checkpoint))
  renameSync(`${target}.new`, target)
}

export const removeCheckpoint = (file: string): void => rmSync(checkpointFile(file), { force: true })
