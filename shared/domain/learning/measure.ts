/** How good a ranking or a chance is, in figures an analyst knows. Rows that rank alike share what they get. */

/** Chance that a won lead ranks above one that was not, ties counting half. NaN where all rows are alike in outcome. */
export const areaUnderCurve = (scores: ArrayLike<number>, won: Uint8Array): number => {
  const { groups } = tied(scores, won)
  let wins = 0
  let losses = 0
  let above = 0
  // From the worst to the best: a won row stands above every lost one before it.
  for (const group of groups.toReversed()) {
    const lost = group.rows - group.wins
    above += group.wins * (losses + lost / 2)
    wins += group.wins
    losses += lost
  }
  return above / (wins * losses)
}

/** Negative log-likelihood in nats, by row. A chance of 0 or 1 is taken as a millionth away from it. */
export const lossesOf = (chances: ArrayLike<number>, won: Uint8Array): Float64Array =>
  Float64Array.from(won, (one, row) => {
    const chance = Math.min(1 - 1e-6, Math.max(1e-6, chances[row] as number))
    return -Math.log(one ? chance : 1 - chance)
  })

/** Its mean. */
export const logLossOf = (chances: ArrayLike<number>, won: Uint8Array): number =>
  lossesOf(chances, won).reduce((sum, loss) => sum + loss, 0) / won.length

/** Mean squared difference of chance and outcome. */
export const brierOf = (chances: ArrayLike<number>, won: Uint8Array): number => {
  let sum = 0
  for (let row = 0; row < won.length; row += 1) sum += ((chances[row] as number) - (won[row] as number)) ** 2
  return sum / won.length
}

export interface ReliabilityBin {
  readonly rows: number
  readonly meanChance: number
  readonly shareWon: number
}

/**
 * `bins` bins of equal size, from the lowest chance to the highest. Rows of equal chance that lie across an edge are
 * shared out between both bins, so that the order of the file decides nothing.
 */
export const reliabilityOf = (
  chances: ArrayLike<number>,
  won: Uint8Array,
  bins = 10,
): readonly ReliabilityBin[] => {
  const size = won.length / bins
  const filled = Array.from({ length: bins }, () => ({ rows: 0, wins: 0, chances: 0 }))
  let before = 0
  for (const { score, rows, wins } of tied(chances, won).groups.toReversed()) {
    for (let left = rows; left > 1e-9; ) {
      const at = Math.min(bins - 1, Math.floor(before / size + 1e-9))
      const bin = filled[at] as (typeof filled)[number]
      const taken = at === bins - 1 ? left : Math.min(left, (at + 1) * size - before)
      bin.rows += taken
      bin.wins += (wins * taken) / rows
      bin.chances += score * taken
      before += taken
      left -= taken
    }
  }
  return filled
    .filter(({ rows }) => rows > 0)
    .map(({ rows, wins, chances: sum }) => ({ rows, meanChance: sum / rows, shareWon: wins / rows }))
}

/** Mean distance of chance and share won over the bins, weighted by their rows. */
export const calibrationErrorOf = (bins: readonly ReliabilityBin[]): number => {
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0)
  return bins.reduce((sum, bin) => sum + (bin.rows / rows) * Math.abs(bin.meanChance - bin.shareWon), 0)
}

/** Wins expected among the `most` best rows; a group that does not fit whole gives its share. */
export const winsAmongBest = (scores: ArrayLike<number>, won: Uint8Array, most: number): number => {
  let left = most
  let wins = 0
  for (const group of tied(scores, won).groups) {
    const taken = Math.min(left, group.rows)
    wins += (group.wins * taken) / group.rows
    left -= taken
    if (left <= 0) break
  }
  return wins
}

export interface Figures {
  readonly rows: number
  readonly wins: number
  readonly areaUnderCurve: number
  readonly logLoss: number
  readonly brier: number
  readonly calibrationError: number
  /** Share won among the best tenth, and how many times the share of all that is. */
  readonly precisionTopTenth: number
  readonly liftTopTenth: number
  /** Share of all wins that lie among the leads sales has room for. */
  readonly captureAtCapacity: number
  readonly reliability: readonly ReliabilityBin[]
}

/** All figures; `capacity` is the share of leads that sales has room for. */
export const measure = (
  scores: ArrayLike<number>,
  chances: ArrayLike<number>,
  won: Uint8Array,
  capacity: number,
): Figures => {
  const rows = won.length
  const wins = won.reduce((sum, one) => sum + one, 0)
  const reliability = reliabilityOf(chances, won)
  const precisionTopTenth = winsAmongBest(scores, won, rows / 10) / (rows / 10)
  return {
    rows,
    wins,
    areaUnderCurve: areaUnderCurve(scores, won),
    logLoss: logLossOf(chances, won),
    brier: brierOf(chances, won),
    calibrationError: calibrationErrorOf(reliability),
    precisionTopTenth,
    liftTopTenth: precisionTopTenth / (wins / rows),
    captureAtCapacity: winsAmongBest(scores, won, rows * capacity) / wins,
    reliability,
  }
}

interface Group {
  readonly score: number
  readonly rows: number
  readonly wins: number
}

/** Rows of equal score together, the best first; and each row's group. */
export const tied = (
  scores: ArrayLike<number>,
  won: Uint8Array,
): { readonly groups: readonly Group[]; readonly groupOf: Uint32Array } => {
  const order = Uint32Array.from({ length: won.length }, (_, row) => row).sort(
    (a, b) => (scores[b] as number) - (scores[a] as number) || a - b,
  )
  const groups: { score: number; rows: number; wins: number }[] = []
  const groupOf = new Uint32Array(won.length)
  for (const row of order) {
    const score = scores[row] as number
    let group = groups.at(-1)
    if (group?.score !== score) {
      group = { score, rows: 0, wins: 0 }
      groups.push(group)
    }
    group.rows += 1
    group.wins += won[row] as number
    groupOf[row] = groups.length - 1
  }
  return { groups, groupOf }
}
