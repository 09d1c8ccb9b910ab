/** Speed as ratios within one run: absolute times vary from machine to machine. `npm run bench` */
import { Bench } from 'tinybench'
import { decide } from '../../shared/domain/decide.ts'
import type { Fact } from '../../shared/domain/facts.ts'
import { fold } from '../../shared/domain/fold.ts'
import { scoreLead } from '../../shared/domain/score.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { campaign, captured, clicked, day, monday, sent } from '../support/leads.ts'

const facts: Fact[] = [
  captured({ profile: { occupation: 'Analyst', minutes: '20' } }),
  sent('one', monday),
  ...['a', 'b', 'c', 'd'].map((page, index) =>
    clicked('one', monday + index * day, `https://a.example.com/${page}`),
  ),
  sent('two', monday + 4 * day),
]
const now = monday + 6 * day
const state = fold(facts, campaign, now)
const text = JSON.stringify(facts)

const bench = new Bench({ time: 500 })
  .add('parse the facts as JSON (the yardstick)', () => JSON.parse(text))
  .add('score', () => scoreLead(state.evidence, campaign.scoring, now))
  .add('fold', () => fold(facts, campaign, now))
  .add('decide', () => decide(state, campaign, now))
  .add('fold and decide', () => decide(fold(facts, campaign, now), campaign, now))
await bench.run()

const meanOf = (name: string): number => {
  const result = bench.tasks.find((task) => task.name === name)?.result
  return result && 'latency' in result ? result.latency.mean : Number.NaN
}
const yardstick = meanOf('parse the facts as JSON (the yardstick)')
for (const { name } of bench.tasks)
  console.log(
    `${name.padEnd(42)} ${(meanOf(name) * 1000).toFixed(2).padStart(8)} µs  ${(meanOf(name) / yardstick).toFixed(2).padStart(6)} x`,
  )

const { bundleSizes } = await synthesiseForTest()
for (const [name, bytes] of Object.entries(bundleSizes))
  console.log(`bundle ${name.padEnd(14)} ${(bytes / 1024).toFixed(1).padStart(8)} KB`)
