/** The YAML files of a campaign folder, read; and what they and the emails name for each other. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type * as z from 'zod'
import { confirmationSequence, isOfConfirmation, salesSequence } from '../../domain/enrolment-id.ts'
import { campaignFile, scoringFile } from '../schema/campaign-schema.ts'
import type { KnownNames } from '../schema/condition-names.ts'
import { nearest } from '../schema/did-you-mean.ts'
import { type Form, formFile } from '../schema/form-schema.ts'
import { type SequenceFile, sequenceFile } from '../schema/sequence-schema.ts'
import { linksOfEmails } from './email-links.ts'
import type { Problems } from './problems.ts'
import { type ReadFile, readYaml } from './read-file.ts'

export type Settings = z.output<typeof campaignFile>

/** What cannot be read is missing, and its mistakes are among the problems. */
export interface CampaignFiles {
  readonly campaign: ReadFile<Settings> | undefined
  readonly scoring: ReadFile<z.output<typeof scoringFile>> | undefined
  readonly forms: Readonly<Record<string, ReadFile<Form>>>
  readonly sequences: Readonly<Record<string, ReadFile<SequenceFile>>>
  /** Ids of forms and sequences that are there, be they readable or not. */
  readonly named: { readonly forms: ReadonlySet<string>; readonly sequences: ReadonlySet<string> }
  /** By the email's id: where it links to. */
  readonly emailLinks: ReadonlyMap<string, readonly string[]>
}

export const readCampaignFiles = (folder: string, problems: Problems): CampaignFiles => {
  const campaign = readYaml(folder, 'campaign.yaml', campaignFile, problems)
  const scoring = readYaml(folder, 'scoring.yaml', scoringFile, problems)
  const forms = readAll(folder, 'forms', formFile, problems)
  const sequences = readAll(folder, 'sequences', sequenceFile, problems)
  return {
    campaign,
    scoring,
    forms: forms.read,
    sequences: sequences.read,
    named: { forms: forms.named, sequences: sequences.named },
    emailLinks: linksOfEmails(folder),
  }
}

/** What conditions can name in this campaign. */
export const knownNames = ({ forms, named, emailLinks }: CampaignFiles): KnownNames => ({
  fields: Map.groupBy(
    Object.values(forms).flatMap((form) => form.data.fields),
    (field) => field.name,
  ),
  hasUnreadForms: named.forms.size > Object.keys(forms).length,
  links: [...emailLinks.values()].flat(),
})

const readAll = <S extends z.ZodType>(
  folder: string,
  room: 'forms' | 'sequences',
  schema: S,
  problems: Problems,
): { read: Record<string, ReadFile<z.output<S>>>; named: ReadonlySet<string> } => {
  const files = existsSync(join(folder, room)) ? readdirSync(join(folder, room)).sort() : []
  const read: Record<string, ReadFile<z.output<S>>> = {}
  const named = new Set<string>()
  for (const file of files) {
    const id = file.replace(/\.yaml$/, '')
    named.add(id)
    const taken = takenBy(room, id)
    if (!/^[a-z0-9][a-z0-9-]{0,39}\.yaml$/.test(file) || taken !== undefined) {
      problems.add(`${room}/${file}`, 1, 'The file name is not usable as an id.', taken ?? fileNames(file))
      continue
    }
    const content = readYaml(folder, `${room}/${file}`, schema, problems)
    if (content !== undefined) read[id] = content
  }
  return { read, named }
}

const fileNames = (file: string): string =>
  nearest(file.slice(file.lastIndexOf('.')), ['.yaml']) === '.yaml'
    ? `Let it end in .yaml: ${file.slice(0, file.lastIndexOf('.'))}.yaml.`
    : 'Name it with 1 to 40 lower-case letters, digits or "-", ending in .yaml.'

/** Enrolments are named after sequences, and two kinds of email have names of that form for themselves. */
const takenBy = (room: 'forms' | 'sequences', id: string): string | undefined => {
  if (id === confirmationSequence) return '"confirm" is taken by confirmations: give it another name.'
  if (room === 'sequences' && isOfConfirmation(id))
    return 'What begins with "confirm-" is taken by confirmations: give it another name.'
  return room === 'sequences' && id === salesSequence
    ? '"sales" is taken by the emails to sales: give it another name.'
    : undefined
}
