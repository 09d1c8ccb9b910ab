/** The trace header by which Lambda recognises a loop: how often each function has been invoked in one chain of messages. */

/** AWS says "approximately 16 times"; the invocation after these is stopped. */
export const loopLimit = 16

/** The header of the invocation that these records bring about: one more of this function in the longest of their chains. */
export const nextInChain = (headers: readonly (string | undefined)[], functionName: string): string => {
  const longest = headers
    .map((header) => invocationsIn(header))
    .reduce((long, other) => ((other.get(functionName) ?? 0) > (long.get(functionName) ?? 0) ? other : long))
  const chain = new Map(longest).set(functionName, (longest.get(functionName) ?? 0) + 1)
  const lineage = [...chain].map(([name, count]) => `${name}:${count}`).join('|')
  return `Root=1-00000000-000000000000000000000000;Sampled=0;Lineage=${lineage}`
}

/** Whether Lambda stops this invocation, where the function has not been allowed to loop. */
export const isLoop = (header: string, functionName: string): boolean =>
  (invocationsIn(header).get(functionName) ?? 0) > loopLimit

const invocationsIn = (header = ''): ReadonlyMap<string, number> => {
  const lineage = /Lineage=([^;]+)/.exec(header)?.[1]
  const counts = (lineage?.split('|') ?? []).map((entry): [string, number] => {
    const [name = '', count] = entry.split(':')
    return [name, Number(count)]
  })
  return new Map(counts)
}
