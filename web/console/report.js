/** How the console page draws the campaign report: what the email says, for all days so far. */
import { make, table } from './drawing.js'

const outcomes = ['captured', 'qualified', 'accepted', 'returned', 'won', 'lost']
const stepColumns = ['sent', 'delivered', 'clicked', 'goal', 'unsubscribed', 'bounced', 'complained']
const ofLeads = ['clicked', 'goal', 'unsubscribed']

export const drawReportInto = (body, { fromDay, toDay, sources, sequences, tests, holdOut }) =>
  body.replaceChildren(
    make('p', { className: 'hint' }, `${fromDay} to ${toDay}`),
    table(
      ['source', ...outcomes],
      sources.map((row) => [make('span', {}, row.source), ...outcomes.map((outcome) => row[outcome])]),
    ),
    ...sequences.flatMap(drawSequence),
    ...tests.flatMap(drawTest),
    ...(holdOut ? drawHoldOut(holdOut) : []),
  )

const drawSequence = ({ sequence, enrolled, sent, goal, exit, skipped, steps, branches }) => [
  make('h3', {}, `Sequence ${sequence}`),
  make(
    'p',
    {},
    `${enrolled} enrolled, ${sent} sent, ${goal} reached the goal, ${exit} left, ${skipped} skipped`,
  ),
  table(
    ['step', ...stepColumns, 'skipped'],
    steps.map((row) => [
      make('span', {}, row.step),
      ...stepColumns.map((column) =>
        ofLeads.includes(column) ? withShare(row[column], row.delivered) : row[column],
      ),
      Object.entries(row.skipped)
        .map(([reason, count]) => `${count} ${reason}`)
        .join(', '),
    ]),
  ),
  ...branches.map(({ branch, arms }) =>
    make(
      'p',
      {},
      `Branch ${branch}: ${Object.entries(arms)
        .map(([arm, count]) => `${count} ${arm}`)
        .join(', ')}`,
    ),
  ),
]

const drawTest = ({ sequence, step, sinceDay, variants, verdict }) => [
  make('h3', {}, `Test of ${sequence} / ${step}${since(sinceDay)}`),
  make('p', {}, make('strong', {}, verdict)),
  table(
    ['variant', 'sent', 'delivered', 'clicked', '95 % interval', 'unsubscribed'],
    variants.map((row) => [
      make('span', {}, row.isGone ? `${row.id} (gone)` : row.id),
      row.sent,
      row.delivered,
      withShare(row.clicked, row.delivered),
      interval(row.delivered, row),
      row.unsubscribed,
    ]),
  ),
]

const drawHoldOut = ({ sinceDay, arms, verdict }) => [
  make('h3', {}, `Hold-out${since(sinceDay)}`),
  make('p', {}, make('strong', {}, verdict)),
  table(
    ['leads', 'enrolled', 'qualified', '95 % interval'],
    arms.map((arm) => [
      make('span', {}, arm.id),
      arm.enrolled,
      withShare(arm.qualified, arm.enrolled),
      interval(arm.enrolled, arm),
    ]),
  ),
]

const since = (day) => (day === undefined ? ', not begun' : `, since ${day}`)
const percent = (share) => String(Number((share * 100).toFixed(1)))
const withShare = (count, of) => (count === 0 || of < count ? count : `${count} (${percent(count / of)} %)`)
const interval = (trials, { low, high }) => (trials === 0 ? '' : `${percent(low)} to ${percent(high)} %`)
