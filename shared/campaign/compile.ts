/** Compiles a campaign folder, once, at synth: what the functions then carry, checked and hashed. */
import type { Campaign, Sequence } from '../domain/campaign.ts'
import type { CompiledCampaign, CompiledForm, Intake } from './compiled/compiled.ts'
import { hash, withoutUndefined } from './compiled/content-hash.ts'
import { checkReferences } from './cross-file-checks.ts'
import { compileEmails, confirmEmail } from './emails/emails.ts'
import type { Form } from './schema/form-schema.ts'
import { compileSequence } from './sequences/compile-sequence.ts'
import { checkSequences } from './sequences/sequence-checks.ts'
import { knownNames, readCampaignFiles } from './source/campaign-files.ts'
import { Problems } from './source/problems.ts'

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
  const files = readCampaignFiles(folder, problems)
  checkReferences(files, problems)
  checkSequences(files, problems)
  const { campaign, scoring } = files
  const forms: Forms = mapValues(files.forms, (_, { data }) => data)
  const sequences: Sequences = campaign
    ? mapValues(files.sequences, (id, file) => compileSequence(id, file, campaign.data))
    : {}
  const { fields: asked, hasUnreadForms } = knownNames(files)
  const fields = hasUnreadForms ? undefined : new Set(asked.keys())
  // Those that steps name and are not there have been told in the steps' own lines.
  const named = new Set<string>()
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
