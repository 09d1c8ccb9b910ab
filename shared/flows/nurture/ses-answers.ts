/** While SES does not answer, no more emails are claimed: each call would leave one of which nobody knows what became of it. */
import type { EmailRejected, Mailer } from '../../aws/mailer.ts'
import type { SendBreaker } from '../../aws/send-breaker.ts'
import { emailTags } from '../../contracts/names.ts'

export interface SesDependencies {
  readonly breaker: Pick<SendBreaker, 'unanswered' | 'countUnanswered' | 'takeProbe' | 'reset'>
  readonly mailer: Pick<Mailer, 'send'>
}

/** As many emails as may be lost to an outage, beside those under way at that moment; one may always be an accident. */
const unansweredLimit = 5

const probePauseMs = 5 * 60 * 1000

/** AWS's mailbox simulator takes it: it reaches nobody, counts against no reputation, and the sandbox allows it. */
const probe = {
  to: 'success@simulator.amazonses.com',
  fromName: 'Ripen',
  subject: 'Does SES answer?',
  text: 'This email finds out whether SES answers again.',
  html: 'This email finds out whether SES answers again.',
  tags: { [emailTags.purpose]: 'probe' },
}

/**
 * Whether emails may be claimed, and whether the last call got an answer. After a series without one a single caller
 * probes, and not with a lead's email: the next lead's might be lost with each probe of a long outage.
 */
export const sesAnswers = async (
  nowMs: number,
  { breaker, mailer }: SesDependencies,
): Promise<{ readonly mayClaim: boolean; readonly isInDoubt: boolean }> => {
  const unanswered = await breaker.unanswered()
  if (unanswered < unansweredLimit) return { mayClaim: true, isInDoubt: unanswered > 0 }
  if (!(await breaker.takeProbe(nowMs, nowMs + probePauseMs))) return { mayClaim: false, isInDoubt: true }
  // A refusal is an answer too: what is refused is not lost.
  const isAnswered = await mailer.send(probe).then(
    ({ kind }) => kind !== 'unknown',
    (_: EmailRejected) => true,
  )
  if (!isAnswered) {
    await countUnanswered(nowMs, { breaker })
    return { mayClaim: false, isInDoubt: true }
  }
  await breaker.reset()
  return { mayClaim: true, isInDoubt: false }
}

export const countUnanswered = (
  nowMs: number,
  { breaker }: Pick<SesDependencies, 'breaker'>,
): Promise<void> => breaker.countUnanswered(nowMs + probePauseMs)
