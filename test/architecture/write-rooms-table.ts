/** `npm run docs:rooms`: writes the table of rooms into docs/architecture.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { withRoomsTable } from './rooms-table.ts'

const file = resolve(import.meta.dirname, '../../docs/architecture.md')
writeFileSync(file, withRoomsTable(readFileSync(file, 'utf8')))
