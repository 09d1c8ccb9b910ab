/** `npm run docs:settings`: writes the table of settings into docs/deploy.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { withSettingsTable } from './settings-table.ts'

const file = resolve(import.meta.dirname, '../../docs/deploy.md')
writeFileSync(file, withSettingsTable(readFileSync(file, 'utf8')))
