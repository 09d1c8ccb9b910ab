/** Every page and email of ours that is made of HTML, with the same text in each place where a text may stand. */
import { forecastHtml } from '../../cli/forecast/html.ts'
import { columnPlot } from '../../cli/forecast/plots.ts'
import type { ForecastReport } from '../../cli/forecast/report.ts'
import { reportHtml } from '../../cli/score/report-html.ts'
import type { ReportInput } from '../../cli/score/report-text.ts'
import type { Email } from '../../shared/aws/mailer.ts'
import type {
  CampaignIdentity,
  CompiledField,
  CompiledForm,
} from '../../shared/campaign/compiled/compiled.ts'
import { postNames } from '../../shared/contracts/form-post.ts'
import type { LeadQualified } from '../../shared/domain/facts.ts'
import { reportEmail } from '../../shared/flows/report/report-email.ts'
import type { Report } from '../../shared/flows/report/report-figures.ts'
import { handOffLead } from '../../shared/flows/sales/handoff.ts'
import { formPage, thanksPage } from '../../web/form-page.ts'
import type { Html } from '../../web/html.ts'
import * as linkPages from '../../web/link-pages.ts'
import * as plainPages from '../../web/pages.ts'
import * as preferencePages from '../../web/preference-pages.ts'
import { answeredPage, salesPage } from '../../web/sales-page.ts'
import { campaign, captured, day, hour, monday, nothingElse } from './leads.ts'

/** By name. `text` stands in each place, whatever a campaign's checks would say of it there. */
export const documentsWith = async (text: string): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(Object.entries(await madeWith(text)).map(([name, html]) => [name, html.toString()]))

const madeWith = async (text: string): Promise<Readonly<Record<string, Html | string>>> => ({
  formPage: formPage(formWith(text), { token: text, challenge: { [text]: text } }),
  'formPage, plain': formPage(bareForm(text)),
  'formPage, again': formPage(formWith(text), againWith(text)),
  'formPage, without script': formPage(formWith(text), { ...againWith(text), challenge: { text } }),
  thanksPage: thanksPage({ title: text, text }),
  unknownFormPage: plainPages.unknownFormPage(),
  failedPage: plainPages.failedPage(),
  confirmPage: linkPages.confirmPage({ hasScript: true }),
  'confirmPage, without script': linkPages.confirmPage({ hasScript: false }),
  confirmedPage: linkPages.confirmedPage(),
  oldConfirmPage: linkPages.oldConfirmPage({ id: text, title: text }),
  'oldConfirmPage, of no form': linkPages.oldConfirmPage(undefined),
  brokenLinkPage: linkPages.brokenLinkPage(),
  testLinkPage: linkPages.testLinkPage(),
  oldSalesPage: linkPages.oldSalesPage(),
  preferencesPage: preferencePages.preferencesPage(),
  unsubscribedPage: preferencePages.unsubscribedPage(),
  pausedPage: preferencePages.pausedPage(text),
  resumedPage: preferencePages.resumedPage(),
  salesPage: salesPage(handedLead(text), { [text]: text, other: text }),
  'salesPage, unclear': salesPage({ ...handedLead(text), status: 'accepted' }, { [text]: text }, text),
  answeredPage: answeredPage(),
  'email to sales': (await emailToSales(text)).html,
  'email with the report': reportEmail(reportWith(text), identityWith(text)).html,
  forecast: forecastHtml(forecastWith(text)),
  'forecast, with a limit in sight': columnPlot({
    label: text,
    counts: [1, 2],
    unit: text,
    ticks: [text],
    limit: { value: 3, text },
  }),
  'score report': reportHtml(backtestWith(text), text),
})

const field = (
  text: string,
  type: CompiledField['type'],
  given: Partial<CompiledField> = {},
): CompiledField => ({
  name: `${type}-${text}`,
  label: text,
  help: text,
  type,
  required: false,
  maxLength: 60,
  autocomplete: text,
  isProgressive: true,
  ...given,
})

const formWith = (text: string): CompiledForm => ({
  id: text,
  version: text,
  title: text,
  intro: text,
  submit: text,
  fields: [
    field(text, 'email', { required: true }),
    field(text, 'text', { minLength: 2, pattern: text, patternHelp: text }),
    field(text, 'phone'),
    field(text, 'number', { minimum: 1, maximum: 9 }),
    field(text, 'select', { options: [text, `other ${text}`] }),
    field(text, 'checkbox'),
    field(text, 'hidden'),
  ],
  consent: { wording: text, wordingHash: text, keepSourceDays: 0 },
  origins: [text],
  thanks: { title: text, text },
  redirects: [text],
  disposable: 'allow',
  protection: { hasTrap: true, token: { minimumSeconds: 2, maximumHours: 24 }, work: 'never' },
})

/** Only what a form must have. */
const bareForm = (text: string): CompiledForm => {
  const { intro, ...rest } = formWith(text)
  const { help, autocomplete, ...email } = field(text, 'email', { isProgressive: false })
  return { ...rest, fields: [email], protection: { hasTrap: false, work: 'never' } }
}

const againWith = (text: string) => {
  const names = formWith(text).fields.map(({ name }) => name)
  return {
    token: text,
    values: Object.fromEntries(
      [...names, postNames.timeZone, postNames.page, 'gclid', 'first_utm_source'].map((name) => [name, text]),
    ),
    errors: [...names, postNames.consent, text].map((name) => ({ field: name, message: text })),
    notice: text,
  }
}

const handedLead = (text: string) => ({
  status: 'open' as const,
  totalHundredths: 1250,
  lines: [
    { hundredths: 1300, reason: text, because: text },
    { hundredths: -50, reason: text, because: text },
  ],
})

const identityWith = (text: string): CampaignIdentity => ({
  name: text,
  senderName: text,
  postalAddress: text,
  sales: { email: 'sales@example.com' },
  report: { email: 'marketing@example.com' },
})

const emailToSales = async (text: string): Promise<Email> => {
  const emails: Email[] = []
  const line = { dimension: 'fit' as const, reason: text, because: text }
  const qualified: LeadQualified = {
    kind: 'QUALIFIED',
    cycle: 1,
    totalHundredths: 1250,
    lines: [
      { ...line, rule: 'a', hundredths: 1300, fadesAtMs: monday + 9 * day },
      { ...line, rule: 'b', hundredths: -50 },
    ],
    source: text,
    atMs: monday,
  }
  const facts = [
    captured({ profile: { [text]: text }, source: text, timeZone: text }),
    qualified,
    { kind: 'UNSUBSCRIBED' as const, via: 'page' as const, enrolment: 'learn-1', step: 'one', atMs: monday },
  ]
  await handOffLead({ leadId: '0'.repeat(32), refusals: 0 }, monday + hour, {
    campaign: {
      ...campaign,
      scoring: { ...campaign.scoring, calibration: { method: 'platt', slope: 0.3, intercept: -4 } },
    },
    identity: identityWith(text),
    publicUrl: `https://api.example.com/${text}`,
    linkKey: 'key',
    table: {
      read: async () => ({ ...nothingElse, facts }),
      recordFact: async () => 'recorded',
    },
    ledger: { take: async () => new Set(), markTold: async () => {}, awaitPutBack: async () => {} },
    queue: { put: async () => {} },
    bus: { publish: async () => {} },
    mailer: {
      send: async (email) => {
        emails.push(email)
        return { kind: 'accepted', messageId: 'm-1' }
      },
    },
  })
  const [email] = emails
  if (!email) throw new Error('No email went to sales.')
  return email
}

const reportWith = (text: string): Report => {
  const rate = { rate: 0.15, low: 0.1, high: 0.2 }
  const counts = {
    sent: 10,
    delivered: 9,
    clicked: 2,
    goal: 1,
    unsubscribed: 1,
    bounced: 1,
    complained: 0,
    skipped: { [text]: 2 },
  }
  return {
    fromDay: text,
    toDay: text,
    sources: [{ source: text, captured: 9, qualified: 3, accepted: 2, returned: 1, won: 1, lost: 1 }],
    sequences: [
      {
        sequence: text,
        enrolled: 9,
        sent: 20,
        goal: 1,
        exit: 1,
        skipped: 2,
        steps: [{ step: text, ...counts }],
        branches: [{ branch: text, arms: { [text]: 4 } }],
      },
    ],
    tests: [
      {
        sequence: text,
        step: text,
        sinceDay: text,
        verdict: text,
        variants: [
          { id: text, isGone: false, ...counts, ...rate },
          { id: text, isGone: true, ...counts, ...rate },
        ],
      },
    ],
    holdOut: {
      sinceDay: text,
      verdict: text,
      arms: [
        { id: text, enrolled: 9, qualified: 1, ...rate },
        { id: text, enrolled: 9, qualified: 2, ...rate },
      ],
    },
  }
}

const forecastWith = (text: string): ForecastReport => {
  const week = [1, 2, 3, 4, 5, 6, 7]
  const busiest = { fromMs: monday, emails: 12 }
  return {
    campaign: text,
    campaignVersion: text,
    seed: text,
    fromMs: monday,
    days: 7,
    who: text,
    leads: 28,
    refusedRows: 3,
    refusals: { [text]: 3 },
    leadsQualified: 4,
    leadsHeldOut: 1,
    leadsByStage: { [text]: 20, nurturing: 8 },
    emails: { touches: 28, toSales: 4 },
    funnelByDay: {
      captured: week,
      sent: week,
      clicked: week,
      qualified: week,
      exhausted: week,
      unsubscribed: week,
      bounced: week,
    },
    report: reportWith(text),
    touchesByWeekHour: Array.from({ length: 168 }, (_, at) => at % 5),
    load: {
      quota: { emailsPer24Hours: 50_000, emailsPerSecond: 14 },
      emailsByHour: Array.from({ length: 168 }, (_, at) => at % 7),
      busiestMinute: busiest,
      busiestHour: busiest,
      busiest24Hours: busiest,
      hoursOverRate: [],
      waits: [],
      overDailyQuota: undefined,
    },
    confirmationsOverCap: { perHour: 500, hours: 0, firstAtMs: undefined },
    bill: {
      lines: [{ component: text, what: text, quantity: 5, dollars: 0.01 }],
      emails: 28,
      pipelineDollars: 0.01,
      totals: [{ plan: text, emailDollars: 0.002, dollars: 0.012 }],
      monthly: [{ component: text, what: text, quantity: 3, dollars: 1.2 }],
      monthlyDollars: 1.2,
      stored: [{ component: text, what: text, quantity: 0.002, dollars: 0.001 }],
      prices: { region: 'eu-west-1', readIn: text, for: 'eu-west-1', borrowed: [text] },
    },
    past: {
      place: text,
      days: 30,
      steps: [
        { sequence: text, step: text, sent: 100, clicked: 5, unsubscribed: 1, bounced: 2, isUsed: true },
        { sequence: text, step: text, sent: 2, clicked: 0, unsubscribed: 0, bounced: 0, isUsed: false },
      ],
    },
  }
}

const backtestWith = (text: string): ReportInput => {
  const calibration = { method: 'platt' as const, intercept: -3, slope: 0.4 }
  const figures = {
    rows: 100,
    wins: 30,
    areaUnderCurve: 0.8,
    logLoss: 0.5,
    brier: 0.2,
    calibrationError: 0.03,
    precisionTopTenth: 0.7,
    liftTopTenth: 2.3,
    captureAtCapacity: 0.5,
    reliability: [
      { rows: 50, meanChance: 0.1, shareWon: 0.12 },
      { rows: 50, meanChance: 0.6, shareWon: 0.58 },
    ],
    calibration,
  }
  const stage = { leads: 10, shareWon: 0.4 }
  const when = { source: [text] }
  return {
    result: {
      splits: [{ name: 'outOfTime', trainRows: 400, challenger: figures, champion: figures }],
      verdict: {
        ships: false,
        checks: [
          { isMet: true, text },
          { isMet: false, text },
        ],
      },
      card: { rules: [], intercept: -3, slope: 0.4 },
      calibration,
      rules: [
        { when, points: 4, rows: 20, shareWon: 0.5, lift: 2 },
        { when, points: -2, rows: 20, shareWon: 0.1, lift: 0.4 },
      ],
      enterAtCapacity: 9,
      stages: { both: stage, onlyChampion: stage, onlyChallenger: stage, neither: stage },
      drift: {
        score: 0.2,
        rules: [{ what: text, index: 0.3 }],
        gap: { predicted: 0.2, shareWon: 0.4, isAlarm: true },
      },
    },
    leaks: [
      { column: text, kind: 'tellsAlone', evidence: text },
      { column: `other ${text}`, value: text, kind: 'certainValue', evidence: text },
    ],
    forced: [text],
    notes: [text],
    capacity: 0.2,
    unknownFields: [text],
    seed: 1,
  }
}
