import { expect, test } from 'vitest'
import type { Pipeline } from '../../local/pipeline.ts'
import { postForm } from '../support/forms.ts'
import { day, monday } from '../support/leads.ts'
import { facts, pipelinesPerTest } from '../support/pipeline.ts'

const { start } = pipelinesPerTest()

const queueOf = (pipeline: Pipeline, id: RegExp): string => {
  const found = pipeline.inventory.queues.find((queue) => id.test(queue.id))
  if (!found) throw new Error(`No queue matches ${id}.`)
  return found.arn
}
const feedbackQueue = (pipeline: Pipeline) => queueOf(pipeline, /^FeedbackQueue(?!DeadLetters)/)
const feedbackDeadLetters = (pipeline: Pipeline) => queueOf(pipeline, /^FeedbackQueueDeadLetters/)

/** As SES would publish it about the email: the Send event's own `mail`, under another type. */
const aboutEmail = async (pipeline: Pipeline, eventType: string, more: object): Promise<string> => {
  await postForm(pipeline, { email: 'ada@example.com' })
  await pipeline.clock.advanceTo(monday + 60_000)
  const [email] = pipeline.ses.inbox()
  const tags = Object.fromEntries(Object.entries(email?.tags ?? {}).map(([name, value]) => [name, [value]]))
  return JSON.stringify({
    eventType,
    mail: { messageId: email?.messageId, timestamp: new Date(monday).toISOString(), tags },
    ...more,
  })
}

test('the text that SES posts to its topic when the destination is made is dropped by feedback', async () => {
  const lines: string[] = []
  const pipeline = await start({ onLog: ({ line }) => lines.push(line) })
  await pipeline.clock.advanceTo(monday + day)
  expect(lines.filter((line) => line.includes('feedbackNotice'))).toHaveLength(1)
  expect(pipeline.sqs.depth(feedbackDeadLetters(pipeline))).toBe(0)
  expect(await facts(pipeline)).toEqual([])
})

test('a delayed delivery is no bounce: nothing is recorded, and what becomes of it is told later', async () => {
  const pipeline = await start()
  const event = await aboutEmail(pipeline, 'DeliveryDelay', {
    deliveryDelay: {
      delayType: 'MailboxFull',
      delayedRecipients: [
        { emailAddress: 'ada@example.com', status: '4.4.1', diagnosticCode: 'smtp; 421 4.4.1' },
      ],
      expirationTime: new Date(monday + day).toISOString(),
      timestamp: new Date(monday + 60_000).toISOString(),
    },
  })
  const before = await facts(pipeline)
  pipeline.sqs.deliver(feedbackQueue(pipeline), event)
  await pipeline.clock.advanceTo(monday + 3_600_000)
  expect(await facts(pipeline)).toEqual(before)
  expect(pipeline.sqs.depth(feedbackDeadLetters(pipeline))).toBe(0)
})

test('a rendering failure cannot be, since emails are rendered before SES has them, so it waits for a person', async () => {
  const lines: string[] = []
  const pipeline = await start({ onLog: ({ line }) => lines.push(line) })
  const event = await aboutEmail(pipeline, 'Rendering Failure', {
    failure: { templateName: 'none', errorMessage: "Attribute 'name' is not present in the rendering data." },
  })
  pipeline.sqs.deliver(feedbackQueue(pipeline), event)
  await pipeline.clock.advanceTo(monday + day)
  expect(pipeline.sqs.depth(feedbackDeadLetters(pipeline))).toBe(1)
  expect(lines.join('\n')).toMatch(/EmailNotRendered.*SES could not render the email 0107018f/)
})
