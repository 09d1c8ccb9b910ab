/** An error that a person can put right. Its message is for them: a sentence that says what to change. */

/** The command line prints its message alone; of any other error, which is a defect, also where it happened. */
export abstract class UserError extends Error {}
