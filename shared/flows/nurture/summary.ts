/** What is kept of a look at a lead, for whoever asks how it stands and for the next look. */
import type { PlannedTouch, Summary } from '../../contracts/stored.ts'
import type { Campaign } from '../../domain/campaign.ts'
import type { Touch } from '../../domain/decide.ts'
import type { Effect, Look } from './effects.ts'
import { countDecisive } from './needs-look.ts'

/** The summary that a look leaves in place of the one before. */
export const summarise = (
  { state, decision }: Pick<Look, 'state' | 'decision'>,
  { arranged: { appointment, handOffAskedAtMs }, hasActedOnAll }: Extract<Effect, { kind: 'summarise' }>,
  campaign: Campaign,
  before: Pick<Summary, 'version' | 'factsActedOn'>,
): Summary => ({
  version: before.version + 1,
  email: state.email,
  profile: state.profile,
  source: state.source,
  timeZone: state.timeZone,
  stage: state.stage,
  ...(state.suppression && { suppressionReason: state.suppression.reason }),
  scoreHundredths: state.score.totalHundredths,
  scoreLines: state.score.lines,
  gates: state.score.gates.map(({ rule, because }) => ({ rule, because })),
  ...(decision.kind === 'send' && { nextTouch: plannedTouch(decision.touch) }),
  ...(appointment && { appointment }),
  ...(handOffAskedAtMs !== undefined && { handOffAskedAtMs }),
  ...actedOn(hasActedOnAll ? countDecisive(state.facts, campaign) : before.factsActedOn),
  campaignVersion: campaign.version,
  updatedAtMs: state.asOfMs,
})

const actedOn = (factsActedOn: number | undefined): Pick<Summary, 'factsActedOn'> =>
  factsActedOn === undefined ? {} : { factsActedOn }

const plannedTouch = ({ enrolment, step, dueAtMs }: Touch): PlannedTouch => ({ enrolment, step, dueAtMs })

/** Whether writing `next` would give a reader nothing new. */
export const saysTheSame = (previous: Summary, next: Summary): boolean => content(previous) === content(next)

const content = (summary: Summary): string =>
  JSON.stringify([
    summary.stage,
    summary.suppressionReason,
    summary.email,
    Object.entries(summary.profile).sort(),
    summary.source,
    summary.timeZone,
    summary.scoreHundredths,
    summary.scoreLines.map((line) => [line.rule, line.hundredths]),
    summary.gates.map(({ rule }) => rule),
    summary.nextTouch && [summary.nextTouch.enrolment, summary.nextTouch.step, summary.nextTouch.dueAtMs],
    summary.appointment && [summary.appointment.atMs, summary.appointment.on],
    summary.handOffAskedAtMs,
    summary.factsActedOn,
    summary.campaignVersion,
  ])
