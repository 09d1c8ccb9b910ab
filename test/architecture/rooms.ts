/** The rooms of the product: what each holds and what it may import. docs/architecture.md shows them as a table. */

export interface Room {
  /** A folder. A file belongs to the room with the longest name that fits its path. */
  readonly folder: string
  /** What lives there, in a few words. */
  readonly holds: string
  /** Other rooms; `x/**` is the room x with every room inside it; a name with an ending is that one file. */
  readonly mayImport: readonly string[]
}

export const rooms: readonly Room[] = [
  {
    folder: 'shared/domain',
    holds: 'facts, fold, score, cadence, decide: pure',
    mayImport: [],
  },
  {
    folder: 'shared/domain/learning',
    holds: 'how score cards are learned and judged: pure',
    mayImport: ['shared/domain'],
  },
  {
    folder: 'shared/contracts',
    holds: 'names; schemas of items, messages and requests',
    mayImport: ['shared/domain'],
  },
  {
    folder: 'shared/campaign/schema',
    holds: 'the shape of each file of the campaign folder',
    mayImport: ['shared/contracts/field-types.ts', 'shared/domain'],
  },
  {
    folder: 'shared/campaign/source',
    holds: 'reads the folder: files, emails, Liquid, problems by line',
    mayImport: ['shared/campaign/schema', 'shared/contracts', 'shared/domain'],
  },
  {
    folder: 'shared/campaign/compiled',
    holds: 'the shape of a compiled campaign, its hashes',
    mayImport: ['shared/contracts/field-types.ts', 'shared/domain'],
  },
  {
    folder: 'shared/campaign/sequences',
    holds: 'compiles sequences; their checks and advice',
    mayImport: [
      'shared/campaign/source',
      'shared/campaign/schema',
      'shared/campaign/compiled',
      'shared/domain',
    ],
  },
  {
    folder: 'shared/campaign/emails',
    holds: 'compiles emails and the theme; their checks and advice',
    mayImport: ['shared/campaign/source', 'shared/campaign/schema', 'shared/campaign/compiled'],
  },
  {
    folder: 'shared/campaign',
    holds: 'compile, check, and what one file says of another',
    mayImport: [
      'shared/campaign/sequences',
      'shared/campaign/emails',
      'shared/campaign/source',
      'shared/campaign/schema',
      'shared/campaign/compiled',
      'shared/contracts',
      'shared/domain',
    ],
  },
  {
    folder: 'shared/aws',
    holds: 'adapters: table, scheduler, mail, queues, bus, keys',
    mayImport: ['shared/contracts', 'shared/domain'],
  },
  {
    folder: 'shared/flows',
    holds: 'what flows share: signed links, and how long what was refused waits',
    mayImport: ['shared/domain'],
  },
  {
    folder: 'shared/flows/intake',
    holds: 'a form is shown and posted: one fact',
    mayImport: [
      'shared/flows',
      'shared/aws',
      'shared/campaign/compiled',
      'shared/contracts',
      'shared/domain',
    ],
  },
  {
    folder: 'shared/flows/nurture',
    holds: 'reconcile, send, feedback, preferences, sweep',
    mayImport: [
      'shared/flows',
      'shared/aws',
      'shared/campaign/compiled',
      'shared/contracts',
      'shared/domain',
    ],
  },
  {
    folder: 'shared/flows/sales',
    holds: 'the hand-off, and what sales answers',
    mayImport: [
      'shared/flows',
      'shared/aws',
      'shared/campaign/compiled',
      'shared/contracts',
      'shared/domain',
      'web/html.ts',
    ],
  },
  {
    folder: 'shared/flows/report',
    holds: 'the tally and the weekly report',
    mayImport: ['shared/aws', 'shared/campaign/compiled', 'shared/contracts', 'shared/domain', 'web/html.ts'],
  },
  {
    folder: 'functions',
    holds: 'one thin handler per file: parse, call one flow, answer',
    mayImport: [
      'functions/lib',
      'shared/flows/**',
      'shared/aws',
      'shared/campaign/compiled',
      'shared/contracts',
      'shared/domain',
      'web',
    ],
  },
  {
    folder: 'functions/lib',
    holds: 'what handlers share: batches, HTTP answers, dependencies',
    mayImport: [
      'shared/flows/intake',
      'shared/flows/nurture',
      'shared/aws',
      'shared/campaign/compiled',
      'shared/contracts',
      'shared/domain',
      'web',
    ],
  },
  {
    folder: 'infra',
    holds: 'the CDK app and the bundles; names functions by path',
    mayImport: [
      'infra/constructs',
      'shared/campaign',
      'shared/campaign/compiled',
      'shared/contracts/names.ts',
      'shared/contracts/user-error.ts',
      'shared/domain/decide.ts',
      'shared/domain/sample-address.ts',
    ],
  },
  {
    folder: 'infra/constructs',
    holds: 'resources that set environment and grant together',
    mayImport: ['shared/contracts/names.ts'],
  },
  {
    folder: 'infra/lean',
    holds: 'stand-ins for parts of the SDK that Lambda never runs',
    mayImport: ['shared/aws/endpoint.ts'],
  },
  {
    folder: 'web',
    holds: 'pages that people see, and their style',
    mayImport: ['shared/campaign/compiled', 'shared/contracts'],
  },
  {
    folder: 'web/embed',
    holds: 'the snippet that other sites load',
    mayImport: ['shared/campaign/compiled', 'shared/contracts'],
  },
  {
    folder: 'web/console',
    holds: 'the page of `npm start`',
    mayImport: [],
  },
  {
    folder: 'web/preview',
    holds: 'the page of `ripen preview`',
    mayImport: ['web/console/drawing.js'],
  },
  {
    folder: 'local',
    holds: 'the pipeline on one machine: serves what `cdk.out` describes',
    mayImport: ['shared/flows/report', 'shared/campaign/compiled', 'shared/contracts', 'shared/domain'],
  },
  {
    folder: 'cli',
    holds: 'what a person types',
    mayImport: ['local', 'infra', 'web', 'shared/**'],
  },
]

/** The room that a path lies in. */
export const roomOf = (path: string): Room | undefined =>
  rooms
    .filter(({ folder }) => path.startsWith(`${folder}/`))
    .toSorted((a, b) => b.folder.length - a.folder.length)[0]

/** Whether an entry of `mayImport` allows a file. */
export const allows = (entry: string, target: string): boolean => {
  if (entry.endsWith('/**')) return target.startsWith(entry.slice(0, -2))
  return entry === target || entry === roomOf(target)?.folder
}

/** The rooms that an entry of `mayImport` opens, in full or for one file. */
export const roomsOpenedBy = (entry: string): readonly string[] => {
  if (entry.endsWith('/**'))
    return rooms.map(({ folder }) => folder).filter((folder) => allows(entry, `${folder}/`))
  const room = rooms.some(({ folder }) => folder === entry) ? entry : roomOf(entry)?.folder
  return room === undefined ? [] : [room]
}
