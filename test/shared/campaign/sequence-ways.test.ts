/** Whatever ways a sequence has: what check says nobody comes to, nobody comes to, and without a finding some lead comes to each step. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileSequence } from '../../../shared/campaign/sequences/compile-sequence.ts'
import { checkSequences } from '../../../shared/campaign/sequences/sequence-checks.ts'
import { readCampaignFiles } from '../../../shared/campaign/source/campaign-files.ts'
import { CampaignFolder } from '../../../shared/campaign/source/campaign-folder.ts'
import { Problems } from '../../../shared/campaign/source/problems.ts'
import type { Campaign } from '../../../shared/domain/campaign.ts'
import type { Fact } from '../../../shared/domain/facts.ts'
import { settle } from '../../../shared/domain/settle.ts'
import { captured, monday, campaign as plain } from '../../support/leads.ts'
import { runs } from '../../support/runs.ts'
import { sequenceFolder } from '../../support/sequence-folder.ts'

const answers = ['red', 'green', 'blue'] as const
const fields = ['first', 'second'] as const

const form = `title: A form
sequence: learn
doubleOptIn: false
consent: { wording: "Yes, write to me about courses now and then." }
fields:
  - { name: email, label: Email, type: email, required: true }
${fields.map((name) => `  - { name: ${name}, label: L, type: select, options: [${answers}] }\n`).join('')}`

/** Emails and two branches at most, whose arms ask for an answer and may lead on to any later step or the end. */
const anySequence = fc
  .array(fc.constantFrom('email', 'branch'), { minLength: 1, maxLength: 6 })
  .map((kinds) =>
    kinds.map((kind, at) =>
      kinds.slice(0, at).filter((one) => one === 'branch').length < 2 ? kind : 'email',
    ),
  )
  .chain((kinds) =>
    fc.tuple(
      ...kinds.map((kind, at) => {
        const later = [...kinds.keys()].slice(at + 1).map((place) => `s${place}`)
        if (kind === 'email') return fc.constant({ id: `s${at}`, email: 'first', wait: '1 day' })
        const ordinal = kinds.slice(0, at).filter((one) => one === 'branch').length
        const arm = fc.record({
          when: fc.option(
            fc
              .subarray([...answers], { minLength: 1 })
              .map((chosen) => ({ field: fields[ordinal], in: chosen })),
            { nil: undefined, freq: 4 },
          ),
          goTo: fc.option(fc.constantFrom(...later, 'end'), { nil: undefined }),
          count: fc.integer({ min: 0, max: 2 }),
        })
        return fc.array(arm, { minLength: 1, maxLength: 4 }).map((arms) => ({
          branch: `s${at}`,
          wait: '1 day',
          arms: arms.map(({ when, goTo, count }, armAt) => ({
            arm: `a${armAt}`,
            ...(when && { when }),
            ...(goTo !== undefined && { goTo }),
            steps: Array.from({ length: count }, (_, own) => ({
              id: `s${at}a${armAt}e${own}`,
              email: 'first',
              wait: '1 day',
            })),
          })),
        }))
      }),
    ),
  )

/** Every email has a file of its own, as its step is called. */
const files = (steps: readonly unknown[]) => {
  const text = JSON.stringify({ steps }).replaceAll(/"id":"(\w+)","email":"first"/g, '"id":"$1","email":"$1"')
  const named = [...text.matchAll(/"email":"(\w+)"/g)].map(([, name]) => [
    `emails/${name}.md`,
    '---\nsubject: S\n---\nText\n',
  ])
  return {
    ...Object.fromEntries(named),
    'forms/guide.yaml': form,
    'sequences/learn.yaml': text,
  }
}

/** The steps that a lead with these answers comes to, when each email goes out as soon as it is due. */
const comesTo = (profile: Readonly<Record<string, string>>, campaign: Campaign): string[] => {
  const facts: Fact[] = [captured({ form: 'guide', profile })]
  const came: string[] = []
  let nowMs = monday
  for (let round = 0; round < 100; round += 1) {
    const { records, decision } = settle('lead-1', facts, campaign, nowMs)
    facts.push(...records)
    for (const fact of records) if (fact.kind === 'BRANCHED') came.push(fact.step)
    if (decision.kind === 'send') {
      const { enrolment, step, email, dueAtMs } = decision.touch
      nowMs = Math.max(nowMs, dueAtMs)
      came.push(step)
      facts.push({ kind: 'SENT', enrolment, step, email, messageId: `m-${step}`, atMs: nowMs })
    } else if (decision.kind === 'wait' && decision.lookAgainAtMs !== undefined)
      nowMs = decision.lookAgainAtMs
    else return came
  }
  throw new Error('The lead came to no end.')
}

const everyLead = ['', ...answers].flatMap((first) => ['', ...answers].map((second) => ({ first, second })))

/** Printed, so that a failure can be run again. */
test('check and the pipeline agree on the steps that somebody comes to', () => {
  let sound = 0
  let withDeadSteps = 0
  fc.assert(
    fc.property(anySequence, (steps) => {
      const problems = new Problems()
      const read = readCampaignFiles(new CampaignFolder(sequenceFolder(files(steps))), problems)
      checkSequences(read, problems)
      const { learn } = read.sequences
      if (!learn || !read.campaign) throw new Error(JSON.stringify(problems.errors))
      const sequence = compileSequence(learn, read.campaign.data)
      const campaign: Campaign = {
        ...plain,
        minimumGapHours: 0,
        forms: { guide: { id: 'guide', sequence: 'learn', doubleOptIn: false } },
        sequences: { learn: sequence },
      }
      const came = new Set(everyLead.flatMap((profile) => comesTo(profile, campaign)))
      const said = problems.errors.map(({ problem }) => problem)
      const never = said.flatMap((problem) => {
        const [, step] = /^No lead reaches the step (\w+):/.exec(problem) ?? []
        const [, arm, branch] = /^No lead takes the arm (\w+) of (\w+):/.exec(problem) ?? []
        return sequence.steps
          .filter(
            (one) =>
              one.id === step || (arm !== undefined && one.arm?.arm === arm && one.arm.branch === branch),
          )
          .map(({ id }) => id)
      })
      if (never.length > 0) withDeadSteps += 1
      expect(never.filter((id) => came.has(id))).toEqual([])
      if (said.length > 0) return
      sound += 1
      expect(sequence.steps.map(({ id }) => id).filter((id) => !came.has(id))).toEqual([])
    }),
    runs(150),
  )
  // Both kinds came up often enough to have been tried.
  expect(sound).toBeGreaterThan(20)
  expect(withDeadSteps).toBeGreaterThan(20)
}, 120_000)
