/** Whatever is released while a lead is under way, and whoever looks at it when: no email comes twice, and the lead ends. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Campaign, EmailStep, Release, Sequence } from '../../../shared/domain/campaign.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { settle } from '../../../shared/domain/settle.ts'
import { campaign, captured, day, emailStep, hour, monday, sequence } from '../../support/leads.ts'
import { runs } from '../../support/runs.ts'

const minute = 60_000
const office = { weekdays: [1, 2, 3, 4, 5], fromMinutes: 9 * 60, toMinutes: 17 * 60 }

/** Where it says `at`, one of as many as there are by then. */
type Edit =
  | { readonly edit: 'insert'; readonly at: number; readonly email: 'new' | 'seen'; readonly given: Given }
  /** By an id that was there once. */
  | { readonly edit: 'bringBack'; readonly at: number; readonly given: Given }
  | { readonly edit: 'remove'; readonly at: number }
  | { readonly edit: 'move'; readonly at: number; readonly to: number }
  | { readonly edit: 'rename'; readonly at: number; readonly isSaid: boolean }
  | { readonly edit: 'otherEmail'; readonly at: number; readonly email: 'new' | 'seen' }
  | { readonly edit: 'test'; readonly at: number }
  | { readonly edit: 'set'; readonly at: number; readonly given: Given }
type Given = Pick<EmailStep, 'wait' | 'lateness'> & Partial<Pick<EmailStep, 'window'>>

const place = fc.nat({ max: 20 })
const anyGiven: fc.Arbitrary<Given> = fc.record(
  {
    wait: fc.oneof(
      fc.constant({}),
      fc.record({ hours: fc.integer({ min: 1, max: 100 }) }),
      fc.record({ days: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ businessDays: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ days: fc.integer({ min: 0, max: 3 }), until: fc.constant({ weekday: 2, minutes: 600 }) }),
    ),
    lateness: fc.record({
      maximumHours: fc.constantFrom(1, 6, 48),
      beyond: fc.constantFrom('skip', 'retime', 'spread'),
    }),
    window: fc.constant(office),
  },
  { requiredKeys: ['wait', 'lateness'] },
)
const email = fc.constantFrom('new', 'seen')
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ edit: fc.constant('insert'), at: place, email, given: anyGiven }),
  fc.record({ edit: fc.constant('bringBack'), at: place, given: anyGiven }),
  fc.record({ edit: fc.constant('remove'), at: place }),
  fc.record({ edit: fc.constant('move'), at: place, to: place }),
  fc.record({ edit: fc.constant('rename'), at: place, isSaid: fc.boolean() }),
  fc.record({ edit: fc.constant('otherEmail'), at: place, email }),
  fc.record({ edit: fc.constant('test'), at: place }),
  fc.record({ edit: fc.constant('set'), at: place, given: anyGiven }),
)

const anyPolicy = fc.constantFrom('migrate', 'pin', 'restart')

/** What happens, so many minutes after what happened before. */
type Event =
  | { readonly event: 'release'; readonly edits: readonly Edit[]; readonly onChange: Sequence['onChange'] }
  /** A version that was in force before is so again. */
  | { readonly event: 'back'; readonly at: number }
  | { readonly event: 'look'; readonly byOld: boolean }
  | { readonly event: 'capture' }
  /** Nothing runs for so long. */
  | { readonly event: 'outage'; readonly hours: number }

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      event: fc.constant('release'),
      edits: fc.array(anyEdit, { minLength: 1, maxLength: 4 }),
      onChange: anyPolicy,
    }),
  },
  { weight: 1, arbitrary: fc.record({ event: fc.constant('back'), at: place }) },
  { weight: 3, arbitrary: fc.record({ event: fc.constant('look'), byOld: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ event: fc.constant('capture') }) },
  {
    weight: 1,
    arbitrary: fc.record({ event: fc.constant('outage'), hours: fc.integer({ min: 1, max: 300 }) }),
  },
)
const anyMinutes = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 12 * 24 * 60 }))

const anyStory = fc.record({
  leadId: fc.integer({ min: 0, max: 999 }).map((lead) => `lead-${lead}`),
  first: fc.array(anyGiven, { minLength: 1, maxLength: 5 }),
  onChange: anyPolicy,
  events: fc.array(fc.tuple(anyMinutes, anyEvent), { minLength: 1, maxLength: 14 }),
  reentryAfterDays: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  /** Of each send in turn, whether what SES answered was lost. */
  lost: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
})
type Story = typeof anyStory extends fc.Arbitrary<infer S> ? S : never

/** What a marketer has in the folder: the file that is changed, and every name that was ever in it. */
class Folder {
  readonly #ids: string[] = []
  readonly #emails: string[] = []
  #steps: readonly EmailStep[] = []

  get steps(): readonly EmailStep[] {
    return this.#steps
  }

  goBack(steps: readonly EmailStep[]): void {
    this.#steps = steps
  }

  change(edit: Edit): void {
    const steps = [...this.#steps]
    const at = edit.at % Math.max(1, steps.length)
    const step = steps[at]
    if (edit.edit === 'insert')
      steps.splice(
        at,
        0,
        emailStep(this.#newId(), { email: this.#email(edit.email, edit.at), ...edit.given }),
      )
    else if (edit.edit === 'bringBack') {
      const free = this.#ids.filter(
        (id) => !steps.some((other) => [other.id, ...other.formerly].includes(id)),
      )
      const id = free[edit.at % Math.max(1, free.length)]
      if (id !== undefined)
        steps.splice(at, 0, emailStep(id, { email: this.#email('new', 0), ...edit.given }))
    } else if (!step) return
    else if (edit.edit === 'remove') steps.splice(at, 1)
    else if (edit.edit === 'move') {
      steps.splice(at, 1)
      steps.splice(edit.to % (steps.length + 1), 0, step)
    } else if (edit.edit === 'rename')
      steps[at] = {
        ...step,
        id: this.#newId(),
        formerly: edit.isSaid ? [...step.formerly, step.id] : [],
      }
    else if (edit.edit === 'otherEmail') {
      const { variants: _, ...plain } = step
      steps[at] = { ...plain, email: this.#email(edit.email, edit.at) }
    } else if (edit.edit === 'test')
      steps[at] = {
        ...step,
        variants: [
          { id: 'old', email: step.email, weight: 1 },
          { id: 'new', email: this.#email('new', 0), weight: 1 },
        ],
      }
    else steps[at] = { ...step, ...edit.given }
    this.#steps = steps
  }

  #newId(): string {
    const id = `step-${this.#ids.length}`
    this.#ids.push(id)
    return id
  }

  #email(which: 'new' | 'seen', at: number): string {
    const seen = this.#emails[at % Math.max(1, this.#emails.length)]
    if (which === 'seen' && seen !== undefined) return seen
    const name = `email-${this.#emails.length}`
    this.#emails.push(name)
    return name
  }
}

/** A lead with all that looks at it, and the releases as the table has them. */
class World {
  nowMs = monday
  readonly facts: Fact[] = []
  readonly #leadId: string
  readonly #releases: Release[] = []
  readonly #reentry: { readonly reentryAfterDays?: number }
  readonly #lost: readonly boolean[]
  #sends = 0

  constructor({ leadId, reentryAfterDays, lost }: Pick<Story, 'leadId' | 'reentryAfterDays' | 'lost'>) {
    this.#leadId = leadId
    this.#reentry = reentryAfterDays === undefined ? {} : { reentryAfterDays }
    this.#lost = lost
  }

  get releases(): readonly Release[] {
    return this.#releases
  }

  release(steps: readonly EmailStep[], onChange: Sequence['onChange']): void {
    const version = JSON.stringify([onChange, steps])
    if (this.#releases.at(-1)?.sequence.version === version) return
    const next = sequence('learn', steps, { version, onChange, ...this.#reentry })
    this.#releases.push({ sinceMs: this.nowMs, sequence: next })
  }

  capture(): void {
    const submission = `s-${this.facts.length}`
    this.facts.push(captured({ submission, atMs: this.nowMs }))
    this.look()
  }

  /** Gives when to look again; absent where nothing is to come. For 15 minutes after a release an old function may look. */
  look(byOld = false): number | undefined {
    const last = this.#releases.at(-1)
    const isOld = byOld && this.#releases.length > 1 && this.nowMs - (last?.sinceMs ?? 0) < 15 * minute
    const decided = settle(
      this.#leadId,
      this.facts,
      inForce(isOld ? this.#releases.slice(0, -1) : this.#releases),
      this.nowMs,
    )
    this.facts.push(...decided.records)
    const { decision } = decided
    if (decision.kind === 'stop') return undefined
    if (decision.kind !== 'send') throw new Error(`No lead of this test can come to ${decision.kind}.`)
    const { touch } = decision
    if (touch.dueAtMs > this.nowMs) return touch.dueAtMs
    const { enrolment, step, variant } = touch
    const names = { enrolment, step, email: touch.email, ...(variant !== undefined && { variant }) }
    const isLost = this.#lost[this.#sends % this.#lost.length] === true
    this.#sends += 1
    this.facts.push(
      isLost
        ? { kind: 'UNRESOLVED', ...names, atMs: this.nowMs }
        : { kind: 'SENT', ...names, messageId: `message-${this.#sends}`, atMs: this.nowMs },
    )
    return this.look()
  }

  /** All that falls due until then is looked at when it does. */
  runUntil(untilMs: number, looks: number): 'over' | 'notOver' {
    let nextMs = this.look()
    for (let look = 0; nextMs !== undefined && nextMs <= untilMs; look += 1) {
      if (look === looks) throw new Error(`The lead was looked at ${looks} times, and has more to come.`)
      this.nowMs = Math.max(this.nowMs, nextMs)
      nextMs = this.look()
    }
    if (nextMs === undefined) return 'over'
    this.nowMs = Math.max(this.nowMs, untilMs)
    return 'notOver'
  }
}

const inForce = (releases: readonly Release[]): Campaign => {
  const current = releases.at(-1)?.sequence
  return {
    ...campaign,
    forms: { guide: { id: 'guide', sequence: 'learn', doubleOptIn: false } },
    sequences: current ? { learn: current } : {},
    history: { learn: releases },
  }
}

const play = (story: Story): World => {
  const world = new World(story)
  const folder = new Folder()
  for (const [at, given] of story.first.entries()) folder.change({ edit: 'insert', at, email: 'new', given })
  world.release(folder.steps, story.onChange)
  const versions = [{ steps: folder.steps, onChange: story.onChange }]
  world.capture()
  for (const [minutes, event] of story.events) {
    const atMs = world.nowMs + minutes * minute
    world.runUntil(atMs, 200)
    world.nowMs = atMs
    if (event.event === 'look') world.look(event.byOld)
    else if (event.event === 'capture') world.capture()
    else if (event.event === 'outage') world.nowMs += event.hours * hour
    else {
      const back = event.event === 'back' ? versions[event.at % versions.length] : undefined
      if (event.event === 'release') for (const edit of event.edits) folder.change(edit)
      else if (back) folder.goBack(back.steps)
      const onChange = event.event === 'release' ? event.onChange : (back?.onChange ?? 'migrate')
      world.release(folder.steps, onChange)
      versions.push({ steps: folder.steps, onChange })
    }
  }
  return world
}

const outOf = ({ facts }: World) =>
  facts.flatMap((fact) => (fact.kind === 'SENT' || fact.kind === 'UNRESOLVED' ? [fact] : []))

/** Printed, so that a failure can be run again. */
test('no email and no step comes twice within one enrolment, and a lead ends in the end', () => {
  const reached = { releases: 0, sends: 0, over: 0 }
  fc.assert(
    fc.property(anyStory, (story) => {
      const world = play(story)
      // A hundred days for each step there can be: what is to come has come by then.
      expect(world.runUntil(world.nowMs + 3_000 * day, 400)).toBe('over')
      const touches = outOf(world)
      for (const name of ['email', 'step'] as const) {
        const names = touches.map((touch) => `${touch.enrolment} ${touch[name]}`)
        expect(names).toEqual([...new Set(names)])
      }
      reached.releases += world.releases.length
      reached.sends += touches.length
      reached.over += 1
    }),
    runs(1_000),
  )
  // The stories are worth telling: three releases and three emails each at least, in the mean.
  expect(reached.releases).toBeGreaterThan(3 * reached.over)
  expect(reached.sends).toBeGreaterThan(3 * reached.over)
})

test('two emails to a lead are never closer than the gap, whatever is released between them', () => {
  fc.assert(
    fc.property(anyStory, (story) => {
      const world = play(story)
      world.runUntil(world.nowMs + 3_000 * day, 400)
      const times = outOf(world).map(({ atMs }) => atMs)
      for (const [at, atMs] of times.entries())
        if (at > 0) expect(atMs - (times[at - 1] ?? 0)).toBeGreaterThanOrEqual(20 * hour)
    }),
    runs(1_000),
  )
})
