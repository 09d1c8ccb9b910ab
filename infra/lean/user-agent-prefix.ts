/** Stands in for the list of AWS partitions where only its user agent prefix is asked for, which nobody sets. */
export const getUserAgentPrefix = (): string => ''
