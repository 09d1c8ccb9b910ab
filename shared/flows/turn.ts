/** A lead's turn to sales, or back, is a fact like any other; the look that it brings about does the rest. */
import type { LeadTable } from '../aws/lead-table.ts'
import type { Decision } from '../domain/decide.ts'
import type { LeadState } from '../domain/fold.ts'

const isHeldOut = ({ enrolments }: LeadState): boolean => enrolments.some((enrolment) => enrolment.isHeldOut)

/** Records QUALIFIED or COOLED where that is the decision; says whether it did. */
export const recordTurn = async (
  leadId: string,
  state: LeadState,
  decision: Decision,
  nowMs: number,
  table: Pick<LeadTable, 'recordFact'>,
): Promise<boolean> => {
  if (decision.kind === 'cool')
    await table.recordFact(leadId, { kind: 'COOLED', cycle: decision.cycle, atMs: nowMs })
  else if (decision.kind === 'qualify') {
    // Sales is told the score that the lead's own act brought it to, whenever we come to look.
    const { totalHundredths, lines } = state.rise?.score ?? state.score
    const first = state.facts.find((fact) => fact.kind === 'ENROLLED' && fact.isFirst)
    await table.recordFact(leadId, {
      kind: 'QUALIFIED',
      cycle: decision.cycle,
      totalHundredths,
      lines,
      source: state.source,
      ...(isHeldOut(state) && { isHeldOut: true }),
      ...(first && { enrolledAtMs: first.atMs }),
      atMs: nowMs,
    })
  } else return false
  return true
}
