/** A lead passes to sales, or comes back because its points have faded: a fact like any other. */
import type { Decision } from '../../domain/decide.ts'
import type { Fact } from '../../domain/facts.ts'
import type { LeadState } from '../../domain/fold.ts'

const isHeldOut = ({ enrolments }: LeadState): boolean => enrolments.some((enrolment) => enrolment.isHeldOut)

/** The fact that a decision comes to, where it does: QUALIFIED or COOLED, at the time of the state. */
export const qualificationChangeOf = (state: LeadState, decision: Decision): Fact | undefined => {
  const atMs = state.asOfMs
  if (decision.kind === 'cool') return { kind: 'COOLED', cycle: decision.cycle, atMs }
  if (decision.kind !== 'qualify') return undefined
  // Sales is told the score that the lead's own act brought it to, whenever we come to look.
  const { totalHundredths, lines } = state.rise?.score ?? state.score
  const first = state.facts.find((fact) => fact.kind === 'ENROLLED' && fact.isFirst)
  return {
    kind: 'QUALIFIED',
    cycle: decision.cycle,
    totalHundredths,
    lines,
    source: state.source,
    ...(isHeldOut(state) && { isHeldOut: true }),
    ...(first && { enrolledAtMs: first.atMs }),
    atMs,
  }
}
