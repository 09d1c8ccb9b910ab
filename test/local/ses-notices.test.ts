import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Pipeline } from '../../local/pipeline.ts'
import { postForm } from '../support/forms.ts'
import { day, monday } from '../support/leads.ts'
import { facts, pipelinesPerTest } from '../support/pipeline.ts'

const { running, start } = pipelinesPerTest()

/** One for all, for each notice is about an email of its own. */
let pipeline: Pipeline
const lines: string[] = []
beforeAll(async () => {
  pipeline = await start({ onLog: ({ line }) => lines.push(line) })
  running.splice(0)
})
afterAll(() => pipeline.close())

const deadLetters = (): number => pipeline.sqs.depth(queueOf(/^FeedbackQueueDeadLetters/))
const pass = (ms: number): Promise<void> => pipeline.clock.advanceTo(pipeline.clock.nowMs() + ms)

const queueOf = (id: RegExp): string => {
  const found = pipeline.inventory.queues.find((queue) => id.test(queue.id))
  if (!found) throw new Error(`No queue matches ${id}.`)
  return found.arn
}
const feedbackQueue = () => queueOf(/^FeedbackQueue(?!DeadLetters)/)

/** As SES would publish it about the email: the Send event's own `mail`, under another type. */
const aboutEmail = async (to: string, eventType: string, more: object): Promise<string> => {
  await postForm(pipeline, { email: to })
  await pass(60_000)
  const email = pipeline.ses.inbox().find((sent) => sent.to === to)
  const tags = Object.fromEntries(Object.entries(email?.tags ?? {}).map(([name, value]) => [name, [value]]))
  return JSON.stringify({
    eventType,
    mail: { messageId: email?.messageId, timestamp: new Date(monday).toISOString(), tags },
    ...more,
  })
}

test('the text that SES posts to its topic when the destination is made is dropped by feedback', async () => {
  await pipeline.clock.advanceTo(monday + day)
  expect(lines.filter((line) => line.includes('feedbackNotice'))).toHaveLength(1)
  expect(deadLetters()).toBe(0)
  expect(await facts(pipeline)).toEqual([])
})

test('a delayed delivery is no bounce: nothing is recorded, and what becomes of it is told later', async () => {
  const event = await aboutEmail('ada@example.com', 'DeliveryDelay', {
    deliveryDelay: {
      delayType: 'MailboxFull',
      delayedRecipients: [
        { emailAddress: 'ada@example.com', status: '4.4.1', diagnosticCode: 'smtp; 421 4.4.1' },
      ],
      expirationTime: new Date(monday + 2 * day).toISOString(),
      timestamp: new Date(monday + day + 60_000).toISOString(),
    },
  })
  const before = await facts(pipeline)
  pipeline.sqs.deliver(feedbackQueue(), event)
  await pass(3_600_000)
  expect(await facts(pipeline)).toEqual(before)
  expect(deadLetters()).toBe(0)
})

test('a rendering failure cannot be, since emails are rendered before SES has them, so it waits for a person', async () => {
  const event = await aboutEmail('bob@example.com', 'Rendering Failure', {
    failure: { templateName: 'none', errorMessage: "Attribute 'name' is not present in the rendering data." },
  })
  const before = deadLetters()
  pipeline.sqs.deliver(feedbackQueue(), event)
  await pass(day)
  expect(deadLetters()).toBe(before + 1)
  expect(lines.join('\n')).toMatch(/EmailNotRendered.*SES could not render the email 0107018f/)
})
