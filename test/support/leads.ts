/** Facts and a campaign to test with: fixed instants, invented people. */
import type { LeadRecord } from '../../shared/aws/lead-table.ts'
import type { Campaign, EmailStep, Sequence, Step } from '../../shared/domain/campaign.ts'
import type { EmailSent, LeadCaptured, LeadEnrolled, LinkClicked } from '../../shared/domain/facts.ts'

/** Monday, 2 March 2026, 10:00 UTC. */
export const monday = Date.parse('2026-03-02T10:00:00Z')
export const hour = 3_600_000
export const day = 86_400_000

const office = { weekdays: [1, 2, 3, 4, 5], fromMinutes: 9 * 60, toMinutes: 17 * 60 }

export const emailStep = (id: string, given: Partial<EmailStep> = {}): EmailStep => ({
  id,
  email: id,
  formerly: [],
  wait: {},
  isForAll: false,
  lateness: { maximumHours: 6, beyond: 'spread' },
  ...given,
})

export const sequence = (id: string, steps: readonly Step[], given: Partial<Sequence> = {}): Sequence => ({
  id,
  version: `${id}-v1`,
  priority: 0,
  onChange: 'migrate',
  exits: [],
  steps,
  ...given,
})

export const campaign: Campaign = {
  name: 'test',
  version: 'v1',
  timeZone: 'UTC',
  minimumGapHours: 20,
  confirmationsPerAddress: 3,
  repeatAfterDays: 365,
  calendar: { businessDays: [1, 2, 3, 4, 5], holidays: [] },
  holdOutPercent: 0,
  forms: {
    guide: { id: 'guide', sequence: 'learn', doubleOptIn: false },
    news: { id: 'news', sequence: 'digest', doubleOptIn: true },
  },
  sequences: {
    learn: sequence('learn', [
      emailStep('one', {}),
      emailStep('two', { wait: { days: 4 }, window: office }),
      emailStep('three', { wait: { days: 7 }, window: office }),
    ]),
    digest: sequence('digest', [emailStep('first', {})]),
  },
  scoring: {
    thresholds: { enter: 10, leave: 6, minimumDwellDays: 7, coolDownDays: 30 },
    rules: [
      {
        id: 'works',
        dimension: 'fit',
        when: { field: 'occupation', in: ['Analyst'] },
        points: 4,
        reason: 'Works',
      },
      {
        id: 'studies',
        dimension: 'negative',
        when: { field: 'occupation', in: ['Student'] },
        points: -3,
        reason: 'Studies',
      },
      {
        id: 'stayed',
        dimension: 'engagement',
        when: { field: 'minutes', atLeast: 15 },
        points: 2,
        reason: 'Stayed',
      },
      {
        id: 'friend',
        dimension: 'fit',
        when: { source: ['Reference'] },
        points: 3,
        reason: 'Came by a friend',
      },
      {
        id: 'clicks',
        dimension: 'engagement',
        when: { fact: 'CLICKED' },
        points: 4,
        cap: 9,
        halfLifeDays: 10,
        reason: 'Clicks',
      },
    ],
  },
}

export const captured = (given: Partial<LeadCaptured> = {}): LeadCaptured => ({
  kind: 'CAPTURED',
  submission: 's-1',
  form: 'guide',
  formVersion: 'f1',
  email: 'ada@example.com',
  profile: {},
  source: 'Google',
  consent: { wordingHash: 'w1' },
  atMs: monday,
  ...given,
})

export const enrolled = (given: Partial<LeadEnrolled> = {}): LeadEnrolled => ({
  kind: 'ENROLLED',
  enrolment: 'learn-1',
  version: 'learn-v1',
  isFirst: true,
  atMs: monday,
  ...given,
})

export const sent = (step: string, atMs: number, enrolment = 'learn-1'): EmailSent => ({
  kind: 'SENT',
  enrolment,
  step,
  messageId: `message-${step}`,
  atMs,
})

export const clicked = (step: string, atMs: number, link = 'https://www.example.com/guide'): LinkClicked => ({
  kind: 'CLICKED',
  enrolment: 'learn-1',
  step,
  link,
  atMs,
})

/** Of a lead in the table: that there is nothing beside its facts. */
export const nothingElse: Omit<LeadRecord, 'facts'> = {
  opaque: [],
  claims: [],
  summary: undefined,
  summaryVersion: 0,
}
