import { expect, test } from 'vitest'
import { checkInvariants } from '../../local/invariants.ts'
import type { Pipeline } from '../../local/pipeline.ts'
import type { MailboxBehaviour } from '../../local/services/ses/service.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { postForm } from '../support/forms.ts'
import { day, hour, monday } from '../support/leads.ts'
import { facts, pipelinesPerTest } from '../support/pipeline.ts'

const { start } = pipelinesPerTest()

const own = 'ada@example.com'
const gone = 'ada+gone@example.com'
const behaviour = (address: string): MailboxBehaviour => (address === gone ? 'bounce' : 'deliver')

const sentTo = (pipeline: Pipeline): string[] =>
  pipeline.ses
    .inbox()
    .filter(({ tags }) => tags.lead)
    .map(({ tags, to }) => `${tags.step} to ${to}`)

const last = (pipeline: Pipeline) => pipeline.ses.inbox().findLast(({ tags }) => tags.lead)

/** A person presses the button of the newest question, long after a scanner would have. */
const confirm = async (pipeline: Pipeline): Promise<void> => {
  const url = /href="([^"]+\/confirm\/[^"]+)"/.exec(last(pipeline)?.html ?? '')?.[1] ?? ''
  await pipeline.clock.advanceTo(pipeline.clock.nowMs() + hour)
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ by: 'button' }) })
  expect(answer.status).toBe(200)
}

const unsubscribe = async (url: string): Promise<void> => {
  const answer = await fetch(url, { method: 'POST', body: 'List-Unsubscribe=One-Click' })
  expect(answer.status).toBe(200)
}
const unsubscribeLink = (pipeline: Pipeline): string =>
  /<(http[^>]+)>/.exec(last(pipeline)?.headers['List-Unsubscribe'] ?? '')?.[1] ?? ''

const violations = async (pipeline: Pipeline) => {
  const { campaign } = await synthesiseForTest()
  return checkInvariants(
    {
      items: await pipeline.table.scan(),
      inbox: pipeline.ses.inbox(),
      schedules: pipeline.scheduler.outstanding(),
      nowMs: pipeline.clock.nowMs(),
    },
    campaign.plan,
  )
}

test('a stranger who posts a tagged form of a lead’s address moves nothing, and its bounce stops nothing', async () => {
  const pipeline = await start({ ses: { behaviour } })
  const first = await postForm(pipeline, { email: own }, {}, 'newsletter')
  await pipeline.clock.advanceTo(monday + hour)
  await confirm(pipeline)
  await pipeline.clock.advanceTo(monday + 2 * day)
  const second = await postForm(pipeline, { email: gone }, {}, 'newsletter')
  // Nobody learns from the answer that the lead is known.
  expect([second.status, await second.text()]).toEqual([first.status, await first.text()])
  await pipeline.clock.advanceTo(monday + 20 * day)
  expect(sentTo(pipeline)).toEqual([
    `confirmation to ${own}`,
    `first to ${own}`,
    `confirmation-2 to ${gone}`,
    `example to ${own}`,
  ])
  const marker = (await pipeline.table.scan()).find(({ sk }) => sk === 'SUPPRESSED')
  expect(marker).toMatchObject({ bounced: new Set([gone]) })
  expect(marker).not.toHaveProperty('reason')
  expect(await violations(pipeline)).toEqual([])
  expect(pipeline.denials).toEqual([])
})

test('a person who said no is asked once more when they submit, served once they confirm, and heard when they say no again', async () => {
  const pipeline = await start()
  await postForm(pipeline, { email: own })
  await pipeline.clock.advanceTo(monday + hour)
  const oldLink = unsubscribeLink(pipeline)
  await unsubscribe(oldLink)
  await pipeline.clock.advanceTo(monday + 20 * day)
  expect(sentTo(pipeline)).toEqual([`welcome to ${own}`])

  // By a form without double opt-in nothing comes back: anybody could have typed the address.
  await postForm(pipeline, { email: own })
  await pipeline.clock.advanceTo(monday + 21 * day)
  await postForm(pipeline, { email: own }, {}, 'newsletter')
  await pipeline.clock.advanceTo(monday + 22 * day)
  expect(sentTo(pipeline)).toEqual([`welcome to ${own}`, `confirmation to ${own}`])
  await confirm(pipeline)
  await pipeline.clock.advanceTo(monday + 23 * day)
  const served = sentTo(pipeline)
  expect(served).toContain(`first to ${own}`)
  expect(await violations(pipeline)).toEqual([])

  // The link of the very first email has been used before, and is as good as any.
  await unsubscribe(oldLink)
  await unsubscribe(oldLink)
  await pipeline.clock.advanceTo(monday + 60 * day)
  expect(sentTo(pipeline)).toEqual(served)
  expect((await facts(pipeline)).filter((key) => key.startsWith('FACT#UNSUBSCRIBED'))).toHaveLength(2)
  expect(await violations(pipeline)).toEqual([])
  expect(pipeline.denials).toEqual([])
  expect(pipeline.alarms.ringing()).toEqual([])
})
