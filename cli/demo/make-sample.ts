/** Makes the bundled sample, invented people: `node cli/demo/make-sample.ts > cli/demo/sample-leads.csv` */

/** A small seeded generator (mulberry32): good enough to invent people, and the same on every machine. */
const seeded = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}

const random = seeded(20_260_302)
const pick = <T>(weighted: readonly (readonly [T, number])[]): T => {
  let at = random() * weighted.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [value, weight] of weighted) {
    at -= weight
    if (at < 0) return value
  }
  throw new Error('The weights do not add up.')
}

const firstNames =
  'Ada Ben Chidi Dana Elif Femi Greta Hugo Ines Jonas Kaya Liam Mina Noor Omar Priya Quinn Rosa Sami Tilda Uma Viktor Wanda Yusuf Zoe'.split(
    ' ',
  )
const places = [
  ['London,United Kingdom,Europe/London', 30],
  ['Bristol,United Kingdom,Europe/London', 15],
  ['Berlin,Germany,Europe/Berlin', 15],
  ['Lisbon,Portugal,Europe/Lisbon', 8],
  ['Mumbai,India,Asia/Kolkata', 15],
  ['Toronto,Canada,America/Toronto', 10],
  ['Auckland,New Zealand,Pacific/Auckland', 7],
] as const
const occupations = [
  ['Working Professional', 52],
  ['Student', 10],
  ['Unemployed', 22],
  ['Businessman', 6],
  ['Housewife', 3],
  ['Other', 7],
] as const
const fields = [
  ['Marketing', 25],
  ['Finance', 22],
  ['Operations', 18],
  ['Human Resources', 10],
  ['Sales', 15],
  ['', 10],
] as const
const sources = [
  ['Google', 35],
  ['direct', 20],
  ['Reference', 9],
  ['LinkedIn', 16],
  ['Podcast', 12],
  ['Newsletter', 8],
] as const

console.log('email,firstName,occupation,specialization,city,country,timeZone,visits,minutesOnSite,source')
for (let person = 1; person <= 300; person += 1) {
  const visits = 1 + Math.floor(-Math.log(1 - random()) * 2)
  const minutes = (visits * (1 + random() * 6)).toFixed(1)
  const name = firstNames[Math.floor(random() * firstNames.length)]
  console.log(
    [
      `person-${String(person).padStart(3, '0')}@example.com`,
      name,
      pick(occupations),
      pick(fields),
      pick(places),
      visits,
      minutes,
      pick(sources),
    ].join(','),
  )
}
