/** How long a function may take is Lambda's to say, and Lambda's alone. */

/**
 * Middy would answer shortly before the time-out. Lambda then freezes what is still running, and lets it go on within a
 * later event: an email could leave hours after its claim. Lambda's own time-out ends the process instead.
 */
export const noEarlyAnswer = { timeoutEarlyInMillis: 0 } as const
