/** What the table holds as other releases have written it: yesterday's as it was stored, tomorrow's made from it. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export type StoredItem = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string }

const folder = resolve(import.meta.dirname, '..', 'fixtures', 'stored')

/** One item of every kind that a release has written. A release adds its file here and changes none. */
export const storedBy = (release: '0.1.0'): readonly StoredItem[] =>
  JSON.parse(readFileSync(join(folder, `release-${release}.json`), 'utf8'))

export const factsBy = (release: '0.1.0'): readonly StoredItem[] =>
  storedBy(release).filter(({ sk }) => sk.startsWith('FACT#'))

/** A way in which the next release may write a fact, by the rule of docs/releases.md or against it. */
export interface Tomorrow {
  readonly named: string
  readonly of: (item: StoredItem) => StoredItem
  /** Whether today's release can read it. */
  readonly isReadable: boolean
}

/** Fields that a fact may be without, in one kind or another. */
const optional = [
  'email',
  'variant',
  'arm',
  'value',
  'isFirst',
  'isHeldOut',
  'enrolledAtMs',
  'timeZone',
  'network',
]

export const tomorrows: readonly Tomorrow[] = [
  {
    named: 'a kind that is unknown today',
    of: (item) => ({ ...item, sk: item.sk.replace('FACT#', 'FACT#RE'), kind: `RE${item.kind}` }),
    isReadable: false,
  },
  {
    named: 'a field that is unknown today',
    of: (item) => ({ ...item, mood: { words: ['keen', '🎉'], serial: 12345678901, none: null } }),
    isReadable: true,
  },
  {
    named: 'an optional field left out',
    of: (item) =>
      Object.fromEntries(
        Object.entries(item).filter(([name]) => !optional.includes(name) || isNeeded(item, name)),
      ) as StoredItem,
    isReadable: true,
  },
]

/** An address is what a submission is about; elsewhere that name is an email's id. */
const isNeeded = ({ kind }: StoredItem, name: string): boolean => kind === 'CAPTURED' && name === 'email'

/** Where a list of words is known today: by kind the field, and a word that is not among them. */
export const newWords: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  SKIPPED: { reason: 'asleep' },
  ENDED: { reason: 'asleep' },
  RESPONDED: { to: 'picture' },
  BOUNCED: { bounce: 'sulking' },
  UNSUBSCRIBED: { via: 'telephone' },
  QUALIFIED: {
    lines: [{ rule: 'r', dimension: 'mood', hundredths: 100, reason: 'Reason', because: 'because' }],
  },
}
