/** Whose a piece of advice is: an email's own, or of what emails share, such as a partial or the theme. */
import type { CompiledEmail } from '../../shared/campaign/compiled/compiled.ts'
import type { CampaignProblem } from '../../shared/campaign/source/problems.ts'

type Advice = readonly CampaignProblem[]

export const adviceOn = (email: string, advice: Advice): Advice =>
  advice.filter(({ file }) => file === fileOf(email))

/** Of an email that has never compiled, advice is here too: it has no other place yet. */
export const sharedAdvice = (emails: Readonly<Record<string, CompiledEmail>>, advice: Advice): Advice => {
  const files = new Set(Object.keys(emails).map(fileOf))
  return advice.filter(({ file }) => !files.has(file))
}

const fileOf = (email: string): string => `emails/${email}.md`
