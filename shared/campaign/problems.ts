/** What is wrong in a campaign folder, said so that a marketer can put it right. */

export interface CampaignProblem {
  /** Relative to the campaign folder. */
  readonly file: string
  readonly line: number
  readonly problem: string
  readonly fix: string
}

/** The campaign does not compile. Carries every problem found, not just the first. */
export class CampaignError extends Error {
  override readonly name = 'CampaignError'
  readonly problems: readonly CampaignProblem[]

  constructor(problems: readonly CampaignProblem[]) {
    super(problems.map(({ file, line, problem, fix }) => `${file}:${line}: ${problem} ${fix}`).join('\n'))
    this.problems = problems
  }
}

/** Gathers problems while reading goes on. */
export class Problems {
  readonly #found: CampaignProblem[] = []

  add(file: string, line: number, problem: string, fix: string): void {
    this.#found.push({ file, line, problem, fix })
  }

  /** Throws `CampaignError` where anything was found. */
  throwIfAny(): void {
    if (this.#found.length > 0) throw new CampaignError(this.#found)
  }
}
