/** Which link each email is for. */
import type { CompiledCampaign } from './compiled.ts'

/** By email, how the path of that link ends; an email that is for no one link is not named. */
export const goalsOf = ({ emails }: Pick<CompiledCampaign, 'emails'>): Record<string, string> =>
  Object.fromEntries(
    Object.values(emails).flatMap(({ id, goal }) => (goal === undefined ? [] : [[id, goal]])),
  )
