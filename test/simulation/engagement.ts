/** How leads behave over a year, seeded: what they ask for, click and ignore, and what goes wrong with their mail. */
import type { EmailBounced, Fact, LeadCaptured, LinkClicked } from '../../shared/domain/facts.ts'
import { randomFrom } from '../../shared/domain/learning/random.ts'
import { captured, day, hour, monday } from '../support/leads.ts'

export const yearDays = 365

/** What happens to one lead, in order of time; what sales does is not among it, because it answers to Ripen. */
export type Happening = LeadCaptured | LinkClicked | EmailBounced

/**
 * Invented, of the order that opted-in educational mail shows: two emails a week, to which most people hardly react and
 * some react for months. A spell is a time of interest, followed by a quiet one.
 */
const temperaments = [
  { share: 0.35, name: 'cold', clicks: 0.02, spellDays: [5, 15], quietDays: [60, 200] },
  { share: 0.25, name: 'curious', clicks: 0.3, spellDays: [15, 60], quietDays: [30, 90] },
  { share: 0.25, name: 'steady', clicks: 0.5, spellDays: [120, 365], quietDays: [10, 40] },
  { share: 0.15, name: 'bursting', clicks: 0.9, spellDays: [5, 12], quietDays: [20, 60] },
] as const

const temperamentAt = (place: number): (typeof temperaments)[number] => {
  let below = 0
  for (const temperament of temperaments) {
    below += temperament.share
    if (place < below) return temperament
  }
  return temperaments[0]
}

const chances = {
  bounces: 0.02,
  asksAgain: 0.35,
  booksACall: 0.03,
  secondLink: 0.25,
} as const

const occupations = ['Working Professional', 'Student', 'Unemployed', 'Businessman', 'Other', ''] as const
const sources = ['Google', 'Direct Traffic', 'Organic Search', 'Reference'] as const
const pages = ['guide', 'dates', 'example', 'prices', 'stories'] as const
/** Two emails a week. */
const emailDays = 3.5

export const happeningsOf = (lead: number, seed: number): Happening[] => {
  const random = randomFrom(seed * 100_003 + lead)
  const between = ([from, to]: readonly [number, number]): number => from + random() * (to - from)
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const profile = () => ({
    occupation: oneOf(occupations),
    minutesOnSite: String(Math.floor(40 * random() ** 2)),
    visits: String(1 + Math.floor(7 * random() ** 2)),
  })
  const temperament = temperamentAt(random())
  const startMs = monday + random() * 20 * day
  const email = `lead-${lead}@example.com`
  const source = oneOf(sources)
  const happenings: Happening[] = [
    captured({ email, source, profile: profile(), submission: 'first', atMs: startMs }),
  ]
  if (random() < chances.asksAgain)
    happenings.push(
      captured({
        email,
        source,
        profile: profile(),
        submission: 'again',
        atMs: startMs + between([20, 300]) * day,
      }),
    )
  let isInterested = true
  let turnsMs = startMs + between(temperament.spellDays) * day
  for (let number = 0; number * emailDays < yearDays - 25; number += 1) {
    const sentMs = startMs + number * emailDays * day
    while (sentMs >= turnsMs) {
      isInterested = !isInterested
      turnsMs += between(isInterested ? temperament.spellDays : temperament.quietDays) * day
    }
    const about = { enrolment: 'learn-1', step: `email-${number}` }
    if (random() < chances.bounces) {
      happenings.push({ kind: 'BOUNCED', bounce: 'transient', ...about, atMs: sentMs + 60_000 })
      continue
    }
    if (!isInterested || random() >= temperament.clicks) continue
    const clickedMs = sentMs + between([0.1, 60]) * hour
    const click = (page: string, afterMs: number): LinkClicked => ({
      kind: 'CLICKED',
      link: `https://www.example.com/${page}`,
      ...about,
      atMs: Math.round(clickedMs + afterMs),
    })
    happenings.push(click(oneOf(pages), 0))
    if (random() < chances.secondLink) happenings.push(click(oneOf(pages), 40_000))
    if (random() < chances.booksACall) happenings.push(click('book-a-call', 90_000))
  }
  return happenings
    .map((fact): Happening => ({ ...fact, atMs: Math.round(fact.atMs) }))
    .sort((a, b) => a.atMs - b.atMs)
}

/** What sales says of its `cycle`th hand-off of a lead, after how many days; nothing where it never answers. */
export const salesAnswer = (
  lead: number,
  cycle: number,
  seed: number,
): { readonly afterDays: number; readonly fact: (atMs: number) => Fact } | undefined => {
  const random = randomFrom(seed * 7919 + lead * 31 + cycle)
  if (random() >= 0.15) return undefined
  return {
    afterDays: 1 + 9 * random(),
    fact: (atMs) => ({ kind: 'RETURNED', cycle, source: 'Google', reason: 'notNow', atMs }),
  }
}
