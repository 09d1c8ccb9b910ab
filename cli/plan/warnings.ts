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
            what: `${counted(sentTwice, 'email')} of ${id} would go to leads who had them already.`,
            fix: 'This is a bug in Ripen: do not deploy, and report it.',
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
              what: `${sequence.id}: the step ${was.id} is removed, and the new step ${id} sends the same email.`,
              fix: `If it is the same step, write formerly: [${was.id}] for ${id} in sequences/${sequence.id}.yaml.`,
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
        what: `The sequence ${gone.id} is removed, and the new sequence ${heir.id} sends the same emails: ${gone.id} ends for ${counted(ended, 'lead')} under way.`,
        fix: `A sequence is identified by its file name: rename it back to sequences/${gone.id}.yaml.`,
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
            fix: `Keep emails/${email}.md until they have finished, or remove onChange: pin.`,
          },
        ]
  })

const formsGone = ({ before, after, tally }: WarningInput): Warning[] =>
  Object.values(before.forms).flatMap((older): Warning[] => {
    if (after.forms[older.id]) return []
    return [
      {
        kind: 'removedForm',
        what: `The form ${older.id} is removed: pages that embed it show nothing, and leads who have not confirmed yet cannot any more${tally.confirmationsGone > 0 ? ` (${counted(tally.confirmationsGone, 'lead')})` : ''}.`,
        fix: `Take it off your pages first, or keep forms/${older.id}.yaml.`,
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
            what: `The form ${form.id} no longer asks for confirmation: ${counted(begins, 'lead')} who never confirmed would be emailed.`,
            fix: `They may not have submitted the form themselves: keep doubleOptIn: true in forms/${form.id}.yaml, or create a form with another name.`,
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
      what: `${emails.toLocaleString('en')} emails would fall on ${new Date(day * dayMs).toISOString().slice(0, 10)} (UTC), more than the quota of ${quota.toLocaleString('en')} a day${others}.`,
      fix: 'Ask AWS for a higher quota, or make the change in several steps, some days apart.',
    },
  ]
}
