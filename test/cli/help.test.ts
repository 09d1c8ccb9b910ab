import { Command } from 'commander'
import { expect, test } from 'vitest'
import { optionDescription } from '../../cli/help.ts'
import { collected, portNumber } from '../../cli/option-values.ts'

test('help names a default that says something, also of a command within a command', () => {
  const program = new Command('ripen').configureHelp({ optionDescription })
  const command = program
    .command('preview')
    .option('--port <number>', 'port for the page', portNumber, 8090)
    .option('--email <id>', 'email to send; repeatable', collected, [])
    .option('--strict', 'fail on advice too', false)
  expect(command.helpInformation()).toBe(`Usage: ripen preview [options]

Options:
  --port <number>  port for the page (default: 8090)
  --email <id>     email to send; repeatable
  --strict         fail on advice too
  -h, --help       display help for command
`)
})
