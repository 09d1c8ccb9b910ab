/** `ripen test-send`: chooses emails and a person, renders as `send` does, and gives them to SES one by one. */
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { closest, distance } from 'fastest-levenshtein'
import type { Email } from '../../shared/aws/mailer.ts'
import { compileCampaign } from '../../shared/campaign/compile.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { CampaignError } from '../../shared/campaign/source/problems.ts'
import { readAddress } from '../../shared/domain/address.ts'
import { InputError } from '../input-error.ts'
import { type Outlet, type OutletPlace, openOutlet } from './outlet.ts'
import { readOwnPeople } from './own-people.ts'
import { type Person, samplePeople } from './people.ts'
import { type Place, placesOf } from './places.ts'
import { renderPlace, stateOf } from './shown-email.ts'
import { testEmailOf } from './test-email.ts'

export interface TestSendOptions extends OutletPlace {
  readonly email: readonly string[]
  readonly lead: string
  readonly campaign: string
  readonly dryRun: boolean
}

/** An account in the sandbox may send one a second: who is refused for haste tries again after that. */
const pauseMs = 1100
const mostAttempts = 5

export interface TestSendWorld {
  readonly open: (place: OutletPlace) => Promise<Outlet>
  readonly print: (text: string) => void
  readonly pause: (ms: number) => Promise<unknown>
  readonly nowMs: () => number
}

const realWorld: TestSendWorld = { open: openOutlet, print: console.log, pause: wait, nowMs: Date.now }

/** Gives the exit code: 0 where SES took them all. Throws `InputError`, `StackNotReadable` and `CampaignError`. */
export const testSendCommand = async (
  address: string,
  options: TestSendOptions,
  { open, print, pause, nowMs }: TestSendWorld = realWorld,
): Promise<number> => {
  const reading = readAddress(address)
  if (reading.kind === 'refused') throw new InputError(reading.why)
  const campaign = await compileCampaign(options.campaign)
  const person = personOf(options.lead, campaign, options.campaign)
  const places = choose(options.email, campaign)
  const outlet = options.dryRun ? undefined : await open(options)
  const publicUrl = outlet?.publicUrl ?? 'https://preview.invalid'
  const source = {
    emails: campaign.emails,
    identity: campaign.identity,
    publicUrl,
    // A key that is nobody's: a link that escaped would be broken, never somebody's.
    linkKey: randomBytes(32).toString('hex'),
  }
  try {
    print(`For ${person.name}${outlet ? `, through ${outlet.place}` : ''}:`)
    let unsent = 0
    for (const place of places) {
      const state = stateOf(person, campaign, nowMs())
      const email = testEmailOf(await renderPlace(place, state, nowMs(), source), reading.address, publicUrl)
      const failure = outlet && (await give(email, outlet, pause))
      if (failure !== undefined) unsent += 1
      print(`  ${outlet ? (failure ?? 'sent') : 'would be sent'}: ${email.subject} (${place.id})`)
    }
    if (!outlet) print(`${places.length} in all. Nothing was sent.`)
    else if (unsent < places.length) print(outlet.arrival)
    return unsent === 0 ? 0 : 1
  } finally {
    outlet?.close()
  }
}

/** Why SES did not take it, if it did not. */
const give = async (
  email: Email,
  outlet: Outlet,
  pause: TestSendWorld['pause'],
): Promise<string | undefined> => {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await outlet.send(email)
    if (outcome.kind === 'accepted') return undefined
    if (outcome.kind === 'unknown') return `perhaps sent (${outcome.reason})`
    if (attempt === mostAttempts) return `not sent (${outcome.reason})`
    await pause(pauseMs)
  }
}

const personOf = (name: string, campaign: CompiledCampaign, folder: string): Person => {
  const own = readOwnPeople(folder, campaign)
  const people = [...samplePeople(campaign), ...own.people]
  const person = people.find((one) => one.id === name || one.name === name)
  if (person) return person
  if (own.problems.length > 0) throw new CampaignError(own.problems)
  const names = people.map((one) => (one.id.startsWith('own:') ? one.name : one.id))
  throw new InputError(`There is no lead "${name}"; the leads are ${names.join(', ')}.`)
}

/** Nothing asked for: each email of the sequences, once, in their order. */
const choose = (wanted: readonly string[], campaign: CompiledCampaign): Place[] => {
  const places = placesOf(campaign)
  if (wanted.length === 0) {
    const marketing = places.filter(({ kind }) => kind === 'step')
    return marketing.filter(({ email }, at) => marketing.findIndex((place) => place.email === email) === at)
  }
  return wanted.map((id) => {
    const place = places.find((one) => one.id === id) ?? places.find(({ email }) => email === id)
    if (!place) throw new InputError(unknownEmail(id, places))
    return place
  })
}

const unknownEmail = (id: string, places: readonly Place[]): string => {
  const names = [...new Set(places.map(({ email }) => email))]
  const nearest = names.length > 0 ? closest(id, names) : undefined
  // Further off it would be a guess, and the whole list says more.
  const isNear = nearest !== undefined && distance(id, nearest) <= Math.max(2, Math.floor(id.length / 3))
  return `There is no email "${id}". ${isNear ? `Did you mean ${nearest}?` : `The emails are ${names.join(', ')}.`}`
}
