/** Refusals that pass: a call that met another, or came too fast, is made again a moment later, and not for ever. */

/** As many tries as the SDK makes for DynamoDB, with pauses that begin as short. */
const tries = 4
const firstPauseMs = 50

/** Waits, for the time given at most. */
export type Pause = (longestMs: number) => Promise<void>

/** Spread out, so that those who were refused together do not come back together. */
export const spreadPause: Pause = (longestMs) =>
  new Promise((resolve) => {
    setTimeout(resolve, longestMs * (0.5 + Math.random() / 2))
  })

/** What the call gives, or what its last try fails with. Only for calls that may be made twice. */
export const tryAgain = async <Given>(
  call: () => Promise<Given>,
  mayPass: (failure: unknown) => boolean,
  pause: Pause = spreadPause,
): Promise<Given> => {
  for (let made = 1; ; made += 1)
    try {
      return await call()
    } catch (failure) {
      if (made === tries || !mayPass(failure)) throw failure
      await pause(firstPauseMs * 2 ** (made - 1))
    }
}

/** Codes by which a transaction says of an item that it would be taken a moment later. */
const passing = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']

/** Whether a cancelled transaction may go through yet: all that stood in its way was contention. */
export const cancellationPasses = (codes: readonly (string | undefined)[]): boolean =>
  codes.some((code) => code !== undefined && passing.includes(code)) &&
  codes.every((code) => code === undefined || code === 'None' || passing.includes(code))
