/** When what could not be done now is tried again: soon at first, later each time, and not all leads at one moment. */

/** SQS delays a message by a quarter of an hour at most. */
const longestSeconds = 900

/** How long the message waits that is put back for the `putBacks`th time, counted from 0. */
export const putBackDelaySeconds = (leadId: string, putBacks: number): number =>
  Math.min(longestSeconds, 15 * 2 ** putBacks + spreadSeconds(leadId))

/** Up to a minute, steady for a lead: those who were refused together do not come back together. */
const spreadSeconds = (leadId: string): number => Number.parseInt(leadId.slice(0, 4), 16) % 60
