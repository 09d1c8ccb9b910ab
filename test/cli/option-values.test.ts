import { Command } from 'commander'
import { expect, test } from 'vitest'
import {
  collected,
  oneOf,
  portNumber,
  positiveNumber,
  share,
  someOf,
  wholeNumber,
} from '../../cli/option-values.ts'

type ReadValue = (text: string) => unknown

test.each<[string, ReadValue, string, unknown]>([
  ['a whole number', wholeNumber(), '0', 0],
  ['a whole number', wholeNumber(1, 20), '20', 20],
  ['a port', portNumber, '65535', 65_535],
  ['a number', positiveNumber, '0.5', 0.5],
  ['a share', share, '1', 1],
  ['one of some names', oneOf(['model', 'past']), 'past', 'past'],
  ['several of some names', someOf(['move', 'skip', 'end']), 'end, move', ['end', 'move']],
])('%s is read', (_, read, text, value) => {
  expect(read(text)).toEqual(value)
})

test.each<[ReadValue, string, string]>([
  [wholeNumber(), '', 'It must be a whole number.'],
  [wholeNumber(), '-1', 'It must be a whole number.'],
  [wholeNumber(), '1e3', 'It must be a whole number.'],
  [wholeNumber(1), '0', 'It must be a whole number, 1 or more.'],
  [wholeNumber(1, 730), '731', 'It must be a whole number from 1 to 730.'],
  [portNumber, '65536', 'It must be a whole number from 0 to 65535.'],
  [positiveNumber, '0', 'It must be a number above 0.'],
  [positiveNumber, 'many', 'It must be a number above 0.'],
  [share, '10', 'It must be a share above 0 and up to 1, such as 0.1.'],
  [oneOf(['model', 'past']), 'passed', 'It must be one of model, past.'],
  [someOf(['move', 'skip']), 'move,skp', 'It must be one or more of move,skip.'],
])('%o refuses "%s": %s', (read, text, message) => {
  expect(() => read(text)).toThrow(message)
})

test('what is wrong with a value stands after the option’s name', async () => {
  const said: string[] = []
  const program = new Command('ripen')
    .exitOverride()
    .configureOutput({ writeErr: (text) => said.push(text) })
    .option('--port <number>', 'of the page', portNumber)
  await expect(program.parseAsync(['--port', 'http'], { from: 'user' })).rejects.toThrow()
  expect(said.join('')).toBe(
    "error: option '--port <number>' argument 'http' is invalid. It must be a whole number from 0 to 65535.\n",
  )
})

test('an option that is given again adds to what it had', () => {
  const program = new Command('ripen').option('--map <field>', 'from a column', collected, [])
  expect(program.parse(['--map', 'a', '--map', 'b'], { from: 'user' }).opts()).toEqual({ map: ['a', 'b'] })
})
