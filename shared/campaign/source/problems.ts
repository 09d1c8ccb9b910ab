/** What is wrong in a campaign folder, and what could be better, said so that a marketer can put it right. */
import { UserError } from '../../contracts/user-error.ts'

export interface CampaignProblem {
  /** Relative to the campaign folder. */
  readonly file: string
  readonly line: number
  readonly problem: string
  readonly fix: string
}

/** The campaign does not compile. Carries every error found, not just the first; advice stops nothing. */
export class CampaignError extends UserError {
  override readonly name = 'CampaignError'
  readonly problems: readonly CampaignProblem[]

  constructor(problems: readonly CampaignProblem[]) {
    super(problems.map(({ file, line, problem, fix }) => `${file}:${line}: ${problem} ${fix}`).join('\n'))
    this.problems = problems
  }
}

/** Gathers problems while reading goes on. A problem of a part that several emails share is reported once. */
export class Problems {
  readonly #errors = new Map<string, CampaignProblem>()
  readonly #advice = new Map<string, CampaignProblem>()

  /** An error: the campaign must not be deployed with it. */
  add(file: string, line: number, problem: string, fix: string): void {
    this.#errors.set(JSON.stringify([file, line, problem]), { file, line, problem, fix })
  }

  /** Advice: the campaign works, and would do better otherwise. Only `ripen check` shows it. */
  advise(file: string, line: number, problem: string, fix: string): void {
    this.#advice.set(JSON.stringify([file, line, problem]), { file, line, problem, fix })
  }

  /** Takes over errors that were gathered elsewhere. */
  addAll(errors: readonly CampaignProblem[]): void {
    for (const { file, line, problem, fix } of errors) this.add(file, line, problem, fix)
  }

  get errors(): readonly CampaignProblem[] {
    return [...this.#errors.values()]
  }

  get advice(): readonly CampaignProblem[] {
    return [...this.#advice.values()]
  }
}
