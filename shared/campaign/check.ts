/** Everything that can be said of a campaign before anybody receives it: errors, advice, and each email's measure. */

import { compileCampaign } from './compile.ts'
import type { CompiledCampaign, CompiledEmail } from './compiled/compiled.ts'
import { adviseOnEmail } from './emails/email-advice.ts'
import { charactersOf, checkEmail } from './emails/email-checks.ts'
import { adviseOnClients } from './emails/email-clients.ts'
import { compileEmail, emailIds, someone } from './emails/emails.ts'
import { checkLook, readLook } from './emails/theme.ts'
import { adviseOnContrast } from './emails/theme-contrast.ts'
import { sampleAddressesIn } from './sample-addresses.ts'
import { adviseOnSequences } from './sequences/sequence-advice.ts'
import { outlineOf, type SequenceOutline } from './sequences/sequence-outline.ts'
import { placed } from './sequences/sequence-places.ts'
import { readCampaignFiles } from './source/campaign-files.ts'
import { type ReadEmail, readEmail } from './source/email.ts'
import { htmlWithDefaults, type Speaker, textWithDefaults } from './source/email-liquid.ts'
import { CampaignError, type CampaignProblem, Problems } from './source/problems.ts'

export interface CampaignCheck {
  /** Absent where there are errors. */
  readonly campaign?: CompiledCampaign
  readonly errors: readonly CampaignProblem[]
  readonly advice: readonly CampaignProblem[]
  /** Addresses to replace before a deployment; nothing else minds them. */
  readonly samples: readonly CampaignProblem[]
  /** Of every sequence that can be read, where campaign.yaml can be read too. */
  readonly sequences: readonly SequenceOutline[]
  /** Of every email that can be laid out, whatever is wrong elsewhere. */
  readonly emails: readonly EmailMeasure[]
}

/** As a lead receives it of whom nothing but the address is known. */
export interface EmailMeasure {
  readonly id: string
  readonly subject: string
  readonly subjectCharacters: number
  readonly htmlBytes: number
  readonly textLines: number
  readonly links: number
}

export const checkCampaign = async (folder: string): Promise<CampaignCheck> => {
  const problems = new Problems()
  const campaign = await compileCampaign(folder, problems).catch((error: unknown) => {
    if (error instanceof CampaignError) return undefined
    throw error
  })
  // What is wrong has been said; what is sound is looked at once more, for advice.
  const heard = new Problems()
  const files = readCampaignFiles(folder, heard)
  adviseOnSequences(files, problems)
  const settings = files.campaign?.data
  const sequences = settings
    ? Object.entries(files.sequences).map(([id, file]) => outlineOf(placed(id, file), settings))
    : []
  const speaker: Speaker = campaign?.identity ?? someone
  const sound = emailIds(folder, heard)
    .map((id) => readEmail(folder, id, heard))
    .filter((email) => email !== undefined)
    .filter((email) =>
      checkEmail(email, { ...anyField, isConfirmation: email.isConfirmation }, speaker, heard),
    )
  for (const email of sound) adviseOnEmail(email, speaker, problems)
  const look = readLook(folder, heard)
  const emails: EmailMeasure[] = []
  if (look) adviseOnContrast(look, problems)
  if (look && (campaign || (await checkLook(look, anyField, heard)))) {
    const bodies = sound.map(({ body }) => body)
    await adviseOnClients(look, bodies, problems)
    for (const email of sound)
      emails.push(measureOf(email, campaign?.emails[email.id] ?? (await compileEmail(email, look)), speaker))
  }
  return {
    ...(campaign && { campaign }),
    errors: problems.errors,
    advice: problems.advice,
    samples: sampleAddressesIn(files),
    sequences,
    emails,
  }
}

const anyField = { fields: undefined }

const measureOf = ({ body }: ReadEmail, compiled: CompiledEmail, speaker: Speaker): EmailMeasure => {
  const subject = textWithDefaults(compiled.subject, speaker).trim()
  return {
    id: compiled.id,
    subject,
    subjectCharacters: charactersOf(subject),
    htmlBytes: Buffer.byteLength(htmlWithDefaults(compiled.html, speaker)),
    textLines: textWithDefaults(compiled.text, speaker).trimEnd().split('\n').length,
    links: body.links.length,
  }
}
