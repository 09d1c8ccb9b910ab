import { expect, test } from 'vitest'
import { parseSettings } from '../../infra/settings.ts'

const good = { stage: 'prod', domain: 'example.com', sender: 'learn@example.com', region: 'eu-central-1' }

test('settings that are right are read, with what is left out filled in', () => {
  expect(parseSettings(good)).toEqual({
    ...good,
    campaign: 'campaign',
    sendConcurrency: 2,
    logRetentionDays: 30,
  })
})

test.each([
  ['stage', { ...good, stage: 'Prod!' }],
  ['domain', { ...good, domain: 'example' }],
  ['sender', { ...good, sender: 'learn' }],
  ['sender', { ...good, sender: 'learn@elsewhere.com' }],
  ['region', { ...good, region: 'Frankfurt' }],
  ['alarmEmail', { ...good, alarmEmail: 'me' }],
  ['sendConcurrency', { ...good, sendConcurrency: 1 }],
  ['reservedConcurrency', { ...good, reservedConcurrency: 0 }],
  ['logRetentionDays', { ...good, logRetentionDays: 31 }],
  ['stagge', { ...good, stagge: 'dev' }],
])('a wrong %s is an error that names it and where to set it', (name, given) => {
  expect(() => parseSettings(given)).toThrow(
    new RegExp(`Setting "${name}": .*cdk.json under context.ripen, or with -c ${name}=`),
  )
})

test.each(['eu-central-1', 'cn-north-1', 'us-gov-west-1', 'eusc-de-east-1'])('%s is a region', (region) => {
  expect(parseSettings({ ...good, region }).region).toBe(region)
})

test.each([
  ['eu-centrl-1', 'eu-central-1'],
  ['eu-west-9', 'eu-west-1, eu-west-2'],
  ['us-gov-west-2', 'us-gov-west-1'],
  ['eusc-de-east-2', 'eusc-de-east-1'],
])('the region %s does not exist, and the nearest are named', (region, nearest) => {
  expect(() => parseSettings({ ...good, region })).toThrow(
    `Setting "region": is not a region that AWS has; the nearest are ${nearest}`,
  )
})
