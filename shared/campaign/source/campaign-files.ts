/** What a campaign folder says, read: its YAML files, its emails, and the names that they have for each other. */
import type * as z from 'zod'
import { confirmationSequence, isOfConfirmation, salesSequence } from '../../domain/enrolment-id.ts'
import { campaignFile, scoringFile } from '../schema/campaign-schema.ts'
import type { KnownNames } from '../schema/condition-names.ts'
import { closestName } from '../schema/did-you-mean.ts'
import { type Form, formFile } from '../schema/form-schema.ts'
import { sequenceFile } from '../schema/sequence-schema.ts'
import { type EmailReading, readEmails } from './campaign-emails.ts'
import type { CampaignFolder } from './campaign-folder.ts'
import { type PlacedSequence, placedSequence } from './placed-sequence.ts'
import type { Problems } from './problems.ts'
import { type ReadFile, readYaml } from './read-file.ts'

export type Settings = z.output<typeof campaignFile>

/** What cannot be read is missing, and its mistakes are among the problems. */
export interface CampaignFiles {
  readonly campaign: ReadFile<Settings> | undefined
  readonly scoring: ReadFile<z.output<typeof scoringFile>> | undefined
  readonly forms: Readonly<Record<string, ReadFile<Form>>>
  readonly sequences: Readonly<Record<string, PlacedSequence>>
  /** Ids of forms and sequences that are there, be they readable or not. */
  readonly named: { readonly forms: ReadonlySet<string>; readonly sequences: ReadonlySet<string> }
  /** By id. Their problems are kept with them, and reported where emails are checked. */
  readonly emails: ReadonlyMap<string, EmailReading>
  /** What conditions can name in this campaign. */
  readonly known: KnownNames
}

export const readCampaignFiles = (folder: CampaignFolder, problems: Problems): CampaignFiles => {
  const campaign = readYaml(folder, 'campaign.yaml', campaignFile, problems)
  const scoring = readYaml(folder, 'scoring.yaml', scoringFile, problems)
  const forms = readAll(folder, 'forms', formFile, problems)
  const sequences = readAll(folder, 'sequences', sequenceFile, problems)
  const emails = readEmails(folder)
  return {
    campaign,
    scoring,
    forms: forms.read,
    sequences: Object.fromEntries(
      Object.entries(sequences.read).map(([id, file]) => [id, placedSequence(id, file)]),
    ),
    named: { forms: forms.named, sequences: sequences.named },
    emails,
    known: {
      fields: Map.groupBy(
        Object.values(forms.read).flatMap((form) => form.data.fields),
        (field) => field.name,
      ),
      hasUnreadForms: forms.named.size > Object.keys(forms.read).length,
      links: [...emails.values()].flatMap(({ links }) => links),
    },
  }
}

type Kind = 'forms' | 'sequences'

const readAll = <S extends z.ZodType>(
  folder: CampaignFolder,
  kind: Kind,
  schema: S,
  problems: Problems,
): { read: Record<string, ReadFile<z.output<S>>>; named: ReadonlySet<string> } => {
  const read: Record<string, ReadFile<z.output<S>>> = {}
  const named = new Set<string>()
  for (const name of folder.namesIn(kind)) {
    const id = name.replace(/\.yaml$/, '')
    named.add(id)
    const taken = takenBy(kind, id)
    if (!/^[a-z0-9][a-z0-9-]{0,39}\.yaml$/.test(name) || taken !== undefined) {
      problems.add(`${kind}/${name}`, 1, 'The file name cannot be used as an id.', taken ?? nameHelp(name))
      continue
    }
    const file = readYaml(folder, `${kind}/${name}`, schema, problems)
    if (file !== undefined) read[id] = file
  }
  return { read, named }
}

const nameHelp = (name: string): string =>
  closestName(name.slice(name.lastIndexOf('.')), ['.yaml']) === '.yaml'
    ? `Rename it to ${name.slice(0, name.lastIndexOf('.'))}.yaml.`
    : 'Use 1 to 40 lower-case letters, digits or "-", ending in .yaml.'

/** Enrolments are named after sequences, and two kinds of email have names of that form for themselves. */
const takenBy = (kind: Kind, id: string): string | undefined => {
  if (id === confirmationSequence) return '"confirm" is reserved for confirmations: choose another name.'
  if (kind === 'sequences' && isOfConfirmation(id))
    return 'Names that begin with "confirm-" are reserved for confirmations: choose another.'
  return kind === 'sequences' && id === salesSequence
    ? '"sales" is reserved for emails to sales: choose another name.'
    : undefined
}
