import { describe, expect, test } from 'vitest'
import type { CapSlot } from '../../../../shared/aws/cap-table.ts'
import type { ClaimResult, ClaimTerms } from '../../../../shared/aws/lead-table.ts'
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
  nothingElse,
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
    /** Calls in a row that SES has not answered, before this one. */
    unanswered?: number
    /** Somebody else has probed a moment ago. */
    isProbed?: boolean
    /** Of the probe. */
    probe?: SendOutcome | Error
    throws?: Error
    summary?: Summary
    /** The cap that has no room left. */
    full?: CapSlot['kind']
    campaign?: Campaign
  } = {},
) => {
  const done: string[] = []
  /** What each claim was made on. */
  const terms: ClaimTerms[] = []
  const summaries: Summary[] = []
  const recorded: Fact[] = []
  const email = {
    id: 'one',
    subject: 'Hello {{ lead.firstName }}',
    preheader: '',
    html: '<p>{{ lead.firstName }} {{ links.preferences }}</p>',
    text: 'Hi',
  }
  const dependencies: SendDependencies = {
    campaign: given.campaign ?? campaign,
    emails: { one: email, two: email, first: email, confirm: email },
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
        ...nothingElse,
        claims: given.claims ?? [],
        summary: given.summary,
        summaryVersion: given.summary?.version ?? 0,
      }),
      claim: async (_lead, _touch, _atMs, asked) => {
        terms.push(asked)
        done.push('claim')
        return given.claim ?? 'claimed'
      },
      releaseClaim: async (_, __, claimedAtMs) =>
        void done.push(claimedAtMs === monday ? 'release' : `release ${claimedAtMs - monday}`),
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
    breaker: {
      unanswered: async () => given.unanswered ?? 0,
      countUnanswered: async (probeAtMs) =>
        void done.push(`unanswered, probe in ${(probeAtMs - monday) / minute}`),
      takeProbe: async () => !given.isProbed,
      reset: async () => void done.push('reset'),
    },
    mailer: {
      send: async (given_) => {
        if (given_.to === 'success@simulator.amazonses.com') {
          done.push('probe')
          if (given.probe instanceof Error) throw given.probe
          return given.probe ?? { kind: 'accepted', messageId: 'm-0' }
        }
        done.push(`send ${given_.subject}`)
        if (given.throws) throw given.throws
        return given.outcome ?? { kind: 'accepted', messageId: 'm-1' }
      },
    },
    schedule: {
      put: async (_, dueAtMs) => void done.push(`schedule ${new Date(dueAtMs).toISOString()}`),
      remove: async (_, dueAtMs) => void done.push(`unschedule ${new Date(dueAtMs).toISOString()}`),
    },
    sendQueue: {
      put: async ({ refusals, unknowns }, delaySeconds) =>
        void done.push(
          `queue ${refusals} ${delaySeconds}${unknowns === undefined ? '' : ` unknown ${unknowns}`}`,
        ),
    },
  }
  return {
    done,
    terms,
    summaries,
    recorded,
    run: (nowMs: number, refusals = 0, unknowns?: number) =>
      sendDueTouch({ leadId, refusals, ...(unknowns !== undefined && { unknowns }) }, nowMs, dependencies),
  }
}

describe('a touch that is due', () => {
  test('is claimed, then sent, then recorded', async () => {
    const { done, run } = world()
    expect(await run(monday)).toMatchObject({ kind: 'sent', messageId: 'm-1' })
    expect(done).toEqual(['claim', 'send Hello', 'record SENT'])
  })

  test.each<[string, Fact[], number]>([
    ['by no consent of later than a no', [captured(), enrolled()], 0],
    [
      'by the submission that was confirmed',
      [
        captured(),
        { kind: 'UNSUBSCRIBED', enrolment: 'learn-1', step: 'one', via: 'page', atMs: monday - 3 * hour },
        captured({ form: 'news', submission: 's-2', atMs: monday - 2 * hour }),
        { kind: 'CONFIRMED', form: 'news', submission: 's-2', atMs: monday - hour },
      ],
      monday - 2 * hour,
    ],
  ])('is claimed for its address and %s', async (_, facts, consentAtMs) => {
    const { terms, run } = world({ facts })
    expect(await run(monday)).toMatchObject({ kind: 'sent' })
    expect(terms).toEqual([{ nextCycle: 1, to: 'ada@example.com', consentAtMs }])
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
    expect(done).toEqual(['claim', 'send Hello', 'unanswered, probe in 5'])
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

  test('is judged by its own claim, and by none of another step or enrolment', async () => {
    const others = [
      { enrolment: 'learn-1', step: 'zero', claimedAtMs: monday - day },
      { enrolment: 'digest-1', step: 'one', claimedAtMs: monday - day },
    ]
    const facts = [captured(), enrolled(), sent('zero', monday - day)]
    const { done, run } = world({ facts, claim: 'alreadyClaimed', claims: [...others, ...claims] })
    await expect(run(monday + 9 * minute)).rejects.toMatchObject({ name: 'SendOutcomeUnknown' })
    expect(done).toEqual(['claim'])
  })
})

describe('SES does not answer', () => {
  const unknown: SendOutcome = { kind: 'unknown', reason: 'TimeoutError' }

  test('four times in a row: emails are still claimed, and the first answer ends the series', async () => {
    const { done, run } = world({ unanswered: 4 })
    expect(await run(monday)).toMatchObject({ kind: 'sent' })
    expect(done).toEqual(['claim', 'send Hello', 'reset', 'record SENT'])
  })

  test('four times in a row: a refusal is an answer as well', async () => {
    const { done, run } = world({ unanswered: 4, outcome: { kind: 'refused', reason: 'ECONNREFUSED' } })
    await run(monday)
    expect(done.slice(0, 3)).toEqual(['claim', 'send Hello', 'reset'])
  })

  test('five times in a row, and somebody probes: nothing is claimed, and it is looked at in a quarter of an hour', async () => {
    const { done, run } = world({ unanswered: 5, isProbed: true })
    expect(await run(monday, 7)).toMatchObject({ kind: 'held' })
    expect(done).toEqual(['queue 7 900'])
  })

  test('five times in a row, nor to the probe', async () => {
    const { done, run } = world({ unanswered: 5, probe: unknown })
    expect(await run(monday)).toMatchObject({ kind: 'held' })
    expect(done).toEqual(['probe', 'unanswered, probe in 5', 'queue 0 900'])
  })

  test.each<[string, SendOutcome | Error]>([
    ['takes', { kind: 'accepted', messageId: 'm-0' }],
    ['refuses', { kind: 'refused', reason: 'TooManyRequestsException' }],
    ['rejects', new Error('MessageRejected')],
  ])('five times in a row, and then %s the probe: the email goes out', async (_, probe) => {
    const { done, run } = world({ unanswered: 5, probe })
    expect(await run(monday)).toMatchObject({ kind: 'sent' })
    expect(done).toEqual(['probe', 'reset', 'claim', 'send Hello', 'record SENT'])
  })

  test('five times in a row: a claim that is open is given up all the same', async () => {
    const claims = [{ enrolment: 'learn-1', step: 'one', claimedAtMs: monday }]
    const { done, run } = world({ unanswered: 5, isProbed: true, claim: 'alreadyClaimed', claims })
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
    const { terms, run } = world()
    await run(monday)
    expect(terms).toMatchObject([{ nextCycle: 1 }])
  })

  test('the one after that from which sales returned the lead', async () => {
    const passed: Fact[] = [
      { kind: 'QUALIFIED', cycle: 1, totalHundredths: 1200, lines: [], source: 'Google', atMs: monday },
      { kind: 'HANDEDOFF', cycle: 1, handOffId: 'h', atMs: monday },
      { kind: 'RETURNED', cycle: 1, reason: 'notNow', source: 'Google', atMs: monday + hour },
    ]
    const { terms, run } = world({ facts: [captured(), enrolled(), ...passed] })
    expect(await run(monday + hour)).toMatchObject({ kind: 'sent' })
    expect(terms).toMatchObject([{ nextCycle: 2 }])
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
    // The schedule that led here has fired, and deletes itself.
    expect(done).toEqual(['record SKIPPED', 'summary undefined instead of undefined'])
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

  test.each([undefined, 2])(
    'whose fate is unknown is sent again, unless SES tells soon that it is out (after %s times)',
    async (unknowns) => {
      const { done, run } = world({ facts: [asks], outcome: { kind: 'unknown', reason: 'TimeoutError' } })
      expect(await run(monday, 0, unknowns)).toMatchObject({ kind: 'again', reason: 'TimeoutError' })
      // 240 seconds, and 10 of the minute over which this lead's id (aaaa...) spreads it. No place is given back.
      expect(done.slice(3)).toEqual([
        'claim',
        'send Hello',
        'unanswered, probe in 5',
        'release',
        `queue 0 250 unknown ${unknowns === undefined ? 1 : 3}`,
      ])
    },
  )

  test('whose fate was unknown three times is not repeated blind', async () => {
    const { done, run } = world({ facts: [asks], outcome: { kind: 'unknown', reason: 'TimeoutError' } })
    await expect(run(monday, 0, 3)).rejects.toMatchObject({ name: 'SendOutcomeUnknown' })
    expect(done.slice(3)).toEqual(['claim', 'send Hello', 'unanswered, probe in 5'])
  })

  test('whose sender ended before it knew is sent again after ten minutes', async () => {
    const claims = [{ enrolment: 'confirm-news', step: 'confirmation', claimedAtMs: monday + minute }]
    const { done, run } = world({ facts: [asks], claims, claim: 'alreadyClaimed' })
    expect(await run(monday + 11 * minute)).toMatchObject({ kind: 'again' })
    expect(done).toEqual(['claim', 'release 60000', 'queue 0 250 unknown 1'])
  })

  test('that is claimed already takes no place', async () => {
    const claims = [{ enrolment: 'confirm-news', step: 'confirmation', claimedAtMs: monday }]
    const { done, run } = world({ facts: [asks], claims, claim: 'alreadyClaimed' })
    await expect(run(monday + minute)).rejects.toMatchObject({ name: 'SendOutcomeUnknown' })
    expect(done).toEqual(['claim'])
  })

  test('goes to the address of its submission, and is claimed by what was asked after the last no', async () => {
    const no: Fact = { kind: 'UNSUBSCRIBED', enrolment: 'learn-1', step: 'one', via: 'page', atMs: monday }
    const again = captured({
      form: 'news',
      submission: 's-2',
      email: 'ada+b@example.com',
      atMs: monday + hour,
    })
    const { terms, run } = world({ facts: [captured(), no, again] })
    await run(monday + hour)
    expect(terms).toEqual([{ nextCycle: 1, to: 'ada+b@example.com', consentAtMs: monday + hour }])
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
