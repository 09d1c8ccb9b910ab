/** Some refusals are answers: a condition that did not hold, a name that is taken, or a thing that is not there. */

/** What a failure says, where it is a refusal that is known; else nothing. */
export type Meaning<Answer> = (error: unknown) => Answer | undefined

/** A refusal of this class says `answer`. */
export const refusedAs =
  <Answer>(refusal: new (...args: never[]) => Error, answer: Answer): Meaning<Answer> =>
  (error) =>
    error instanceof refusal ? answer : undefined

/** `done` once the call has gone through, or what its refusal means. A failure without a meaning is thrown as it is. */
export const unlessRefused = async <Done, Answer>(
  call: Promise<unknown>,
  done: Done,
  meaningOf: Meaning<Answer>,
): Promise<Done | Answer> => {
  try {
    await call
    return done
  } catch (error) {
    const answer = meaningOf(error)
    if (answer === undefined) throw error
    return answer
  }
}
