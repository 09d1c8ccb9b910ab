import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseSettings, settingsTable } from '../../infra/settings.ts'
import { adopt, certificate, good, webAclArn, zone } from '../support/settings.ts'
import { withSettingsTable } from './settings-table.ts'

test('settings that are right are read, with what is left out filled in', () => {
  expect(parseSettings(good)).toEqual({
    ...good,
    name: 'Ripen',
    identity: 'create',
    campaign: 'campaign',
    sendConcurrency: 2,
    sweepSegments: 8,
    logRetentionDays: 30,
    dashboard: true,
    tracing: false,
    terminationProtection: false,
  })
})

test('a command line says true and false as words, and what has parts as JSON', () => {
  const given = { ...good, tracing: 'true', tags: '{"team":"growth"}', adopt: JSON.stringify(adopt) }
  expect(parseSettings(given)).toMatchObject({ tracing: true, tags: { team: 'growth' }, adopt })
})

describe('a setting that is wrong alone', () => {
  test.each([
    ['name', { ...good, name: 'my stack' }],
    ['stage', { ...good, stage: 'Prod!' }],
    ['domain', { ...good, domain: 'example' }],
    ['sender', { ...good, sender: 'learn' }],
    ['region', { ...good, region: 'Frankfurt' }],
    ['identity', { ...good, identity: 'reuse' }],
    ['mailFromLabel', { ...good, mailFromLabel: 'mail.eu' }],
    ['dmarcPolicy', { ...good, dmarcPolicy: 'strict' }],
    ['hostedZoneId', { ...good, hostedZoneId: 'example.com' }],
    ['hostedZoneName', { ...good, ...zone, hostedZoneName: 'example.com.' }],
    ['domainName', { ...good, ...zone, domainName: 'https://go.example.com' }],
    ['certificateArn', { ...good, domainName: 'go.example.com', certificateArn: 'mine' }],
    [
      'webAclArn',
      { ...good, domainName: 'go.example.com', webAclArn: webAclArn.replace('global', 'regional') },
    ],
    [
      'webAclArn',
      { ...good, domainName: 'go.example.com', webAclArn: webAclArn.replace('us-east-1', 'eu-central-1') },
    ],
    ['trackingDomain', { ...good, trackingDomain: 'click' }],
    ['alarmEmail', { ...good, alarmEmail: 'me' }],
    ['sendConcurrency', { ...good, sendConcurrency: 1 }],
    ['sweepSegments', { ...good, sweepSegments: 0 }],
    ['reservedConcurrency', { ...good, reservedConcurrency: 0 }],
    ['logRetentionDays', { ...good, logRetentionDays: 31 }],
    ['dashboard', { ...good, dashboard: 'perhaps' }],
    ['tracing', { ...good, tracing: 'sometimes' }],
    ['terminationProtection', { ...good, terminationProtection: 2 }],
    ['tags', { ...good, tags: 'team=growth' }],
    ['stagge', { ...good, stagge: 'dev' }],
  ])('%s is refused by an error that names it and where to set it', (name, given) => {
    expect(() => parseSettings(given)).toThrow(
      new RegExp(
        `^Setting "${name}": [^\\n]*cdk.json under context.ripen, or with -c ${name}=\\.\\.\\.$`,
        'm',
      ),
    )
  })

  test.each([
    ['adopt.table', { ...adopt, table: 'Restored' }],
    ['adopt.identityKey', { ...adopt, identityKey: 'KeysIdentity' }],
    ['adopt.linkKey', { table: adopt.table, identityKey: adopt.identityKey }],
    ['adopt.formKey', { ...adopt, formKey: adopt.linkKey }],
  ])('%s is refused by an error that names it and where to set it', (name, given) => {
    expect(() => parseSettings({ ...good, adopt: given })).toThrow(
      new RegExp(
        `^Setting "${name}": [^\\n]*cdk.json under context.ripen, or with -c adopt='\\{\\.\\.\\.\\}'$`,
        'm',
      ),
    )
  })
})

describe('settings that are wrong together', () => {
  const { domain: _, ...withoutDomain } = good
  const clicks = { trackingCertificateArn: certificate('us-east-1') }
  test.each([
    [
      'sender',
      { ...good, sender: 'learn@elsewhere.com' },
      'must be an address at the domain of the setting "domain"',
    ],
    ['mailFromLabel', { ...withoutDomain, mailFromLabel: 'bounce' }, 'set "domain" too'],
    ['dmarcPolicy', { ...withoutDomain, dmarcPolicy: 'none' }, 'set "domain" too'],
    ['mailFromLabel', { ...good, identity: 'existing', mailFromLabel: 'bounce' }, 'remove it'],
    ['dmarcPolicy', { ...good, identity: 'existing', dmarcPolicy: 'none' }, 'remove it'],
    [
      'trackingDomain',
      { ...withoutDomain, ...clicks, trackingDomain: 'click.example.com' },
      'beneath the setting "domain"',
    ],
    [
      'trackingDomain',
      { ...good, ...clicks, trackingDomain: 'click.elsewhere.com' },
      'beneath the setting "domain"',
    ],
    ['trackingDomain', { ...good, ...clicks, trackingDomain: 'example.com' }, 'beneath the setting "domain"'],
    ['trackingDomain', { ...good, ...clicks, trackingDomain: 'mail.example.com' }, '"mailFromLabel"'],
    [
      'trackingDomain',
      { ...good, ...zone, ...clicks, domainName: 'go.example.com', trackingDomain: 'go.example.com' },
      'must differ from "domainName"',
    ],
    ['trackingCertificateArn', { ...good, ...clicks }, 'set "trackingDomain" too'],
    [
      'trackingCertificateArn',
      { ...good, ...zone, trackingDomain: 'click.example.com' },
      'a certificate of us-east-1',
    ],
    [
      'trackingCertificateArn',
      { ...good, region: 'us-east-1', trackingDomain: 'click.example.com' },
      'a certificate of us-east-1',
    ],
    [
      'trackingCertificateArn',
      { ...good, trackingDomain: 'click.example.com', trackingCertificateArn: certificate('eu-central-1') },
      'must be of us-east-1',
    ],
    ['hostedZoneName', { ...good, hostedZoneName: 'example.com' }, 'set "hostedZoneId" too'],
    ['hostedZoneName', { ...withoutDomain, ...zone, domainName: 'go.example.com' }, 'must be set'],
    ['hostedZoneId', { ...good, ...zone, identity: 'existing' }, 'nothing written in it'],
    ['hostedZoneId', { ...good, ...zone, hostedZoneName: 'elsewhere.com' }, 'nothing written in it'],
    ['domainName', { ...good, domainName: 'go.example.com' }, 'needs a certificate'],
    ['domainName', { ...good, ...zone, domainName: 'go.elsewhere.com' }, 'needs a certificate'],
    ['domainName', { ...good, ...zone, domainName: 'mail.example.com' }, '"mailFromLabel"'],
    ['certificateArn', { ...good, certificateArn: certificate('eu-central-1') }, 'set "domainName" too'],
    ['webAclArn', { ...good, webAclArn }, 'set "domainName" too'],
    [
      'certificateArn',
      { ...good, domainName: 'go.example.com', certificateArn: certificate('us-east-1') },
      'must be of eu-central-1',
    ],
    [
      'certificateArn',
      { ...good, domainName: 'go.example.com', certificateArn: certificate('eu-central-1'), webAclArn },
      'must be of us-east-1',
    ],
    [
      'certificateArn',
      { ...good, ...zone, domainName: 'go.example.com', webAclArn },
      'must be set where "webAclArn" is',
    ],
    [
      'adopt.table',
      { ...good, adopt: { ...adopt, table: adopt.table.replace('eu-central-1', 'eu-west-1') } },
      'must be of eu-central-1',
    ],
  ])('%s is refused, case %#, by an error that says what to correct', (name, given, fix) => {
    let said = ''
    try {
      parseSettings(given)
    } catch (error) {
      said = String(error)
    }
    expect(said).toContain(`Setting "${name}": `)
    expect(said).toContain(fix)
    expect(said.split('\n')).toHaveLength(1)
    expect(said).toContain('Set it in cdk.json under context.ripen')
  })
})

test('docs/deploy.md lists every setting as it is', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/deploy.md'), 'utf8')
  expect(withSettingsTable(page), 'npm run docs:settings').toBe(page)
  for (const { name, what } of settingsTable()) expect(what, name).toMatch(/^.{10,}$/)
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
