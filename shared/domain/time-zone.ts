/** Whether a text names a time zone that this machine knows. */

/** Asking the runtime takes a tenth of a millisecond, and most leads live in few zones. More than there are in the world. */
const namesKept = 1_024
const known = new Set<string>()

export const isTimeZone = (name: string): boolean => {
  if (known.has(name)) return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    return false
  }
  // Letter case does not matter in them, so that there is no end to spellings.
  if (known.size >= namesKept) known.clear()
  known.add(name)
  return true
}
