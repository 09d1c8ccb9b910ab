/** How numbers are read from the table, whoever wrote them. */

/** For `unmarshall`, which would throw at an integer beyond 2^53: one field of a later release would hide the lead. */
export const asNumbers = { wrapNumbers: Number }
