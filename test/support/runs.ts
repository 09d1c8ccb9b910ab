/** How many cases a property is tried on: `count` in `npm test`, many times as many in `npm run test:long`. */
export const runs = (count: number): { readonly numRuns: number } => ({
  numRuns: count * Number(process.env.PROPERTY_RUNS_FACTOR),
})
