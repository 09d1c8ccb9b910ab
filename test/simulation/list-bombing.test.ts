import { expect, test } from 'vitest'
import { synthesiseForTest } from '../support/assembly.ts'
import { bomb } from './list-bombing.ts'

test('a flood of strangers’ addresses: no more confirmations than the caps allow, and every person is served', async () => {
  const { assembly } = await synthesiseForTest()
  const result = await bomb({
    cdkOut: assembly.directory,
    posts: { patient: 60, hasty: 30, spread: 32, replayed: 16, withoutToken: 16 },
    strangers: 60,
    people: 5,
    hours: 1,
  })
  // The campaign's caps: 20 an hour per network, 200 per domain, 1,000 in all, 3 per address and month.
  expect(result.confirmations.mostPerNetworkAndHour).toBe(20)
  expect(result.confirmations.mostPerDomainAndHour).toBeLessThanOrEqual(200)
  expect(result.confirmations.mostPerHour).toBeLessThanOrEqual(1000)
  expect(result.confirmations.mostPerAddress).toBe(1)
  expect(result.confirmations.toStrangers).toBeLessThanOrEqual(60)
  expect(result.otherEmailsToStrangers).toBe(0)
  expect(result.answers).toMatchObject({
    patient: { 202: 60 },
    // Twenty tokens are had for nothing; the others ask for work, which a machine without script is told.
    hasty: { 202: 20, 422: 10 },
    spread: { 202: 32 },
    // The first address that came with the token is no replay of it; the others are asked for a fresh one.
    replayed: { 202: 1, 422: 15 },
    withoutToken: { 422: 16 },
    people: { 202: 5 },
  })
  expect(result.refused).toEqual({})
  expect(result).toMatchObject({ peopleConfirmed: 5, peopleServed: 5 })
  expect(result.confirmations.toPeople).toBe(5)
  expect(result).toMatchObject({ waiting: 0, schedulesLeft: 0, deadLetters: 0, denials: 0 })
})
