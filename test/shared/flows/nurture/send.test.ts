import { describe, expect, test } from 'vitest'
import type { CapSlot } from '../../../../shared/aws/cap-table.ts'
import type { ClaimResult } from '../../../../shared/aws/lead-table.ts'
import type { SendOutcome } from '../../../../shared/aws/mailer.ts'
import type { Claim, Summary } from '../../../../shared/contracts/stored.ts'
import type { Campaign, Step } from '../../../../shared/domain/campaign.ts'
import type { Fact } from '../../../../shared/domain/facts.ts'
import { type SendDependencies, sendDueTouch } from '../../../../shared/flows/nurture/send.ts'
import {
  campaign,
  captured,
  day,
  emailStep,
  enrolled,
  hour,
  monday,
  sent,
  sequence,
} from '../../../support/leads.ts'

const leadId = 'a'.repeat(32)
const minute = 60_000

/** A world that remembers what was done to it. */
const world = (
  given: {
    facts?: Fact[]
    claims?: Claim[]
    claim?: ClaimResult
    outcome?: SendOutcome
    throws?: Error
    summary?: Summary
    /** The cap that has no room left. */
    full?: CapSlot['kind']
    campaign?: Campaign
  } = {},
) => {
  const done: string[] = []
  const summaries: Summary[] = []
  const recorded: Fact[] = []
  /** The passage to sales that each claim made sure had not begun. */
  const cycles: number[] = []
  const email = {
    id: 'one',
    subject: 'Hello {{ lead.firstName }}',
    preheader: '',
    html: '<p>{{ lead.firstName }} {{ links.preferences }}</p>',
    text: 'Hi',
  }
  const dependencies: SendDependencies = {
    campaign: given.campaign ?? campaign,
    emails: { one: email, two: email, confirm: email },
    identity: {
      name: 'Test',
      senderName: 'Test',
      replyTo: 'hello@example.com',
      postalAddress: 'Here',
      sales: { email: 's@example.com' },
      report: { email: 'r@example.com' },
    },
    publicUrl: 'https://api.example.com',
    linkKey: 'key',
    table: {
      read: async () => ({
        facts: given.facts ?? [captured(), enrolled()],
        claims: given.claims ?? [],
        summary: given.summary,
      }),
      claim: async (_, __, ___, cycle) => {
        done.push('claim')
        cycles.push(cycle)
        return given.claim ?? 'claimed'
      },
      releaseClaim: async () => void done.push('release'),
      writeSummary: async (_, summary) => {
        const { appointment } = summary
        summaries.push(summary)
        done.push(`summary ${appointment?.on} instead of ${appointment?.deferredFromMs}`)
        return 'written'
      },
      recordFact: async (_, fact) => {
        done.push(`record ${fact.kind}`)
        recorded.push(fact)
        return 'recorded'
      },
    },
    confirmations: { perAddress: 3, perDomainPerHour: 200, perNetworkPerHour: 20, perHour: 1000 },
    capSlots: {
      acquire: async ({ kind, name, hourMs }, limit) => {
        done.push(`take ${kind} ${name} ${new Date(hourMs).toISOString().slice(11, 16)} of ${limit}`)
        return kind !== given.full
      },
      release: async ({ kind }) => void done.push(`give back ${kind}`),
    },
    mailer: {
      send: async (given_) => {
        done.push(`send ${given_.subject}`)
        if (given.throws) throw given.throws
        return given.outcome ?? { kind: 'accepted', messageId: 'm-1' }
      },
    },
    schedule: {
      put: async (_, dueAtMs) => void done.push(`schedule ${new Date(dueAtMs).toISOString()}`),
      remove: async () => void done.push('unschedule'),
    },
    sendQueue: {
      put: async ({ refusals }, delaySeconds) => void done.push(`queue ${refusals} ${delaySeconds}`),
    },
  }
  return {
    done,
    summaries,
    recorded,
    cycles,
    run: (nowMs: number, refusals = 0) => sendDueTouch({ leadId, refusals }, nowMs, dependencies),
  }
}

describe('a touch that is due', () => {
  test('is claimed, then sent, then recorded', async () => {
    const { done, run } = world()
    expect(await run(monday)).toMatchObject({ kind: 'sent', messageId: 'm-1' })
    expect(done).toEqual(['claim', 'send Hello', 'record SENT'])
  })

  test('that SES refuses gives its claim back and comes again later', async () => {
    const { done, run } = world({ outcome: { kind: 'refused', reason: 'TooManyRequestsException' } })
    expect(await run(monday)).toMatchObject({ kind: 'refused' })
    // 15 seconds, and 10 of the minute over which this lead's id (aaaa...) spreads it.
    expect(done).toEqual(['claim', 'send Hello', 'release', 'queue 1 25'])
  })

  test('that SES has refused a hundred times goes to the dead letters', async () => {
    const { done, run } = world({ outcome: { kind: 'refused', reason: 'TooManyRequestsException' } })
    await expect(run(monday, 100)).rejects.toMatchObject({ name: 'SendRefusedTooOften' })
    expect(done).toEqual(['claim', 'send Hello', 'release'])
  })

  test('whose fate is unknown keeps its claim and is not recorded', async () => {
    const { done, run } = world({ outcome: { kind: 'unknown', reason: 'TimeoutError' } })
    await expect(run(monday)).rejects.toMatchObject({ name: 'SendOutcomeUnknown' })
    expect(done).toEqual(['claim', 'send Hello'])
  })

  test('that SES rejects for good gives its claim back and fails', async () => {
    const { done, run } = world({ throws: new Error('MessageRejected') })
    await expect(run(monday)).rejects.toThrow('MessageRejected')
    expect(done).toEqual(['claim', 'send Hello', 'release'])
  })

  test.each(['suppressed', 'qualified'] as const)(
    'is not sent where the claim finds the lead %s',
    async (claim) => {
      const { done, run } = world({ claim })
      expect(await run(monday)).toEqual({ kind: 'nothingDue', reason: claim })
      expect(done).toEqual(['claim'])
    },
  )
})

describe('a touch that is claimed already', () => {
  const claims = [{ enrolment: 'learn-1', step: 'one', claimedAtMs: monday }]

  test('is waited for while SES may still tell', async () => {
    const { done, run } = world({ claim: 'alreadyClaimed', claims })
    await expect(run(monday + 9 * minute)).rejects.toMatchObject({ name: 'SendOutcomeUnknown' })
    expect(done).toEqual(['claim'])
  })

  test('is given up, and never sent again, ten minutes later', async () => {
    const { done, run } = world({ claim: 'alreadyClaimed', claims })
    expect(await run(monday + 10 * minute)).toMatchObject({ kind: 'unresolved' })
    expect(done).toEqual(['claim', 'record UNRESOLVED'])
  })
})

describe('a claim of the same enrolment under another name, of which no fact says how it ended', () => {
  const claims = [{ enrolment: 'learn-1', step: 'old-one', email: 'old', variant: 'b', claimedAtMs: monday }]

  test('is waited for: it may be this very email that is out', async () => {
    const { done, run } = world({ claims })
    await expect(run(monday + minute)).rejects.toMatchObject({ name: 'SendOutcomeUnknown' })
    expect(done).toEqual([])
  })

  test('is given up ten minutes later, under the name, the email and the variant that it had', async () => {
    const { done, recorded, run } = world({ claims })
    expect(await run(monday + 10 * minute)).toMatchObject({ kind: 'unresolved' })
    expect(done).toEqual(['record UNRESOLVED'])
    expect(recorded).toEqual([
      {
        kind: 'UNRESOLVED',
        enrolment: 'learn-1',
        step: 'old-one',
        email: 'old',
        variant: 'b',
        atMs: monday + 10 * minute,
      },
    ])
  })

  const ended = (kind: 'SENT' | 'UNRESOLVED', enrolment = 'learn-1'): Fact =>
    kind === 'SENT' ? sent('old-one', monday, enrolment) : { kind, enrolment, step: 'old-one', atMs: monday }

  test.each<[string, Claim[], Fact[], number]>([
    ['nothing is waited for once it was sent', claims, [ended('SENT')], day],
    ['nor once it was given up', claims, [ended('UNRESOLVED')], day],
    [
      'nor for a claim of another enrolment',
      [{ enrolment: 'digest-1', step: 'old-one', claimedAtMs: monday }],
      [],
      minute,
    ],
  ])('%s', async (_, given, facts, laterMs) => {
    const { done, run } = world({ claims: given, facts: [captured(), enrolled(), ...facts] })
    expect(await run(monday + laterMs)).toMatchObject({ kind: 'sent' })
    expect(done.slice(0, 2)).toEqual(['claim', 'send Hello'])
  })

  test('a fact about a step of that name in another enrolment does not end it', async () => {
    const { done, run } = world({ claims, facts: [captured(), enrolled(), ended('SENT', 'digest-1')] })
    expect(await run(monday + day)).toMatchObject({ kind: 'unresolved' })
    expect(done).toEqual(['record UNRESOLVED'])
  })
})

describe('a claim makes sure that no passage to sales has begun:', () => {
  test('the first, of a lead that never passed', async () => {
    const { cycles, run } = world()
    await run(monday)
    expect(cycles).toEqual([1])
  })

  test('the one after that from which sales returned the lead', async () => {
    const passed: Fact[] = [
      { kind: 'QUALIFIED', cycle: 1, totalHundredths: 1200, lines: [], source: 'Google', atMs: monday },
      { kind: 'HANDEDOFF', cycle: 1, handOffId: 'h', atMs: monday },
      { kind: 'RETURNED', cycle: 1, reason: 'notNow', source: 'Google', atMs: monday + hour },
    ]
    const { cycles, run } = world({ facts: [captured(), enrolled(), ...passed] })
    expect(await run(monday + hour)).toMatchObject({ kind: 'sent' })
    expect(cycles).toEqual([2])
  })
})

test('a variant is named in the fact that it was sent, and no variant where there is none', async () => {
  const variants = [{ id: 'b', email: 'two', weight: 1 }]
  const sequences = { learn: sequence('learn', [emailStep('one', { variants })]) }
  const tested = world({ campaign: { ...campaign, sequences } })
  await tested.run(monday)
  expect(tested.recorded).toMatchObject([{ kind: 'SENT', step: 'one', email: 'two', variant: 'b' }])
  const plain = world()
  await plain.run(monday)
  expect(plain.recorded[0]).not.toHaveProperty('variant')
})

describe('nothing is sent', () => {
  const looked: Summary = {
    version: 4,
    email: captured().email,
    profile: captured().profile,
    source: captured().source,
    timeZone: 'UTC',
    stage: 'nurturing',
    scoreHundredths: 0,
    scoreLines: [],
    gates: [],
    nextTouch: { enrolment: 'learn-1', step: 'two', dueAtMs: monday + 4 * day },
    appointment: { atMs: monday + 4 * day, on: 'schedule' },
    campaignVersion: 'v1',
    updatedAtMs: monday,
  }
  const going = [captured(), enrolled(), sent('one', monday)]
  const learn = (...steps: Step[]): Campaign => ({
    ...campaign,
    scoring: { ...campaign.scoring, rules: [] },
    sequences: { learn: sequence('learn', steps) },
  })
  const never = { field: 'occupation', in: ['Astronaut'] }

  test('where a step is passed over; the summary says what comes instead, and that is arranged', async () => {
    const given = learn(
      emailStep('one'),
      emailStep('two', { wait: { days: 4 }, when: never }),
      emailStep('three', { wait: { days: 7 } }),
    )
    const { done, summaries, run } = world({ facts: going, summary: looked, campaign: given })
    expect(await run(monday + 4 * day + minute)).toEqual({ kind: 'nothingDue', reason: 'notYet' })
    expect(done).toEqual([
      'record SKIPPED',
      'schedule 2026-03-13T10:01:00.000Z',
      'summary schedule instead of undefined',
    ])
    const dueAtMs = Date.parse('2026-03-13T10:01:00Z')
    expect(summaries).toEqual([
      {
        ...looked,
        version: 5,
        nextTouch: { enrolment: 'learn-1', step: 'three', dueAtMs },
        appointment: { atMs: dueAtMs, on: 'schedule' },
        updatedAtMs: monday + 4 * day + minute,
      },
    ])
  })

  test('where the last step is passed over; the summary says that the lead has had what there was', async () => {
    const given = learn(emailStep('one'), emailStep('two', { wait: { days: 4 }, when: never }))
    const { done, summaries, run } = world({ facts: going, summary: looked, campaign: given })
    expect(await run(monday + 4 * day)).toEqual({ kind: 'nothingDue', reason: 'exhausted' })
    expect(done).toEqual(['record SKIPPED', 'unschedule', 'summary undefined instead of undefined'])
    expect(summaries.map(({ stage }) => stage)).toEqual(['exhausted'])
    expect(summaries[0]).not.toHaveProperty('nextTouch')
  })

  test('before its time; a summary that says so already is not written again', async () => {
    const given = learn(emailStep('one'), emailStep('two', { wait: { days: 4 } }))
    const { done, run } = world({ facts: going, summary: looked, campaign: given })
    expect(await run(monday + hour)).toEqual({ kind: 'nothingDue', reason: 'notYet' })
    expect(done).toEqual(['schedule 2026-03-06T10:00:00.000Z'])
  })

  test('before its time; the schedule that fired early is set anew', async () => {
    const { done, run } = world({ facts: [captured(), enrolled(), sent('one', monday)] })
    expect(await run(monday + hour)).toEqual({ kind: 'nothingDue', reason: 'notYet' })
    expect(done).toEqual(['schedule 2026-03-06T10:00:00.000Z'])
  })

  test('after the lead unsubscribed', async () => {
    const no: Fact = { kind: 'UNSUBSCRIBED', enrolment: 'learn-1', step: 'one', via: 'page', atMs: monday }
    const { done, run } = world({ facts: [captured(), no] })
    expect(await run(monday)).toEqual({ kind: 'nothingDue', reason: 'suppressed' })
    expect(done).toEqual([])
  })
})

describe('a confirmation', () => {
  const asks = captured({ form: 'news', network: 'n-1' })
  const summary: Summary = {
    version: 1,
    email: asks.email,
    profile: {},
    source: 'Google',
    timeZone: 'UTC',
    stage: 'pending',
    scoreHundredths: 0,
    scoreLines: [],
    gates: [],
    campaignVersion: 'v1',
    updatedAtMs: monday,
  }

  test('takes its place under each cap before it is sent, from the narrowest to the widest', async () => {
    const { done, run } = world({ facts: [asks] })
    expect(await run(monday + 5 * minute)).toMatchObject({ kind: 'sent' })
    expect(done).toEqual([
      'take network n-1 10:00 of 20',
      'take domain example.com 10:00 of 200',
      'take all all 10:00 of 1000',
      'claim',
      'send Hello',
      'record SENT',
    ])
  })

  test('of a large mailbox provider may use half of all places', async () => {
    const { done, run } = world({ facts: [{ ...asks, email: 'ada@gmail.com' }] })
    await run(monday)
    expect(done).toContain('take domain gmail.com 10:00 of 500')
  })

  test.each<[CapSlot['kind'], string[]]>([
    ['network', []],
    ['domain', ['give back network']],
    ['all', ['give back network', 'give back domain']],
  ])(
    'waits for the next hour where there is no room by %s, and gives back what it took',
    async (full, given) => {
      const { done, run } = world({ facts: [asks], full, summary })
      expect(await run(monday + 5 * minute)).toMatchObject({ kind: 'deferred', by: full })
      expect(done.filter((what) => !what.startsWith('take'))).toEqual([
        ...given,
        // The lead's id (aaaaaa...) spreads it by 11,184,810 modulo 2,700 seconds.
        'schedule 2026-03-02T11:23:30.000Z',
        `summary schedule instead of ${monday}`,
      ])
    },
  )

  test('that SES refuses gives its places back', async () => {
    const { done, run } = world({
      facts: [asks],
      outcome: { kind: 'refused', reason: 'TooManyRequestsException' },
    })
    await run(monday)
    expect(done.slice(-5)).toEqual([
      'give back network',
      'give back domain',
      'give back all',
      'release',
      'queue 1 25',
    ])
  })

  test('that is claimed already takes no place', async () => {
    const claims = [{ enrolment: 'confirm-news', step: 'confirmation', claimedAtMs: monday }]
    const { done, run } = world({ facts: [asks], claims, claim: 'alreadyClaimed' })
    await expect(run(monday + minute)).rejects.toMatchObject({ name: 'SendOutcomeUnknown' })
    expect(done).toEqual(['claim'])
  })

  test.each(['suppressed', 'qualified'] as const)(
    'whose claim finds the lead %s gives its places back',
    async (claim) => {
      const { done, run } = world({ facts: [asks], claim })
      expect(await run(monday)).toEqual({ kind: 'nothingDue', reason: claim })
      expect(done.slice(-4)).toEqual(['claim', 'give back network', 'give back domain', 'give back all'])
    },
  )

  test('that could not go out for three days goes out no more', async () => {
    const { done, run } = world({ facts: [asks] })
    expect(await run(monday + 72 * hour)).toEqual({ kind: 'nothingDue', reason: 'lapsed' })
    expect(done).toEqual([])
  })
})
