import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { AssemblyRefused } from '../../cli/assembly.ts'
import { reportFailure } from '../../cli/failure.ts'
import { InputError } from '../../cli/input-error.ts'
import { StackNotReadable } from '../../cli/stack-outputs.ts'
import { SettingsError } from '../../infra/settings.ts'
import { PortTaken } from '../../local/http-api.ts'
import { FunctionsNotStarted } from '../../local/lambda/functions.ts'
import { FolderInUse } from '../../local/running.ts'
import { StateOutdated } from '../../local/state.ts'
import { WiringIncomplete } from '../../local/wiring.ts'
import { CampaignError } from '../../shared/campaign/source/problems.ts'
import { UnreadableRelease } from '../../shared/contracts/releases.ts'
import { UnreadableClaim } from '../../shared/contracts/stored.ts'
import type { UserError } from '../../shared/contracts/user-error.ts'

const root = resolve(import.meta.dirname, '..', '..')

/** Each with what the command line prints of it: nothing else. */
const userErrors: readonly (readonly [UserError, string])[] = [
  [new InputError('--csv leads.csv has no rows.'), '--csv leads.csv has no rows.'],
  [new StackNotReadable('There are no AWS credentials.'), 'There are no AWS credentials.'],
  [new SettingsError('Setting "stage": is missing.'), 'Setting "stage": is missing.'],
  [new PortTaken(8080), 'Port 8080 is taken by another program; stop it, or choose another with --port.'],
  [
    new FunctionsNotStarted(['send: MAIL_SENDER is not set']),
    'Some functions did not start:\n  send: MAIL_SENDER is not set',
  ],
  [
    new FolderInUse('.ripen'),
    'A pipeline runs on .ripen already; stop it, or name another folder with --data.',
  ],
  [
    new StateOutdated('.ripen'),
    'The data in .ripen was kept by another version of Ripen; start once with --fresh to empty it.',
  ],
  [new WiringIncomplete('The queue has no reader.'), 'The queue has no reader.'],
  [
    new CampaignError([
      { file: 'scoring.yaml', line: 1, problem: 'The file is missing.', fix: 'Create it.' },
      { file: 'emails/welcome.md', line: 7, problem: 'The link "/b" is not whole.', fix: 'Write it out.' },
    ]),
    'scoring.yaml:1: The file is missing. Create it.\nemails/welcome.md:7: The link "/b" is not whole. Write it out.',
  ],
  [
    new AssemblyRefused('Setting "region": must be an AWS region such as eu-central-1.'),
    'Setting "region": must be an AWS region such as eu-central-1.',
  ],
  [
    new UnreadableClaim({ pk: 'LEAD#7f3c', sk: 'SEND#learn-1#welcome' }, 'claimedAtMs: is missing'),
    'The stored claim LEAD#7f3c / SEND#learn-1#welcome cannot be read: claimedAtMs: is missing. It was written by another version; correct it, and do not remove it: without it the email could be sent twice.',
  ],
  [
    new UnreadableRelease('RELEASE#1'),
    'The stored release RELEASE#1 cannot be read. It was written by another version; correct or remove it.',
  ],
]

test.each(userErrors.map(([error, printed]) => [error.name, error, printed] as const))(
  '%s prints its own sentence and nothing else, with exit code 1',
  (_, error, printed) => {
    const lines: string[] = []
    expect(reportFailure(error, (text) => lines.push(text))).toBe(1)
    expect(lines).toEqual([printed])
  },
)

test('every error for users is among those above, under its own name', () => {
  const named = ['cli', 'functions', 'infra', 'local', 'shared']
    .flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
    )
    .flatMap((text) => [
      ...text.matchAll(/(?<!abstract )class (\w+) extends (?:UserError|InputError|UnreadableItem)\b/g),
    ])
    .map(([, name]) => name)
  expect(userErrors.map(([{ name }]) => name).toSorted()).toEqual(named.toSorted())
})

test('an error that nobody expected shows where it happened, with exit code 1', () => {
  const lines: string[] = []
  const defect = new TypeError('undefined is not a function')
  expect(reportFailure(defect, (text) => lines.push(text))).toBe(1)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^TypeError: undefined is not a function\n {4}at .*failure\.test\.ts:\d+/)
})

test('a command that fails prints the sentence on standard error, and ends with 1', async () => {
  const command = ['--disable-warning=ExperimentalWarning', 'cli/main.ts', 'test-send', 'nobody']
  const ended = await new Promise<{ code: unknown; stdout: string; stderr: string }>((done) => {
    execFile(process.execPath, command, { cwd: root }, (error, stdout, stderr) =>
      done({ code: error?.code, stdout, stderr }),
    )
  })
  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^[A-Z][^\n]*\.\n$/),
  })
})
