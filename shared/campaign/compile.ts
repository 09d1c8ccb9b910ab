/** Compiles a campaign folder, once, at synth: what the functions then carry, checked and hashed. */
import type { Campaign } from '../domain/campaign.ts'
import type { CompiledCampaign, CompiledForm, Intake } from './compiled/compiled.ts'
import { hash, withoutUndefined } from './compiled/content-hash.ts'
import { checkAcrossFiles } from './cross-file-checks.ts'
import { type LaidOutEmail, type LaidOutEmails, layOutEmails } from './emails/emails.ts'
import type { Form } from './schema/form-schema.ts'
import { compileSequence } from './sequences/compile-sequence.ts'
import { checkSequences } from './sequences/sequence-checks.ts'
import { type CampaignFiles, readCampaignFiles } from './source/campaign-files.ts'
import { CampaignFolder } from './source/campaign-folder.ts'
import { confirmEmail } from './source/email.ts'
import { CampaignError, Problems } from './source/problems.ts'

/** Everything that compiling has come by, whether it has come to a campaign or not. */
export interface Compilation extends LaidOutEmails {
  readonly files: CampaignFiles
  readonly problems: Problems
  /** Absent where there are errors. */
  readonly campaign: CompiledCampaign | undefined
}

/** Throws `CampaignError` with every error of every file. The same folder compiles to the same bytes anywhere. */
export const compileCampaign = async (path: string): Promise<CompiledCampaign> => {
  const { campaign, problems } = await compileFolder(path)
  if (!campaign) throw new CampaignError(problems.errors)
  return campaign
}

/** Reads each file once, and checks everything once. */
export const compileFolder = async (path: string): Promise<Compilation> => {
  const folder = new CampaignFolder(path)
  const problems = new Problems()
  const files = readCampaignFiles(folder, problems)
  checkAcrossFiles(files, problems)
  checkSequences(files, problems)
  const { fields, hasUnreadForms } = files.known
  const isConfirmNeeded = Object.values(files.forms).some(({ data }) => data.doubleOptIn)
  const laidOut = await layOutEmails(
    folder,
    files.emails,
    {
      fields: hasUnreadForms ? undefined : new Set(fields.keys()),
      needed: new Set(isConfirmNeeded ? [confirmEmail] : []),
      sender: files.campaign?.data,
    },
    problems,
  )
  const campaign = problems.errors.length > 0 ? undefined : campaignOf(files, laidOut.emails)
  return { ...laidOut, files, problems, campaign }
}

/** Of files in which nothing is wrong. */
const campaignOf = (files: CampaignFiles, laidOut: readonly LaidOutEmail[]): CompiledCampaign => {
  if (!files.campaign || !files.scoring) throw new Error('A file is missing, and is not among the errors.')
  const settings = files.campaign.data
  const { name, senderName, replyTo, postalAddress, sales, report, ...rules } = settings
  // What sequences name is compiled into their steps. The rest goes to the domain as it stands: a new setting needs no line.
  const {
    windows,
    lateness,
    businessDays,
    holidays,
    holdOut,
    identity: addresses,
    confirmations,
    ...plain
  } = rules
  const forms = mapValues(files.forms, ({ data }, id) => compileForm(id, data))
  const emails = Object.fromEntries(
    laidOut.flatMap(({ compiled }) => (compiled ? [[compiled.id, compiled]] : [])),
  )
  const identity = { name, senderName, ...(replyTo && { replyTo }), postalAddress, sales, report }
  const intake: Intake = {
    identity: { ignoresPlusTag: addresses.plusTag === 'same', ignoresDotsAt: addresses.dotsIgnoredAt },
    confirmations,
  }
  const plan: Omit<Campaign, 'version'> = {
    name,
    ...withoutUndefined(plain),
    calendar: { businessDays, holidays },
    holdOutPercent: holdOut.percent,
    confirmationsPerAddress: confirmations.perAddress,
    forms: mapValues(files.forms, ({ data: { sequence, doubleOptIn } }, id) => ({
      id,
      sequence,
      doubleOptIn,
    })),
    sequences: mapValues(files.sequences, (sequence) => compileSequence(sequence, { windows, lateness })),
    scoring: withoutUndefined(files.scoring.data),
  }
  const version = hash({ plan, forms, emails, identity, intake }, 12)
  return { plan: { ...plan, version }, forms, emails, identity, intake }
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
  map: (value: A, id: string) => B,
): Record<string, B> => Object.fromEntries(Object.entries(record).map(([id, value]) => [id, map(value, id)]))
