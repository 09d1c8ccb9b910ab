/** What changed outside the steps of sequences: their settings, score rules, forms, emails, and what holds for all. */
import type { ContentVersions } from '../../shared/campaign/compiled/content-versions.ts'
import { conditionText } from '../../shared/campaign/schema/condition-words.ts'
import { counted } from '../../shared/campaign/schema/counted.ts'
import type { Campaign, ScoreRule, Sequence } from '../../shared/domain/campaign.ts'
import { usualSoftBounces } from '../../shared/domain/contact.ts'
import { calendarText, conditionsText } from './words.ts'

export interface Difference {
  readonly kind: 'added' | 'removed' | 'changed'
  readonly what: string
  readonly before?: string
  readonly after?: string
}

const changed = (what: string, before: string, after: string): Difference[] =>
  before === after ? [] : [{ kind: 'changed', what, before, after }]

/** Beside the steps. */
export const sequenceDifferences = (before: Sequence, after: Sequence): Difference[] => [
  ...changed('onChange', before.onChange, after.onChange),
  ...changed('priority', String(before.priority), String(after.priority)),
  ...changed('reentry', reentryText(before), reentryText(after)),
  ...changed('goal', conditionsText(goalOf(before)), conditionsText(goalOf(after))),
  ...changed('exits', conditionsText(before.exits), conditionsText(after.exits)),
]

const goalOf = ({ goal }: Sequence) => (goal ? [goal] : [])

const reentryText = ({ reentryAfterDays }: Sequence): string =>
  reentryAfterDays === undefined ? 'never' : `after ${counted(reentryAfterDays, 'day')}`

/** What holds for all sequences: everything in a campaign but its parts, which are compared on their own. */
type Settings = Omit<Campaign, 'name' | 'version' | 'forms' | 'sequences' | 'scoring' | 'history'>

/** A setting that is not here is shown by its name and as it stands in the file. */
const settingWords: {
  readonly [K in keyof Settings]?: readonly [name: string, text: (value: Settings[K]) => string]
} = {
  minimumGapHours: ['gap between emails', (hours) => counted(hours, 'hour')],
  frequencyCap: ['frequency cap', (cap) => (cap ? `${cap.emails} in ${counted(cap.days, 'day')}` : 'no cap')],
  repeatAfterDays: ['repeat of an email', (days) => `after ${counted(days, 'day')}`],
  calendar: ['calendar', calendarText],
  softBounces: [
    'soft bounces',
    ({ emails, days } = usualSoftBounces) => `${emails} in ${counted(days, 'day')}`,
  ],
  holdOutPercent: ['hold-out', (percent) => `${percent} %`],
}

export const settingDifferences = (before: Campaign, after: Campaign): Difference[] => {
  const known = settingsOf(before)
  const next = settingsOf(after)
  return settingNames(known, next).flatMap((name) => settingDifference(name, known, next))
}

const settingsOf = ({ name, version, forms, sequences, scoring, history, ...settings }: Campaign): Settings =>
  settings

/** In the order of the campaign, then what only the other has. */
const settingNames = (before: Settings, after: Settings): (keyof Settings)[] => [
  ...new Set([...Object.keys(after), ...Object.keys(before)] as (keyof Settings)[]),
]

const settingDifference = <K extends keyof Settings>(
  setting: K,
  before: Settings,
  after: Settings,
): Difference[] => {
  const [name, textOf] = settingWords[setting] ?? [plainName(setting), plainText]
  return changedContent(name, before[setting], after[setting], textOf)
}

/** `confirmationsPerAddress` is shown as `confirmations per address`. */
const plainName = (setting: string): string =>
  setting.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const plainText = (value: unknown): string =>
  value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value)

/** Shown even where the words for it are the same. */
const changedContent = <T>(
  what: string,
  before: T,
  after: T,
  textOf: (content: T) => string,
): Difference[] =>
  JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ kind: 'changed', what, before: textOf(before), after: textOf(after) }]

export const scoreDifferences = (
  { scoring: before }: Campaign,
  { scoring: after }: Campaign,
): Difference[] => [
  ...changed('enter', String(before.thresholds.enter), String(after.thresholds.enter)),
  ...changed('leave', String(before.thresholds.leave), String(after.thresholds.leave)),
  ...changed(
    'minimumDwellDays',
    String(before.thresholds.minimumDwellDays),
    String(after.thresholds.minimumDwellDays),
  ),
  ...changed('coolDownDays', String(before.thresholds.coolDownDays), String(after.thresholds.coolDownDays)),
  ...byId(
    new Map(before.rules.map((rule) => [rule.id, rule])),
    new Map(after.rules.map((rule) => [rule.id, rule])),
    ruleText,
  ),
]

const ruleText = (rule: ScoreRule): string =>
  [
    `${rule.dimension === 'gate' ? 'gate' : `${rule.points > 0 ? '+' : ''}${rule.points}`} if ${conditionText(rule.when)}`,
    ...(rule.dimension !== 'gate' && rule.halfLifeDays !== undefined
      ? [`half-life ${counted(rule.halfLifeDays, 'day')}`]
      : []),
    ...(rule.dimension !== 'gate' && rule.cap !== undefined ? [`at most ${counted(rule.cap, 'point')}`] : []),
  ].join(', ')

export const formDifferences = (
  before: { readonly campaign: Campaign; readonly content?: Pick<ContentVersions, 'forms'> },
  after: { readonly campaign: Campaign; readonly content: Pick<ContentVersions, 'forms'> },
): Difference[] => [
  ...byId(
    new Map(Object.entries(before.campaign.forms)),
    new Map(Object.entries(after.campaign.forms)),
    ({ sequence, doubleOptIn }) => `to ${sequence}${doubleOptIn ? ', after confirmation' : ''}`,
  ),
  ...Object.entries(after.content.forms).flatMap(([id, version]): Difference[] => {
    const known = before.content?.forms[id]
    const isTold = JSON.stringify(before.campaign.forms[id]) !== JSON.stringify(after.campaign.forms[id])
    return known === undefined || known === version || isTold
      ? []
      : [{ kind: 'changed', what: id, after: 'its fields or texts' }]
  }),
]

export const emailDifferences = (
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Difference[] => byId(new Map(Object.entries(before)), new Map(Object.entries(after)), () => '')

const byId = <T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  textOf: (content: T) => string,
): Difference[] => {
  const differences: Difference[] = []
  for (const [id, content] of before)
    if (!after.has(id)) differences.push({ kind: 'removed', what: id, before: textOf(content) })
  for (const [id, content] of after) {
    const older = before.get(id)
    if (older === undefined) differences.push({ kind: 'added', what: id, after: textOf(content) })
    else differences.push(...changedContent(id, older, content, textOf))
  }
  return differences
}
