/** One lead as a row: who they are, how they came, what they agreed to, where they stand and why. */
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { firstVisitName, visitNames } from '../../shared/contracts/form-post.ts'
import type { Decision } from '../../shared/domain/decide.ts'
import type { Fact, LeadCaptured, ScoreLine } from '../../shared/domain/facts.ts'
import type { Stage } from '../../shared/domain/fold.ts'
import { settle } from '../../shared/domain/settle.ts'

export interface ExportFilter {
  readonly stage?: Stage
  /** Leads that this form captured; consent and times are then that form's. */
  readonly form?: string
}

export interface LeadRow {
  readonly cells: readonly string[]
  /** Fields that no form asks for any more; they have no column. */
  readonly fieldsLeftOut: readonly string[]
}

/** The columns, in their order. Those that an import takes by name have the names that it takes. */
export const exportColumns = (campaign: CompiledCampaign): string[] => [
  'leadId',
  'email',
  'stage',
  'score',
  'scoreLines',
  'source',
  ...profileFields(campaign),
  'timeZone',
  'language',
  'forms',
  'form',
  'formVersion',
  'consentWordingHash',
  'consent',
  'page',
  'capturedAt',
  'firstCapturedAt',
  'confirmedAt',
  ...visitNames.map(firstVisitName),
  ...visitNames,
  'suppression',
  'suppressedAt',
  'nextTouch',
  'nextTouchAt',
  'facts',
]

/** The lead's row at `nowMs`, or nothing where the filter leaves it out or no submission is known. */
export const exportRow = (
  leadId: string,
  facts: readonly Fact[],
  campaign: CompiledCampaign,
  filter: ExportFilter,
  nowMs: number,
): LeadRow | undefined => {
  const captures = facts.filter((fact) => fact.kind === 'CAPTURED').sort((a, b) => a.atMs - b.atMs)
  const own = filter.form === undefined ? captures : captures.filter(({ form }) => form === filter.form)
  const [first] = own
  const last = own.at(-1)
  if (!first || !last) return undefined
  const { state, decision } = settle(leadId, facts, campaign.plan, nowMs)
  if (filter.stage !== undefined && state.stage !== filter.stage) return undefined
  const fields = profileFields(campaign)
  const confirmed = facts.find((fact) => fact.kind === 'CONFIRMED' && fact.form === last.form)
  const firstVisit = captures[0]?.attribution?.first ?? {}
  const lastVisit = captures.findLast(({ attribution }) => attribution?.last)?.attribution?.last ?? {}
  return {
    cells: [
      leadId,
      last.email,
      state.stage,
      points(state.score.totalHundredths),
      state.score.lines.map(lineText).join('; '),
      state.source,
      ...fields.map((field) => state.profile[field] ?? ''),
      captures.findLast(({ timeZone }) => timeZone)?.timeZone ?? '',
      captures.findLast(({ language }) => language)?.language ?? '',
      [...new Set(captures.map(({ form }) => form))].join(' '),
      last.form,
      last.formVersion,
      last.consent.wordingHash,
      consentText(last),
      last.consent.page ?? '',
      instant(last.atMs),
      instant(first.atMs),
      instant(confirmed?.atMs),
      ...visitNames.map((name) => firstVisit[name] ?? ''),
      ...visitNames.map((name) => lastVisit[name] ?? ''),
      state.suppression?.reason ?? '',
      instant(state.suppression?.atMs),
      ...nextTouch(decision),
      String(facts.length),
    ],
    fieldsLeftOut: Object.keys(state.profile).filter((field) => !fields.includes(field)),
  }
}

/** The fields of all forms, the address apart. */
const profileFields = ({ forms }: CompiledCampaign): string[] => [
  ...new Set(
    Object.values(forms).flatMap(({ fields }) =>
      fields.map(({ name }) => name).filter((name) => name !== 'email'),
    ),
  ),
]

const points = (hundredths: number): string => String(hundredths / 100)

const lineText = ({ hundredths, reason, because }: ScoreLine): string =>
  `${hundredths > 0 ? '+' : ''}${points(hundredths)} ${reason} (${because})`

/** In the importer's words, or what the form's own record of the consent says. */
const consentText = ({ consent, form, formVersion, atMs }: LeadCaptured): string =>
  consent.basis ??
  [
    `Form ${form} in version ${formVersion}`,
    `wording ${consent.wordingHash}`,
    ...(consent.page === undefined ? [] : [consent.page]),
    instant(atMs),
  ].join(', ')

const nextTouch = (decision: Decision): [string, string] => {
  if (decision.kind !== 'send') return ['', '']
  const { enrolment, step, dueAtMs } = decision.touch
  return [`${enrolment} ${step}`, instant(dueAtMs)]
}

/** As ISO 8601 in UTC, which an import reads too. */
const instant = (atMs: number | undefined): string => (atMs === undefined ? '' : new Date(atMs).toISOString())
