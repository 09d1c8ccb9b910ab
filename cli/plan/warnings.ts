/** What a change of the campaign probably was not meant to do, each with what to do about it. */
import { counted } from '../../shared/campaign/schema/counted.ts'
import type { Campaign, Sequence } from '../../shared/domain/campaign.ts'
import { emailsOf } from '../../shared/domain/enrolment.ts'
import { stepChanges } from '../../shared/domain/step-changes.ts'
import type { LeadTally } from './tally.ts'

export interface Warning {
  readonly kind:
    | 'renamedStep'
    | 'renamedSequence'
    | 'pinnedEmail'
    | 'quota'
    | 'removedForm'
    | 'beginsLate'
    | 'sentTwice'
  readonly what: string
  readonly fix: string
}

export interface WarningInput {
  readonly before: Campaign
  readonly after: Campaign
  /** That the new version is compiled with. */
  readonly emails: ReadonlySet<string>
  readonly tally: LeadTally
  readonly quota: number
}

export const warningsOf = (input: WarningInput): Warning[] => [
  ...twice(input),
  ...renamedSteps(input),
  ...sequencesGone(input),
  ...pinnedEmails(input),
  ...formsGone(input),
  ...beginnings(input),
  ...overQuota(input),
]

const twice = ({ tally }: WarningInput): Warning[] =>
  [...tally.sequences].flatMap(([id, { sentTwice }]) =>
    sentTwice === 0
      ? []
      : [
          {
            kind: 'sentTwice',
            what: `${counted(sentTwice, 'email')} of ${id} would come to someone who had it.`,
            fix: 'This is a defect of Ripen: do not deploy, and report it.',
          },
        ],
  )

const renamedSteps = ({ before, after }: WarningInput): Warning[] =>
  Object.values(after.sequences).flatMap((sequence) => {
    const older = before.sequences[sequence.id]
    if (!older) return []
    return stepChanges(older, sequence).flatMap(({ id, renamed, before: was }): Warning[] =>
      renamed === 'guessed' && was
        ? [
            {
              kind: 'renamedStep',
              what: `${sequence.id}: the step ${was.id} is gone, and the new step ${id} sends the same email.`,
              fix: `If it is the same step, write formerly: [${was.id}] at ${id} in sequences/${sequence.id}.yaml.`,
            },
          ]
        : [],
    )
  })

const sequencesGone = ({ before, after, tally }: WarningInput): Warning[] =>
  Object.values(before.sequences).flatMap((gone): Warning[] => {
    if (after.sequences[gone.id]) return []
    const heir = Object.values(after.sequences).find(
      (sequence) => !before.sequences[sequence.id] && shareEmails(gone, sequence),
    )
    const ended = tally.sequences.get(gone.id)?.ends.get('removed') ?? 0
    if (!heir) return []
    return [
      {
        kind: 'renamedSequence',
        what: `The sequence ${gone.id} is gone, and the new one ${heir.id} sends the same emails: for ${counted(ended, 'lead')} under way ${gone.id} ends.`,
        fix: `A sequence is known by its file's name: call it sequences/${gone.id}.yaml again.`,
      },
    ]
  })

const shareEmails = (one: Sequence, other: Sequence): boolean => {
  const emails = new Set(allEmails(one))
  return allEmails(other).some((email) => emails.has(email))
}

const allEmails = ({ steps }: Sequence): string[] =>
  steps.flatMap((step) => ('arms' in step ? [] : emailsOf(step)))

const pinnedEmails = ({ emails, tally }: WarningInput): Warning[] =>
  [...tally.ofPinned].flatMap(([key, leads]): Warning[] => {
    const [sequence, version, email] = JSON.parse(key) as [string, string, string]
    return emails.has(email)
      ? []
      : [
          {
            kind: 'pinnedEmail',
            what: `${counted(leads, 'lead')} finish${leads === 1 ? 'es' : ''} version ${version} of ${sequence}, which sends the email ${email}: the new campaign does not have it.`,
            fix: `Keep emails/${email}.md until they have finished; or do not write onChange: pin.`,
          },
        ]
  })

const formsGone = ({ before, after, tally }: WarningInput): Warning[] =>
  Object.values(before.forms).flatMap((older): Warning[] => {
    if (after.forms[older.id]) return []
    return [
      {
        kind: 'removedForm',
        what: `The form ${older.id} is gone: pages that show it show nothing, and who has not confirmed yet cannot any more${tally.confirmationsGone > 0 ? ` (${counted(tally.confirmationsGone, 'lead')})` : ''}.`,
        fix: `Take it off your pages first; or keep forms/${older.id}.yaml.`,
      },
    ]
  })

const beginnings = ({ before, after, tally }: WarningInput): Warning[] =>
  Object.values(after.forms).flatMap((form): Warning[] => {
    const older = before.forms[form.id]
    const begins = tally.sequences.get(form.sequence)?.outcomes.get('begins') ?? 0
    return older?.doubleOptIn && !form.doubleOptIn && begins > 0
      ? [
          {
            kind: 'beginsLate',
            what: `The form ${form.id} asks for no confirmation any more: ${counted(begins, 'lead')} who never confirmed would be written to.`,
            fix: `They may be strangers: keep doubleOptIn: true in forms/${form.id}.yaml, or make a form of another name.`,
          },
        ]
      : []
  })

const dayMs = 86_400_000

/** Days that are over the quota by the change. */
const overQuota = ({ tally, quota }: WarningInput): Warning[] => {
  const over = [...tally.daysAfter]
    .filter(([day, emails]) => emails > quota && (tally.daysBefore.get(day) ?? 0) <= quota)
    .sort(([a], [b]) => a - b)
  const [first] = over
  if (!first) return []
  const [day, emails] = first
  const others = over.length > 1 ? `, and ${counted(over.length - 1, 'more day')} would be over it` : ''
  return [
    {
      kind: 'quota',
      what: `${emails.toLocaleString('en')} emails would fall on ${new Date(day * dayMs).toISOString().slice(0, 10)} (UTC), more than the ${quota.toLocaleString('en')} of a day${others}.`,
      fix: 'Ask SES for a higher quota, or shorten the wait in several changes, some days apart.',
    },
  ]
}
