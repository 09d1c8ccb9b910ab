/** The ids of enrolments, made and read: they stand in facts, in the send ledger, in SES tags and in signed links. */

// Two names that no sequence may have; shared/campaign/source/campaign-files.ts sees to it.
/** By this name the confirmations of all forms are counted, as one sequence. */
export const confirmationSequence = 'confirm'
/** By this name the links in sales' emails go. */
export const salesSequence = 'sales'

const confirmationPrefix = `${confirmationSequence}-`

/** `learn-2`: the second time through `learn`. Only `[A-Za-z0-9_-]`, because SES tag values allow no more. */
export const enrolmentId = (sequence: string, ordinal: number): string => `${sequence}-${ordinal}`

/** `confirm-guide`: the wait for the confirmation that the form `guide` asks for. */
export const confirmationId = (form: string): string => `${confirmationPrefix}${form}`

/** `sales-2`: not an enrolment, but what a link in sales' email carries in the place of one. */
export const salesId = (cycle: number): string => enrolmentId(salesSequence, cycle)

export const isOfConfirmation = (enrolment: string): boolean => enrolment.startsWith(confirmationPrefix)

/** The form of a confirmation; of any other enrolment there is none. */
export const formOfConfirmation = (enrolment: string): string | undefined =>
  isOfConfirmation(enrolment) ? enrolment.slice(confirmationPrefix.length) : undefined

/** `learn` of `learn-2`, and `confirm` of every confirmation. */
export const sequenceOf = (enrolment: string): string =>
  isOfConfirmation(enrolment) ? confirmationSequence : enrolment.replace(/-\d+$/, '')

/** The cycle that a link in sales' email is about. */
export const cycleOfSales = (id: string): number => Number(id.slice(salesSequence.length + 1))
