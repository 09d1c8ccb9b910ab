import { describe, expect, test } from 'vitest'
import { checkChances, checkDrift, checkStands } from '../../../../shared/domain/learning/gate.ts'

/** 400 leads of which every fourth was won; `right` of them in a hundred pairs are ranked right. */
const contest = (right: number) => {
  const won = Uint8Array.from({ length: 400 }, (_, row) => Number(row % 4 === 0))
  // Winners above all losers, or below them, so that the area is the share of those above.
  const challenger = Float64Array.from(won, (one, row) => (one ? ((row / 4) % 100 < right ? 2 : 0) : 1))
  return { champion: challenger, challenger, won }
}

describe('the card that would ship stands by what the splits showed', () => {
  test.each([
    [87, [0.87, 0.9], true],
    // Two standard errors of 100 wins are 0.072 at 0.85.
    [85, [0.9], true],
    [66, [0.87], false],
    [78, [0.87, 0.88], false],
  ])('an area of %i in a hundred after %j: %s', (right, shown, isMet) => {
    expect(checkStands('newest tenth', contest(right), shown).isMet).toBe(isMet)
  })

  test('and by its chances', () => {
    expect(checkChances('newest tenth', { challenger: 0.5, champion: 0.5 }).isMet).toBe(true)
    expect(checkChances('newest tenth', { challenger: 0.51, champion: 0.5 })).toEqual({
      isMet: false,
      text: 'newest tenth: the log loss of the card that would ship is 0.510 against 0.500; it must not be higher.',
    })
  })
})

test.each([
  ['no alarm', { predicted: 0.3, shareWon: 0.28, isAlarm: false }, 0.28, true],
  [
    'an alarm, and the card in use is off further',
    { predicted: 0.3, shareWon: 0.2, isAlarm: true },
    0.35,
    true,
  ],
  ['an alarm, and the card in use is right', { predicted: 0.3, shareWon: 0.2, isAlarm: true }, 0.21, false],
])('drift with %s', (_, gap, champion, isMet) => {
  expect(checkDrift(gap, { predicted: champion, shareWon: 0.2 }).isMet).toBe(isMet)
})
