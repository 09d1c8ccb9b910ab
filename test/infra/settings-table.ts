/** The settings as a table for docs/deploy.md, and the place where it stands there. */
import { settingsTable } from '../../infra/settings.ts'

const begin = '<!-- The table is generated from infra/settings.ts: npm run docs:settings -->'
const end = '<!-- End of the generated table -->'

/** The page with the table as the settings have it. Throws where the page has no place for one. */
export const withSettingsTable = (page: string): string => {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from)
    throw new Error(`The page has no place for the table: write ${begin} and ${end}.`)
  return `${page.slice(0, from)}${begin}\n${table()}\n${page.slice(to)}`
}

const table = (): string =>
  [
    '| setting | if not set | what it is |',
    '|---|---|---|',
    ...settingsTable().map(({ name, ifNotSet, what }) => `| \`${name}\` | ${ifNotSet} | ${what} |`),
  ].join('\n')
