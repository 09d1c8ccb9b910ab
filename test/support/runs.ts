/** How many cases a property tries: `count` in `npm test`, many times more in `npm run test:long`, fewer against mutants. */
export const runs = (count: number): { readonly numRuns: number } => ({
  numRuns: Math.ceil(count * Number(process.env.PROPERTY_RUNS_FACTOR)),
})
