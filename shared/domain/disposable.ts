/** Mailboxes for a few minutes: whether a domain belongs to a service that gives them away. */

/**
 * A check by a list of domains, one a line. The list is read at the first question and kept, so that a function pays
 * for it neither at its start nor twice. A listed domain stands for its subdomains too: these services sell them.
 */
export const isDisposableBy = (readList: () => string): ((domain: string) => boolean) => {
  let listed: ReadonlySet<string> | undefined
  return (domain) => {
    listed ??= new Set(readList().split('\n').filter(Boolean))
    for (let name = domain; name; ) {
      if (listed.has(name)) return true
      const dot = name.indexOf('.')
      name = dot === -1 ? '' : name.slice(dot + 1)
    }
    return false
  }
}
