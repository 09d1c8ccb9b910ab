/** A planned change as a person reads it: what changed, what it does to the leads under way, then warnings. */
import pc from 'picocolors'
import { counted } from '../../shared/campaign/schema/counted.ts'
import { delayText } from '../../shared/campaign/schema/timing-words.ts'
import type { Outcome } from '../../shared/domain/plan-change.ts'
import type { StepChange } from '../../shared/domain/step-changes.ts'
import type { PlannedChange, SequenceChange } from './change.ts'
import type { Difference } from './outside.ts'
import { momentText, partName, partText, spanText, windowOrAnyTime } from './words.ts'

type Colours = Pick<typeof pc, 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan'>

export const planText = (plan: PlannedChange, colours: Colours = pc): string => {
  const { leads, scoring, forms, emails, settings, warnings, timeZone } = plan
  const parts = [
    ...plan.sequences.flatMap((sequence) => sequenceLines(sequence, timeZone, colours)),
    ...section('Scoring', [...differenceLines(scoring.differences, colours), ...scoringLines(plan)], colours),
    ...section('Forms', [...differenceLines(forms.differences, colours), ...formLines(plan)], colours),
    ...section(
      'Emails',
      emails.map(
        (email) =>
          `${differenceLines([email], colours)[0]}${email.kind === 'removed' ? '' : colours.dim(`  ${counted(email.toCome, 'lead is', 'leads are')} still to get it`)}`,
      ),
      colours,
    ),
    ...section('For all sequences', differenceLines(settings, colours), colours),
    ...section(
      'Warnings',
      warnings.flatMap(({ what, fix }) => [`${colours.yellow('!')} ${what}`, `  ${fix}`]),
      colours,
    ),
  ]
  return [
    `${colours.bold(plan.campaign)} ${plan.before} -> ${plan.after}, against ${plan.place}, ${momentText(plan.nowMs, timeZone)} ${timeZone}`,
    `${counted(leads.all, 'lead')}: ${leads.underWay.toLocaleString('en')} under way, ${leads.waitingToConfirm.toLocaleString('en')} waiting to confirm, ${leads.withSales.toLocaleString('en')} with sales, ${leads.suppressed.toLocaleString('en')} suppressed`,
    ...(plan.isRestUnknown
      ? [
          colours.yellow(
            'The deployed Ripen records only its sequences: score rules, forms, emails and settings are not compared.',
          ),
        ]
      : []),
    ...(parts.length === 0 ? ['', 'Nothing changes.'] : parts),
  ].join('\n')
}

const section = (title: string, lines: readonly string[], { bold }: Colours): string[] =>
  lines.length === 0 ? [] : ['', bold(title), ...lines.map((line) => `  ${line}`)]

const sequenceLines = (sequence: SequenceChange, timeZone: string, colours: Colours): string[] => {
  const { id, kind, onChange } = sequence
  const title = { added: ', new', removed: ', removed', changed: '', same: ', unchanged' }[kind]
  const policy = kind === 'changed' ? colours.dim(`  onChange: ${onChange}, ${policies[onChange]}`) : ''
  return [
    '',
    `${colours.bold(`Sequence ${id}${title}`)}${policy}`,
    ...[
      ...differenceLines(sequence.differences, colours),
      ...sequence.steps.map((step) => stepLine(step, colours)),
      ...(kind === 'removed' ? [] : leadLines(sequence, timeZone)),
      ...(kind === 'removed' ? removedLines(sequence) : []),
    ].map((line) => `  ${line}`),
  ]
}

const policies: Readonly<Record<SequenceChange['onChange'], string>> = {
  migrate: 'leads under way continue from where they are',
  pin: 'leads under way stay on their version',
  restart: 'leads under way start the new version from its beginning, without the emails they had',
}

const differenceLines = (differences: readonly Difference[], { green, red, yellow }: Colours): string[] =>
  differences.map(({ kind, what, before, after }) => {
    const text = (given: string | undefined) => (given ? `  ${given}` : '')
    if (kind === 'added') return `${green('+')} ${what}${text(after)}`
    if (kind === 'removed') return `${red('-')} ${what}${text(before)}`
    return `${yellow('~')} ${what}${before === undefined ? text(after) : before === after ? '' : `  ${before} -> ${after}`}`
  })

const stepLine = (change: StepChange, { green, red, yellow, cyan }: Colours): string => {
  const { id, kind, before, after, renamed, isMoved, follows, parts } = change
  const place = follows === undefined ? 'at the beginning' : `after ${follows}`
  if (kind === 'removed') return `${red('-')} ${id}${before ? `  ${stepText(before)}` : ''}`
  if (kind === 'added') return `${green('+')} ${id}${after ? `  ${stepText(after)}` : ''}, ${place}`
  const told = [
    ...(renamed ? [`was ${before?.id}${renamed === 'guessed' ? ', with the same email' : ''}`] : []),
    ...(isMoved ? [`now ${place}`] : []),
    ...parts.map((part) => {
      const [older, newer] = [partText(before, part), partText(after, part)]
      return `${partName(part)} ${older === newer ? 'changed' : `${older} -> ${newer}`}`
    }),
  ]
  const mark = parts.length > 0 ? yellow('~') : isMoved ? cyan('>') : cyan('=')
  return `${mark} ${id}  ${told.join('; ')}`
}

const stepText = (step: NonNullable<StepChange['after']>): string =>
  'arms' in step
    ? `branch, ${delayText(step.wait)}: ${partText(step, 'arms')}`
    : `email ${partText(step, 'variants')}, ${delayText(step.wait)}, ${windowOrAnyTime(step.window)}`

const leadLines = (sequence: SequenceChange, timeZone: string): string[] => {
  const { outcomes, ends, moves, underWay, madeDue, pinned, sentTwice } = sequence
  const count = (outcome: Outcome) => outcomes[outcome] ?? 0
  const line = (leads: number, text: string) => (leads === 0 ? [] : [figure(leads, text)])
  const steps = Object.entries(sequence.stepCounts)
  const named = (kind: 'lost' | 'gained') =>
    steps
      .filter(([, counts]) => counts[kind] > 0)
      .map(([id, counts]) => `${id} ${counts[kind].toLocaleString('en')}`)
      .join(', ')
  return [
    `${counted(underWay, 'lead')} under way:`,
    ...line(count('asBefore'), 'stay as they are'),
    ...line(count('moves'), moves ? `move: ${movesText(moves)}` : 'move'),
    ...line(count('otherEmail'), 'get a different email in place of one they were to get'),
    ...line(count('gains'), 'get more than they would have'),
    ...line(count('loses'), 'get less than they would have'),
    ...line(count('restarts'), 'start the new version from its beginning, without the emails they had'),
    ...line(count('toSales'), 'go to sales'),
    ...line(
      count('ends'),
      `end now (${Object.entries(ends)
        .map(([why, leads]) => `${whys[why] ?? why} ${leads.toLocaleString('en')}`)
        .join(', ')})`,
    ),
    ...(named('gained') === '' ? [] : [`Steps gained: ${named('gained')}.`]),
    ...(named('lost') === '' ? [] : [`Steps lost: ${named('lost')}.`]),
    ...steps.flatMap(([id, { passed }]) =>
      passed === 0
        ? []
        : [`Already past ${id}, or on another path: ${counted(passed, 'lead')}. It is not sent to them.`],
    ),
    ...steps.flatMap(([id, { hadAlready }]) =>
      hadAlready === 0
        ? []
        : [`Already had the email of ${id}: ${counted(hadAlready, 'lead')}. It is not sent to them again.`],
    ),
    ...pinned.map(
      ({ version, sinceMs, leads }) =>
        `${counted(leads, 'lead')} finish${leads === 1 ? 'es' : ''} version ${version}, in force since ${momentText(sinceMs, timeZone)}.`,
    ),
    ...(madeDue
      ? [
          `Made due by the change itself: ${counted(madeDue.leads, 'email')}, each at a time of its own from ${momentText(madeDue.fromMs, timeZone)} to ${momentText(madeDue.untilMs, timeZone)} (${madeDue.windows.join('; ')}); ${madeDue.mostInAnHour.toLocaleString('en')} in the busiest hour.`,
        ]
      : []),
    ...(count('begins') === 0 ? [] : [`Newly enrolled: ${counted(count('begins'), 'lead')}.`]),
    ...(count('resumes') === 0
      ? []
      : [`Had finished, and get emails again: ${counted(count('resumes'), 'lead')}.`]),
    ...(count('finished') === 0
      ? []
      : [`Finished, and stay finished: ${counted(count('finished'), 'lead')}.`]),
    `Emails sent twice: ${sentTwice.toLocaleString('en')}.`,
    ...conditionLines(sequence),
  ]
}

const conditionLines = ({ hasConditions }: SequenceChange): string[] =>
  hasConditions ? ['Steps that depend on what leads do are shown as if they did nothing more.'] : []

const removedLines = ({ ends, outcomes }: SequenceChange): string[] => [
  `It ends for ${counted(ends.removed ?? 0, 'lead')} under way; ${counted(outcomes.finished ?? 0, 'lead')} had finished it.`,
]

const whys: Readonly<Record<string, string>> = {
  removed: 'the sequence is removed',
  goal: 'the goal is met',
  exit: 'an exit is met',
}

const figure = (leads: number, text: string): string => `${leads.toLocaleString('en').padStart(9)}  ${text}`

const movesText = ({
  earlier,
  later,
  medianHours,
  mostHours,
}: NonNullable<SequenceChange['moves']>): string =>
  [
    ...(earlier > 0 ? [`${earlier.toLocaleString('en')} earlier`] : []),
    ...(later > 0 ? [`${later.toLocaleString('en')} later`] : []),
    `by ${spanText(medianHours)} in the median, ${spanText(mostHours)} at most`,
  ].join(', ')

const scoringLines = ({ scoring }: PlannedChange): string[] => [
  ...(scoring.qualifyNow > 0 ? [`${counted(scoring.qualifyNow, 'lead')} would go to sales at once.`] : []),
  ...(scoring.qualifyNoMore > 0
    ? [`${counted(scoring.qualifyNoMore, 'lead')} about to go to sales would not.`]
    : []),
  ...(scoring.fallBack > 0
    ? [
        `${counted(scoring.fallBack, 'lead')} with sales, not accepted yet, would have too few points and come back once their dwell is over.`,
      ]
    : []),
]

const formLines = ({ forms }: PlannedChange): string[] => [
  ...(forms.confirmationsGone > 0
    ? [`${counted(forms.confirmationsGone, 'lead')} waiting to confirm would not be asked any more.`]
    : []),
  ...(forms.confirmationsNew > 0
    ? [`${counted(forms.confirmationsNew, 'lead')} who were never enrolled would be asked to confirm.`]
    : []),
]
