/** When visitors come and how long they take to fill in a form: the same for demo and forecast. */
import { dayMs } from '../../shared/domain/cadence.ts'
import type { People } from './model.ts'

/** A Monday, so that weekdays in the output can be read off. */
export const defaultStartMs = Date.parse('2026-03-02T00:00:00Z')

/** Leads arrive over this many days unless said otherwise. */
export const defaultArrivalDays = 14

/** How long a visitor takes to fill in the form. */
export const fillMs = 40_000

/** When the visitor of a row is shown the form. */
export const arrivalMs = (
  people: Pick<People, 'chance'>,
  row: number,
  startMs: number,
  arrivalDays: number,
): number => startMs + Math.floor(people.chance('arrival', String(row)) * arrivalDays * dayMs)
