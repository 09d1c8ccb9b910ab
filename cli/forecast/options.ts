/** What may be asked of a forecast, read and checked: each mistake is reported with its option and what to write. */
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { isTimeZone } from '../../shared/domain/time-zone.ts'
import { instantOf } from '../../shared/domain/wall-clock.ts'
import { InputError } from '../input-error.ts'
import type { PlaceOptions } from '../leads/open-store.ts'

export interface ForecastOptions extends PlaceOptions {
  readonly campaign: string
  readonly form?: string
  readonly leads?: number
  readonly csv?: string
  readonly map: readonly string[]
  readonly arrivalDays: number
  readonly timeZones?: string
  readonly start?: string
  readonly days: number
  readonly seed: string
  readonly behaviour: 'model' | 'past'
  readonly pastDays: number
  readonly quota: number
  readonly rate: number
  readonly lead: readonly string[]
  readonly leadId?: string
  readonly at?: string
  readonly timeZone?: string
  readonly clicks?: string
  readonly html?: string
  readonly json?: string
  readonly sends?: string
}

/** Refuses what does not go together, and says so before anything is read. */
export const checkOptions = (options: ForecastOptions): void => {
  const isOne = options.lead.length > 0 || options.leadId !== undefined
  if (options.lead.length > 0 && options.leadId !== undefined)
    throw new InputError('--lead invents a lead and --lead-id takes one from the store: use one of them.')
  const forOne = { at: '--at', timeZone: '--time-zone', clicks: '--clicks' } as const
  const forMany = {
    leads: '--leads',
    csv: '--csv',
    timeZones: '--time-zones',
    html: '--html',
    sends: '--sends',
  } as const
  for (const [name, flag] of Object.entries(forOne))
    if (!isOne && isGiven(options, name))
      throw new InputError(`${flag} is for one lead: name it with --lead email=... or --lead-id.`)
  for (const [name, flag] of Object.entries(forMany))
    if (isOne && isGiven(options, name))
      throw new InputError(`${flag} is for many leads: remove it, or remove --lead and --lead-id.`)
  if (options.map.length > 0 && options.csv === undefined)
    throw new InputError('--map needs a file: add --csv FILE.')
  if (options.timeZone !== undefined && !isTimeZone(options.timeZone))
    throw new InputError(`--time-zone "${options.timeZone}" is not an IANA time zone, such as Asia/Kolkata.`)
}

const isGiven = (options: ForecastOptions, name: string): boolean =>
  Object.entries(options).some(([given, value]) => given === name && value !== undefined)

/** The form asked for; else the demo's, or the campaign's only one. */
export const formIdOf = ({ form }: ForecastOptions, campaign: CompiledCampaign): string => {
  if (form !== undefined) return form
  const ids = Object.keys(campaign.forms)
  if (ids.includes('guide')) return 'guide'
  const [only, ...others] = ids
  if (only === undefined || others.length > 0)
    throw new InputError(`--form: choose the form that the leads submit: ${ids.join(', ')}.`)
  return only
}

/** `2026-12-01` or `2026-12-01T09:00`, on the clock of `timeZone`; with `Z` or an offset as it says. */
export const readInstant = (flag: string, text: string, timeZone: string): number => {
  const [, date, time = '00:00', zone] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text.trim()) ?? []
  const wallMs = Date.parse(`${date}T${time}Z`)
  const isReal = date !== undefined && new Date(`${date}T00:00Z`).toJSON()?.startsWith(date) === true
  if (!isReal || Number.isNaN(wallMs))
    throw new InputError(`${flag} "${text}" is not a time; write it like 2026-12-01T09:00.`)
  return zone === undefined ? instantOf(wallMs, timeZone) : Date.parse(`${date}T${time}${zone}`)
}

/** `field=value`, repeated: a submission. */
export const readAnswers = (given: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    given.map((text) => {
      const [, field, value] = /^(\w+)=(.*)$/s.exec(text) ?? []
      if (field === undefined || value === undefined)
        throw new InputError(
          `--lead "${text}" is not of the form field=value, such as email=ada@example.com.`,
        )
      return [field, value]
    }),
  )
