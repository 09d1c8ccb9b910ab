/** The rooms as a table for docs/architecture.md, and the place where it stands there. */
import { type Room, rooms } from './rooms.ts'

const begin = '<!-- The table is generated from test/architecture/rooms.ts: npm run docs:rooms -->'
const end = '<!-- End of the generated table -->'

/** The page with the table as the rule has it. Throws where the page has no place for one. */
export const withRoomsTable = (page: string): string => {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from)
    throw new Error(`The page has no place for the table: write ${begin} and ${end}.`)
  return `${page.slice(0, from)}${begin}\n${roomsTable()}\n${page.slice(to)}`
}

const roomsTable = (): string =>
  ['| room | what lives there | may import |', '|---|---|---|', ...rooms.map(row)].join('\n')

const row = ({ folder, holds, mayImport }: Room): string =>
  `| \`${folder}\` | ${holds} | ${mayImport.map((entry) => `\`${entry}\``).join(', ') || 'nothing of ours'} |`
