/** Thousands of invented A/B tests, each looked at every week: how often the verdict is wrong, and what it costs. `npm run simulate:experiments` */
import { compareArms } from '../../shared/domain/experiment.ts'
import { randomFrom } from '../../shared/domain/learning/random.ts'

export interface Plan {
  /** The true rate of each arm; the first is the control. */
  readonly rates: readonly number[]
  /** Emails of each arm between two looks; `varied` is 20 to 500, the same for all arms, drawn anew each time. */
  readonly perLook: readonly number[] | 'varied'
  readonly looks: number
}

interface Look {
  readonly arms: readonly { id: string; trials: number; successes: number }[]
  readonly result: ReturnType<typeof compareArms>
}

export interface Errors {
  /** Shares of tests in which at some look ... the report said better, worse or no difference, and it is not so. */
  readonly wrong: number
  /** ... an interval did not hold the true difference. */
  readonly missed: number
  /** ... a plain 95 % z-test against the control told a difference that is none. */
  readonly naive: number
}

const idOf = (arm: number): string => 'abcdefgh'.charAt(arm)

/** What a report would show at each look. */
const looksOf = function* ({ rates, perLook, looks }: Plan, random: () => number): Generator<Look> {
  const arms = rates.map((_, arm) => ({ id: idOf(arm), trials: 0, successes: 0 }))
  for (let look = 0; look < looks; look += 1) {
    const varied = 20 + Math.floor(random() * 481)
    for (const [at, arm] of arms.entries()) {
      const more = perLook === 'varied' ? varied : (perLook[at] ?? 0)
      const rate = rates[at] ?? 0
      arm.trials += more
      for (let one = 0; one < more; one += 1) if (random() < rate) arm.successes += 1
    }
    yield { arms, result: compareArms(arms) }
  }
}

export const errorsOf = (plan: Plan, tests: number, seed: number): Errors => {
  const random = randomFrom(seed)
  let [wrong, missed, naive] = [0, 0, 0]
  for (let test = 0; test < tests; test += 1) {
    let [wasWrong, hasMissed, wasNaive] = [false, false, false]
    for (const look of looksOf(plan, random)) {
      wasWrong ||= isWrong(look, plan)
      hasMissed ||= look.result.comparisons.some(({ low, high }, at) => {
        const truth = differenceOf(plan, at + 1)
        return truth < low || truth > high
      })
      wasNaive ||= isNaivelyWrong(look, plan)
    }
    wrong += Number(wasWrong)
    missed += Number(hasMissed)
    naive += Number(wasNaive)
  }
  return { wrong: wrong / tests, missed: missed / tests, naive: naive / tests }
}

const differenceOf = ({ rates }: Plan, arm: number): number => (rates[arm] ?? 0) - (rates[0] ?? 0)

const isWrong = ({ result: { verdict } }: Look, plan: Plan): boolean => {
  if (verdict.kind === 'better') return differenceOf(plan, armOf(verdict.id)) <= 0
  if (verdict.kind === 'worse') return verdict.ids.some((id) => differenceOf(plan, armOf(id)) >= 0)
  return (
    verdict.kind === 'noDifferenceWorthHaving' &&
    plan.rates.some((_, arm) => Math.abs(differenceOf(plan, arm)) * 100 > verdict.withinPoints)
  )
}

const armOf = (id: string): number => 'abcdefgh'.indexOf(id)

/** By the same minimum as the report's, so that only the method differs. */
const isNaivelyWrong = ({ arms }: Look, plan: Plan): boolean => {
  const [control, ...others] = arms
  const successes = arms.reduce((sum, arm) => sum + arm.successes, 0)
  if (!control || successes < 10 || arms.some(({ trials }) => trials < 50)) return false
  return others.some((other, at) => {
    const rate = (control.successes + other.successes) / (control.trials + other.trials)
    const spread = Math.sqrt(rate * (1 - rate) * (1 / control.trials + 1 / other.trials))
    const z =
      spread === 0 ? 0 : (other.successes / other.trials - control.successes / control.trials) / spread
    const truth = differenceOf(plan, at + 1)
    return (z > 1.96 && truth <= 0) || (z < -1.96 && truth >= 0)
  })
}

export interface Durations {
  /** Emails per arm until the verdict asked for, shortest first; endless where it was not reached. */
  readonly emails: readonly number[]
}

/** How many emails the control had had when the report first said so. */
export const durationsOf = (
  plan: Plan,
  kind: 'better' | 'noDifferenceWorthHaving',
  tests: number,
  seed: number,
): Durations => {
  const random = randomFrom(seed)
  const emails = Array.from({ length: tests }, () => {
    for (const { arms, result } of looksOf(plan, random))
      if (result.verdict.kind === kind) return arms[0]?.trials ?? 0
    return Number.POSITIVE_INFINITY
  })
  return { emails: emails.sort((a, b) => a - b) }
}

/** So many emails were enough for this share of the tests. */
export const enoughFor = ({ emails }: Durations, share: number): number =>
  emails[Math.ceil(share * emails.length) - 1] ?? Number.POSITIVE_INFINITY

export const shareWithin = ({ emails }: Durations, most: number): number =>
  emails.filter((one) => one <= most).length / emails.length

/** What each arm of a test needs that is looked at once, when it has so many: two-sided 5 %, and the power given by its normal quantile. */
export const fixedSample = (control: number, other: number, powerQuantile: number): number =>
  Math.ceil(
    ((1.959964 + powerQuantile) ** 2 * (control * (1 - control) + other * (1 - other))) /
      (other - control) ** 2,
  )

export const quantileOf = { half: 0, fourOfFive: 0.841621 } as const

const weekly = (emails: number, arms: number) => Array.from({ length: arms }, () => emails)
const same = (rate: number, arms: number) => Array.from({ length: arms }, () => rate)

/** Whose errors are counted: without a true difference, and then with one. */
export const errorPlans: readonly Plan[] = [
  ...[0.02, 0.1, 0.3].flatMap((rate) =>
    [2, 4].flatMap((arms) =>
      (['varied', ...[20, 100, 500].map((emails) => weekly(emails, arms))] as const).map(
        (perLook): Plan => ({ rates: same(rate, arms), perLook, looks: 52 }),
      ),
    ),
  ),
  { rates: [0.02, 0.02], perLook: [20, 180], looks: 52 },
  { rates: [0.1, 0.1], perLook: [180, 20], looks: 52 },
  { rates: [0.1, 0.1], perLook: [20, 20], looks: 365 },
  { rates: [0.02, 0.03], perLook: 'varied', looks: 52 },
  { rates: [0.1, 0.13], perLook: 'varied', looks: 52 },
  { rates: [0.3, 0.36], perLook: 'varied', looks: 52 },
  { rates: [0.02, 0.03], perLook: [20, 180], looks: 52 },
  { rates: [0.1, 0.1, 0.13, 0.08], perLook: 'varied', looks: 52 },
]

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const n = (count: number): string => (Number.isFinite(count) ? count.toLocaleString('en') : 'more')

const planText = ({ rates, perLook, looks }: Plan): string =>
  `${rates.map((rate) => rate * 100).join(' / ')} %, ${perLook === 'varied' ? '20 to 500' : [...new Set(perLook)].join(' and ')} a look, ${looks} looks`

const printErrors = (tests: number, seed: number): void => {
  console.log(`Errors over all looks, ${n(tests)} tests a line, seed ${seed}`)
  console.log(
    `${''.padEnd(50)}${['wrong verdict', 'missed', 'naive z-test wrong'].map((head) => head.padStart(20)).join('')}`,
  )
  for (const plan of errorPlans) {
    const { wrong, missed, naive } = errorsOf(plan, tests, seed)
    console.log(
      `${planText(plan).padEnd(50)}${[wrong, missed, naive].map((share) => percent(share).padStart(20)).join('')}`,
    )
  }
}

/** 10 % against 13 %, a hundred emails a week and arm. */
export const detectionPlan: Plan = { rates: [0.1, 0.13], perLook: [100, 100], looks: 200 }

const printDetection = (tests: number, seed: number): void => {
  const found = durationsOf(detectionPlan, 'better', tests, seed)
  console.log(
    `\n10 % against 13 %, a hundred a week and arm, ${n(tests)} tests, seed ${seed}; emails per arm`,
  )
  console.log(`  found by 4,000            ${percent(shareWithin(found, 4000))}`)
  for (const [what, share, quantile] of [
    ['half of the tests  ', 0.5, quantileOf.half],
    ['four tests of five ', 0.8, quantileOf.fourOfFive],
  ] as const)
    console.log(
      `  found in ${what}     after ${n(enoughFor(found, share))}; a test looked at once, that knew its number, ${n(fixedSample(0.1, 0.13, quantile))}`,
    )
}

/** A rate, and the rate that is better by what is worth having by default. */
const ladder: readonly (readonly [number, number])[] = [
  [0.01, 0.015],
  [0.02, 0.025],
  [0.05, 0.06],
  [0.1, 0.12],
  [0.2, 0.24],
  [0.3, 0.36],
]

/** The table of docs/experiments.md. Forty looks to the number that a test with one look needs. */
const printLadder = (tests: number, seed: number): void => {
  console.log(`\nEmails per variant, two variants, ${n(tests)} tests a cell, seed ${seed}`)
  console.log(
    '| rate | to see | half of the tests | four of five | looked at once, four of five | no difference, half of the tests |',
  )
  console.log('| --- | --- | --- | --- | --- | --- |')
  for (const [rate, better] of ladder) {
    const once = fixedSample(rate, better, quantileOf.fourOfFive)
    const perLook = weekly(Math.ceil(once / 40), 2)
    const found = durationsOf({ rates: [rate, better], perLook, looks: 400 }, 'better', tests, seed)
    const none = durationsOf(
      { rates: [rate, rate], perLook, looks: 400 },
      'noDifferenceWorthHaving',
      tests,
      seed,
    )
    const cells = [enoughFor(found, 0.5), enoughFor(found, 0.8), once, enoughFor(none, 0.5)].map(twoDigits)
    console.log(`| ${rate * 100} % | ${((better - rate) * 100).toFixed(1)} points | ${cells.join(' | ')} |`)
  }
}

const twoDigits = (count: number): string =>
  Number.isFinite(count) ? n(Number(count.toPrecision(2))) : 'more'

if (import.meta.main) {
  const tests = Number(process.argv[2] ?? 2000)
  const seed = Number(process.argv[3] ?? 1)
  printErrors(tests, seed)
  printDetection(tests, seed)
  printLadder(tests, seed)
}
