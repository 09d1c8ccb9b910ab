/** A lead's turn to sales, or back, is a fact like any other; the look that it brings about does the rest. */
import type { LeadTable } from '../../aws/lead-table.ts'
import type { Decision } from '../../domain/decide.ts'
import type { Fact } from '../../domain/facts.ts'
import type { LeadState } from '../../domain/fold.ts'

const isHeldOut = ({ enrolments }: LeadState): boolean => enrolments.some((enrolment) => enrolment.isHeldOut)

/** The fact that a decision is, where it is one: QUALIFIED or COOLED. */
export const qualificationChangeOf = (
  state: LeadState,
  decision: Decision,
  nowMs: number,
): Fact | undefined => {
  if (decision.kind === 'cool') return { kind: 'COOLED', cycle: decision.cycle, atMs: nowMs }
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
    atMs: nowMs,
  }
}

/** Records QUALIFIED or COOLED where that is the decision; says whether it did. */
export const recordQualificationChange = async (
  leadId: string,
  state: LeadState,
  decision: Decision,
  nowMs: number,
  table: Pick<LeadTable, 'recordFact'>,
): Promise<boolean> => {
  const turn = qualificationChangeOf(state, decision, nowMs)
  if (turn) await table.recordFact(leadId, turn)
  return turn !== undefined
}
