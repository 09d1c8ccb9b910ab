/** How the console page draws the campaign report: the sections of the email's text, for all days so far. */
import { make, table } from './drawing.js'

export const drawReportInto = (body, { fromDay, toDay, sections }) =>
  body.replaceChildren(
    make('p', { className: 'hint' }, `${fromDay} to ${toDay}`),
    ...sections.flatMap(drawSection),
  )

const drawSection = ({ heading, sums, table: figures, notes }) => [
  ...(heading === undefined ? [] : [make('h3', {}, heading)]),
  ...(sums === undefined ? [] : [make('p', {}, sums)]),
  ...(figures ? [table(figures.columns, figures.rows.map(namedRow))] : []),
  ...notes.map((note) => make('p', {}, note)),
]

/** Its name reads as text, its figures stand at the right. */
const namedRow = ([name, ...figures]) => [make('span', {}, name), ...figures]
