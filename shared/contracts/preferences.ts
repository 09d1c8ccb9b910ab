/** What the page behind an email's foot posts. */

/** Pauses that the page offers. */
export const pauseDays = [30, 60, 90] as const
export type PauseDays = (typeof pauseDays)[number]

/** Anything else that is posted unsubscribes: whoever presses a button there wants less. */
export const preferenceActions = { unsubscribe: 'unsubscribe', pause: 'pause', resume: 'resume' } as const
