/** Compiles a campaign folder, once, at synth: what the functions then carry, checked and hashed. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type * as z from 'zod'
import type { Campaign, Sequence } from '../domain/campaign.ts'
import { emailsOf } from '../domain/enrolment.ts'
import { compileSequence } from './compile-sequence.ts'
import type { CompiledCampaign, CompiledForm, Intake } from './compiled.ts'
import { hash, withoutUndefined } from './content-hash.ts'
import { compileEmails, confirmEmail } from './emails.ts'
import { formFile } from './form-schema.ts'
import { Problems } from './problems.ts'
import { type ReadFile, readYaml } from './read-file.ts'
import { checkReferences } from './references.ts'
import { campaignFile, scoringFile } from './schema.ts'
import { sequenceFile } from './sequence-schema.ts'

type Form = z.output<typeof formFile>
type Forms = Record<string, Form>
type Sequences = Record<string, Sequence>

/**
 * Throws `CampaignError` with every error of every file; `problems` has them too. The same folder compiles to the same
 * bytes anywhere.
 */
export const compileCampaign = async (
  folder: string,
  problems = new Problems(),
): Promise<CompiledCampaign> => {
  const campaign = readYaml(folder, 'campaign.yaml', campaignFile, problems)
  const scoring = readYaml(folder, 'scoring.yaml', scoringFile, problems)
  const readForms = readAll(folder, 'forms', formFile, problems)
  const readSequences = readAll(folder, 'sequences', sequenceFile, problems)
  checkReferences(folder, { forms: readForms, sequences: readSequences, scoring }, problems)
  const forms: Forms = mapValues(readForms, (_, { data }) => data)
  const sequences: Sequences = campaign
    ? mapValues(readSequences, (id, file) => compileSequence(id, file, campaign.data, problems))
    : {}
  const fields = new Set(Object.values(forms).flatMap((form) => form.fields.map((field) => field.name)))
  const named = new Set(
    Object.values(sequences).flatMap(({ steps }) =>
      steps.flatMap((step) => ('arms' in step ? [] : emailsOf(step))),
    ),
  )
  if (Object.values(forms).some((form) => form.doubleOptIn)) named.add(confirmEmail)
  const emails = await compileEmails(folder, { fields, named, speaker: campaign?.data }, problems)
  problems.throwIfAny()
  if (!campaign || !scoring) throw new Error(`The campaign in ${folder} could not be read.`)

  const compiledForms = Object.fromEntries(
    Object.entries(forms).map(([id, form]) => [id, compileForm(id, form)]),
  )
  const { name, senderName, replyTo, postalAddress, timeZone, minimumGapHours, sales, report } = campaign.data
  const { frequencyCap, repeatAfterDays, businessDays, holidays, holdOut } = campaign.data
  const identity = { name, senderName, ...(replyTo && { replyTo }), postalAddress, sales, report }
  const { plusTag, dotsIgnoredAt } = campaign.data.identity
  const intake: Intake = {
    identity: { ignoresPlusTag: plusTag === 'same', ignoresDotsAt: dotsIgnoredAt },
    confirmations: campaign.data.confirmations,
  }
  const plan: Omit<Campaign, 'version'> = {
    name,
    timeZone,
    minimumGapHours,
    ...(frequencyCap && { frequencyCap }),
    repeatAfterDays,
    calendar: { businessDays, holidays },
    holdOutPercent: holdOut.percent,
    confirmationsPerAddress: intake.confirmations.perAddress,
    forms: mapValues(forms, (id, { sequence, doubleOptIn }) => ({ id, sequence, doubleOptIn })),
    sequences,
    scoring: withoutUndefined(scoring.data),
  }
  const version = hash({ plan, forms: compiledForms, emails, identity, intake }, 12)
  return { plan: { ...plan, version }, forms: compiledForms, emails, identity, intake }
}

const readAll = <S extends z.ZodType>(
  folder: string,
  room: string,
  schema: S,
  problems: Problems,
): Record<string, ReadFile<z.output<S>>> => {
  const files = existsSync(join(folder, room)) ? readdirSync(join(folder, room)).sort() : []
  const read: Record<string, ReadFile<z.output<S>>> = {}
  for (const file of files) {
    const id = file.replace(/\.yaml$/, '')
    if (!/^[a-z0-9][a-z0-9-]{0,39}\.yaml$/.test(file) || id === 'confirm') {
      const fix =
        'Name it with 1 to 40 lower-case letters, digits or "-", ending in .yaml; "confirm" is taken.'
      problems.add(`${room}/${file}`, 1, `The file name is not usable as an id.`, fix)
      continue
    }
    const content = readYaml(folder, `${room}/${file}`, schema, problems)
    if (content !== undefined) read[id] = content
  }
  return read
}

const compileForm = (id: string, form: Form): CompiledForm => {
  const { title, intro, submit, fields, consent, origins, thanks, redirects, disposable, protection } = form
  return {
    id,
    version: hash(form, 16),
    title,
    ...(intro !== undefined && { intro }),
    submit,
    fields: fields.map(({ progressive, ...field }) => ({
      ...withoutUndefined(field),
      isProgressive: progressive,
    })),
    consent: { ...consent, wordingHash: hash(consent.wording, 16) },
    origins,
    thanks,
    redirects,
    disposable,
    protection: {
      hasTrap: protection.trap,
      ...(protection.token !== false && { token: protection.token }),
      work: protection.work,
    },
  }
}

const mapValues = <A, B>(
  record: Readonly<Record<string, A>>,
  map: (id: string, value: A) => B,
): Record<string, B> => Object.fromEntries(Object.entries(record).map(([id, value]) => [id, map(id, value)]))
