import { describe, expect, test, vi } from 'vitest'
import { readFacts } from '../../../../shared/contracts/read-facts.ts'
import type { Summary } from '../../../../shared/contracts/stored.ts'
import { type Fact, factKey } from '../../../../shared/domain/facts.ts'
import { reconcileLead } from '../../../../shared/flows/nurture/reconcile.ts'
import { campaign, captured, clicked, day, enrolled, hour, monday, sent } from '../../../support/leads.ts'

const leadId = 'c'.repeat(32)
const stored = (fact: Fact, changed: object = {}) => ({ sk: `FACT#${factKey(fact)}`, ...fact, ...changed })
type Item = ReturnType<typeof stored>

/** A table that holds these items and refuses, as DynamoDB does, to write one that is there; and what is said of it. */
const world = (items: readonly Item[], summary: { summary?: Summary; summaryVersion?: number } = {}) => {
  const written: string[] = []
  const done: string[] = []
  const said = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  const table = [...items]
  const run = async (nowMs = monday + hour) => {
    try {
      await reconcileLead(leadId, nowMs, {
        campaign,
        table: {
          read: async () => ({
            ...readFacts(table),
            claims: [],
            summary: undefined,
            summaryVersion: 0,
            ...summary,
          }),
          recordFact: async (_, fact) => {
            if (table.some(({ sk }) => sk === `FACT#${factKey(fact)}`)) return 'alreadyRecorded'
            table.push(stored(fact))
            written.push(factKey(fact))
            return 'recorded'
          },
          writeSummary: async (_, { stage, version }) => {
            done.push(`summary ${version}: ${stage}`)
            return 'written'
          },
        },
        schedule: {
          put: async (_, atMs) => void done.push(`schedule ${new Date(atMs).toISOString()}`),
          remove: async () => {},
        },
        sendQueue: { put: async () => void done.push('enqueue') },
        handOffQueue: { put: async () => void done.push('hand-off') },
      })
      return said.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>)
    } finally {
      said.mockRestore()
    }
  }
  return { table, written, done, run }
}

const going = [stored(captured()), stored(enrolled()), stored(sent('one', monday))]
const afterOne = ['schedule 2026-03-06T10:00:00.000Z', 'summary 1: nurturing']

describe('a lead with a fact that this release cannot read goes on as without it, and keeps it:', () => {
  const click = clicked('one', monday + 60_000)
  test.each<[string, Item, Record<string, unknown>[]]>([
    [
      'a kind of tomorrow',
      { ...stored(click), sk: 'FACT#DANCED#learn-1#one', kind: 'DANCED' } as unknown as Item,
      [{ kind: 'DANCED', opaqueFacts: 1 }],
    ],
    ['a known kind with a field of tomorrow', stored(click, { device: { kind: 'watch' } }), []],
    [
      'a known kind with a word of tomorrow',
      stored(
        { kind: 'BOUNCED', enrolment: 'learn-1', step: 'one', bounce: 'transient', atMs: monday },
        { bounce: 'x' },
      ),
      [{ kind: 'BOUNCED', opaqueFacts: 1 }],
    ],
    [
      'a known kind that no release has written so: it rings',
      stored(click, { atMs: 'noon' }),
      [{ kind: 'CLICKED', opaqueFacts: 1 }, { malformedFacts: 1 }],
    ],
  ])('%s', async (_, item, counted) => {
    const { table, done, run } = world([...going, item])
    const said = await run()
    expect(said.map(({ _aws, function: _function, ...rest }) => rest)).toEqual(counted)
    expect(done).toEqual(afterOne)
    expect(table).toContain(item)
  })
})

describe('a fact that cannot be read keeps its key, and nothing that is to be written under it fails:', () => {
  test('the enrolment that a look proposes again', async () => {
    const { written, done, run } = world([stored(captured()), stored(enrolled(), { isHeldOut: 'maybe' })])
    await run()
    expect(written).toEqual([])
    expect(done).toEqual(['enqueue', 'summary 1: nurturing'])
  })

  test('the qualification of a lead whose lines name a dimension of tomorrow', async () => {
    const ready = captured({ profile: { occupation: 'Analyst', minutes: '20' }, source: 'Reference' })
    const qualified: Fact = {
      kind: 'QUALIFIED',
      cycle: 1,
      totalHundredths: 900,
      lines: [],
      source: 'x',
      atMs: monday,
    }
    const click = { ...clicked('one', monday + 1000) }
    const { written, run } = world([
      stored(ready),
      stored(enrolled()),
      stored(sent('one', monday)),
      stored(click),
      stored(qualified, {
        lines: [{ rule: 'r', dimension: 'mood', hundredths: 900, reason: 'r', because: 'b' }],
      }),
    ])
    await run()
    expect(written).toEqual([])
  })
})

test('a summary that cannot be read is replaced by the next', async () => {
  const { done, run } = world(going, { summaryVersion: 7 })
  await run(monday + day)
  expect(done).toEqual(['schedule 2026-03-06T10:00:00.000Z', 'summary 8: nurturing'])
})
