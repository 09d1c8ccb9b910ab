/** People try again: a page that answers with an error is pressed once more half a minute later. */
import type { VirtualClock } from '../../local/clock.ts'

const pauseMs = 30_000

/** Nobody presses more often; by then the answer counts, whatever it is. */
const mostTries = 20

/**
 * Asks on the clock until the answer is no server's error, and gives it to `take`. The first time at once; the run that it
 * stands in ends meanwhile, since the clock goes on only when nothing is in hand.
 */
export const askAgain = async <Answer extends { readonly status: number }>(
  clock: VirtualClock,
  ask: () => Promise<Answer>,
  take: (answer: Answer) => void | Promise<void>,
  tries = 1,
): Promise<void> => {
  const answer = await ask()
  if (answer.status < 500 || tries === mostTries) return take(answer)
  clock.at(clock.nowMs() + pauseMs, 'a person tries again', () => askAgain(clock, ask, take, tries + 1))
}
