/** Everything that can be said of a campaign before anybody receives it: errors, advice, and each email's measure. */
import { compileFolder } from './compile.ts'
import type { CompiledCampaign, CompiledEmail } from './compiled/compiled.ts'
import { adviseOnEmail } from './emails/email-advice.ts'
import { charactersOf } from './emails/email-checks.ts'
import { adviseOnClients } from './emails/email-clients.ts'
import { usualSender } from './emails/emails.ts'
import { adviseOnContrast } from './emails/theme-contrast.ts'
import { sampleAddressesIn } from './sample-addresses.ts'
import { adviseOnSequences } from './sequences/sequence-advice.ts'
import { outlineOf, type SequenceOutline } from './sequences/sequence-outline.ts'
import type { ReadEmail } from './source/email.ts'
import { htmlWithDefaults, type Sender, textWithDefaults } from './source/email-liquid.ts'
import type { CampaignProblem } from './source/problems.ts'

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

/** Compiles, which says what is wrong; and looks at what that came by, for advice. */
export const checkCampaign = async (path: string): Promise<CampaignCheck> => {
  const { files, look, isLookUsable, problems, campaign, ...laidOut } = await compileFolder(path)
  // In the order of their files: welcome-2.md comes before welcome.md.
  const emails = laidOut.emails.toSorted((a, b) => (a.email.file < b.email.file ? -1 : 1))
  const settings = files.campaign?.data
  const sender: Sender = campaign?.identity ?? usualSender
  adviseOnSequences(files, problems)
  for (const { email } of emails) adviseOnEmail(email, sender, problems)
  if (look) adviseOnContrast(look, problems)
  if (look && isLookUsable)
    await adviseOnClients(
      look,
      emails.map(({ email }) => email.body),
      problems,
    )
  return {
    ...(campaign && { campaign }),
    errors: problems.errors,
    advice: problems.advice,
    samples: sampleAddressesIn(files),
    sequences: settings
      ? Object.values(files.sequences).map((sequence) => outlineOf(sequence, settings))
      : [],
    emails: emails.flatMap(({ email, compiled }) => (compiled ? [measureOf(email, compiled, sender)] : [])),
  }
}

const measureOf = ({ body }: ReadEmail, compiled: CompiledEmail, sender: Sender): EmailMeasure => {
  const subject = textWithDefaults(compiled.subject, sender).trim()
  return {
    id: compiled.id,
    subject,
    subjectCharacters: charactersOf(subject),
    htmlBytes: Buffer.byteLength(htmlWithDefaults(compiled.html, sender)),
    textLines: textWithDefaults(compiled.text, sender).trimEnd().split('\n').length,
    links: body.links.length,
  }
}
