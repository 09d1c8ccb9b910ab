/** The lead's wall clock: which local time an instant is, and at which instant a local time comes. */
import { Temporal } from 'temporal-polyfill'

export const dayMs = 86_400_000

/**
 * What the wall clock shows at the instant: milliseconds as if it were UTC, so that a date is a whole number of days
 * since 1970-01-01 and integer arithmetic does the rest.
 */
export const wallClockMs = (atMs: number, timeZone: string): number => atMs + offsetAt(atMs, zoneOf(timeZone))

/**
 * The instant at which the wall clock shows this, as Temporal's "compatible" has it: a time that daylight saving
 * skips comes later by as much as is skipped, and one that comes twice is its first.
 */
export const instantOf = (wallMs: number, timeZone: string): number => {
  const zone = zoneOf(timeZone)
  // No offset is as long as a day: one of these two is in force, unless the time is skipped.
  const earlier = offsetAt(wallMs - dayMs, zone)
  const later = offsetAt(wallMs + dayMs, zone)
  if (earlier === later || offsetAt(wallMs - earlier, zone) === earlier) return wallMs - earlier
  return offsetAt(wallMs - later, zone) === later ? wallMs - later : wallMs - earlier
}

/** What has been asked about one zone. Temporal takes microseconds to tell an offset; a forecast asks millions of times. */
interface Zone {
  readonly timeZone: string
  readonly days: Map<number, ZoneDay>
}

/** A whole day of UTC. Its offset is taken to change at most once: from 2020 to 2036 no zone changes twice within a week. */
interface ZoneDay {
  /** Milliseconds. */
  readonly before: number
  readonly after: number
  /** The first instant at which `after` holds. */
  readonly changesAtMs: number
}

/** `Intl` lists 418 zones; another spelling of a name counts as one more. */
const zonesKept = 512
/** Nearly three years: a forecast looks one ahead, and facts go back few. 50 KB for a zone at most. */
const daysKept = 1_024

const zones = new Map<string, Zone>()

const zoneOf = (timeZone: string): Zone => {
  const known = zones.get(timeZone)
  if (known) return known
  if (zones.size >= zonesKept) zones.clear()
  const zone = { timeZone, days: new Map() }
  zones.set(timeZone, zone)
  return zone
}

const offsetAt = (atMs: number, zone: Zone): number => {
  const date = Math.floor(atMs / dayMs)
  const day = zone.days.get(date) ?? readDay(date, zone)
  return atMs < day.changesAtMs ? day.before : day.after
}

const readDay = (date: number, { timeZone, days }: Zone): ZoneDay => {
  if (days.size >= daysKept) days.clear()
  const before = days.get(date - 1)?.after ?? offsetByTemporal(date * dayMs, timeZone)
  const after = days.get(date + 1)?.before ?? offsetByTemporal((date + 1) * dayMs, timeZone)
  const day =
    before === after
      ? steadyDay(before)
      : { before, after, changesAtMs: changeAfter(date * dayMs, before, timeZone) }
  days.set(date, day)
  return day
}

/** Nearly all days are one of few: kept once for all zones, they cost no memory. */
const steadyDay = (offset: number): ZoneDay => {
  const known = steadyDays.get(offset)
  if (known) return known
  const day = { before: offset, after: offset, changesAtMs: 0 }
  steadyDays.set(offset, day)
  return day
}

const steadyDays = new Map<number, ZoneDay>()

/** Clocks change on a whole second: the day is halved until one is left. */
const changeAfter = (startsMs: number, before: number, timeZone: string): number => {
  let still = startsMs / 1000
  let changed = still + dayMs / 1000
  while (changed - still > 1) {
    const middle = Math.floor((still + changed) / 2)
    if (offsetByTemporal(middle * 1000, timeZone) === before) still = middle
    else changed = middle
  }
  return changed * 1000
}

const offsetByTemporal = (atMs: number, timeZone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1_000_000
