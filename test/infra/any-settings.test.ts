import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SettingsError } from '../../infra/settings.ts'
import { deployment, findingsOf } from '../support/deployments.ts'
import { adopt, certificate, good, webAclArn, zone } from '../support/settings.ts'

describe('every combination of settings', () => {
  const some = <Value>(...values: readonly [Value, ...Value[]]) =>
    fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 })
  const many = fc
    .record({
      stage: fc.constantFrom('dev', 'prod'),
      sender: fc.constant('learn@example.com'),
      region: fc.constantFrom('eu-central-1', 'us-east-1'),
      name: some('Academy'),
      domain: some('example.com'),
      identity: some('create', 'existing'),
      mailFromLabel: some('bounce', 'go'),
      dmarcPolicy: some('none', 'reject', 'existing'),
      hostedZoneId: some(zone.hostedZoneId),
      hostedZoneName: some('example.com', 'go.example.com', 'example.org'),
      domainName: some('go.example.com', 'forms.example.org'),
      certificateArn: some(certificate('eu-central-1'), certificate('us-east-1')),
      webAclArn: some(webAclArn),
      trackingDomain: some('click.example.com', 'go.example.com'),
      trackingCertificateArn: some(certificate('us-east-1')),
      alarmEmail: some('ops@example.com'),
      reservedConcurrency: some<number | string>(1, '20'),
      dashboard: some<boolean | string>(false, 'false'),
      tracing: some<boolean | string>(true, 'true'),
      terminationProtection: some(true),
      tags: some({ team: 'growth' }),
      adopt: some(adopt),
    })
    .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)))
  // Of many settings some nearly always exclude each other: of few, a quarter become a template.
  const few = many.chain((given) =>
    fc.subarray(Object.keys(given)).map((names) => ({
      ...(Object.fromEntries(names.map((name) => [name, given[name]])) as typeof given),
      stage: given.stage,
      sender: given.sender,
      region: given.region,
    })),
  )
  const anySettings = fc.oneof(many, few)

  test('either becomes a template, with every name that it needs, or is refused by the setting to correct', () => {
    let made = 0
    let refusals = 0
    fc.assert(
      fc.property(anySettings, (given) => {
        try {
          const { template } = deployment(given)
          made += 1
          expect(Object.keys(template.Resources).length).toBeGreaterThan(50)
          expect(JSON.stringify(template)).not.toMatch(/undefined|\[object Object\]|\$\{Token/)
        } catch (error) {
          if (!(error instanceof SettingsError)) throw error
          refusals += 1
          for (const line of error.message.split('\n')) {
            const [, name = ''] =
              /^Setting "([\w.]+)": .+ Set it in cdk.json under context.ripen/.exec(line) ?? []
            expect([
              ...Object.keys(given),
              'certificateArn',
              'trackingCertificateArn',
              'hostedZoneName',
            ]).toContain(name.split('.')[0])
          }
        }
      }),
      // As many in `npm run test:long`, from its own seed: a template takes a tenth of a second.
      { numRuns: 200 },
    )
    expect(made).toBeGreaterThan(20)
    expect(refusals).toBeGreaterThan(20)
  })
})

test('cdk-nag finds nothing that is not acknowledged with a reason, whatever stands before the API', async () => {
  const own = {
    ...good,
    ...zone,
    domainName: 'go.example.com',
    trackingDomain: 'click.example.com',
    trackingCertificateArn: certificate('us-east-1'),
    tracing: true,
  }
  for (const given of [
    own,
    { ...own, certificateArn: certificate('us-east-1'), webAclArn },
    { ...own, adopt },
  ])
    expect(await findingsOf(given)).toEqual([])
})
