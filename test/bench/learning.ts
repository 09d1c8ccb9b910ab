/** The figures that learning is held to, on the public X Education leads: `npm run bench:learning -- FILE`. */

import { readPastLeads } from '../../cli/score/read-leads.ts'
import { totalsOf } from '../../shared/domain/learning/backtest.ts'
import { calibrate, chancesOf } from '../../shared/domain/learning/calibrate.ts'
import { findLeaks } from '../../shared/domain/learning/leaks.ts'
import { type LearnOptions, learnCard, readable } from '../../shared/domain/learning/learn-card.ts'
import { areaUnderCurve, measure } from '../../shared/domain/learning/measure.ts'
import { randomFrom } from '../../shared/domain/learning/random.ts'
import { rowsOf } from '../../shared/domain/learning/sample.ts'

const csv = process.argv[2]
if (!csv) throw new Error('Name the file: npm run bench:learning -- leads.csv')

/** Columns that salespeople wrote, and those that were perhaps filled in late. */
const bySales = [
  'Tags',
  'Lead Quality',
  'Lead Profile',
  'Last Notable Activity',
  'Asymmetrique Activity Index',
  'Asymmetrique Profile Index',
  'Asymmetrique Activity Score',
  'Asymmetrique Profile Score',
]
const perhapsLate = [
  'Last Activity',
  'What is your current occupation',
  'What matters most to you in choosing a course',
  'Country',
  'Do Not Call',
]
const read = (drop: readonly string[], blank: readonly string[] = []) =>
  readPastLeads({
    csv,
    won: 'Converted=1',
    time: 'Lead Number',
    key: 'Lead Number',
    salt: 'xed',
    maturityDays: 0,
    map: [],
    onlyMapped: false,
    drop: ['Prospect ID', ...drop],
    blank,
  })
const free: LearnOptions = { mostRules: 20, isSigned: false, mayReadBlanks: true }
const seeds = [1, 2, 3]

for (const [set, drop] of [
  ['B', bySales],
  ['C', [...bySales, ...perhapsLate]],
] as const)
  for (const [what, options, blank] of [
    ['any sign, blanks', free, []],
    ['readable', readable, []],
    ['readable, "Select" read as blank', readable, ['Select']],
  ] as const) {
    const { sample, splits } = await read(drop, blank)
    const figures = splits.map(({ name, train, calibration, test }) => {
      const startedMs = performance.now()
      const card = learnCard(rowsOf(sample, train), options)
      const tookMs = performance.now() - startedMs
      const held = rowsOf(sample, calibration)
      const curve = calibrate(totalsOf(card.rules, held), held.won, card)
      const tested = rowsOf(sample, test)
      const totals = totalsOf(card.rules, tested)
      const { areaUnderCurve: area, calibrationError } = measure(
        totals,
        chancesOf(totals, curve),
        tested.won,
        0.1,
      )
      return `${name} ${area.toFixed(4)} (${card.rules.length} rules, ${curve.method}, calibration error ${calibrationError.toFixed(4)}, ${tookMs.toFixed(0)} ms)`
    })
    console.log(`${set}, ${what}: ${figures.join('; ')}`)
  }

const { sample, splits } = await read(bySales)
const hash = splits.find(({ name }) => name === 'hash')
if (!hash) throw new Error('There is always a hash split.')
const tested = rowsOf(sample, hash.test)
for (const seed of seeds) {
  const random = randomFrom(seed)
  const areas = Array.from({ length: 20 }, () => {
    const pool = [...hash.train]
    for (let at = 0; at < 200; at += 1) {
      const other = at + Math.floor(random() * (pool.length - at))
      ;[pool[at], pool[other]] = [pool[other] as number, pool[at] as number]
    }
    const drawn = rowsOf(
      sample,
      pool.slice(0, 200).sort((a, b) => a - b),
    )
    return areaUnderCurve(totalsOf(learnCard(drawn, readable).rules, tested), tested.won)
  })
  const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length
  console.log(
    `B, readable, 200 labelled leads, mean of 20 draws (seed ${seed}): ${mean.toFixed(4)}, from ${Math.min(...areas).toFixed(3)} to ${Math.max(...areas).toFixed(3)}`,
  )
}
const { sample: whole } = await read([])
for (const { column, value, kind, evidence } of findLeaks(whole, []))
  console.log(`leak: ${column}${value === undefined ? '' : ` = ${value}`} (${kind}): ${evidence}`)
