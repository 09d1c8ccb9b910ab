import { describe, expect, test } from 'vitest'
import { deployment, sampleCampaign, type Template } from '../support/deployments.ts'
import { certificate, good, zone } from '../support/settings.ts'

describe('sample addresses', () => {
  const own = {
    stage: 'prod',
    domain: 'fernhill.academy',
    sender: 'learn@fernhill.academy',
    region: 'eu-central-1',
  }
  const ownIdentity = {
    ...sampleCampaign.identity,
    replyTo: 'advisers@fernhill.academy',
    sales: { email: 'sales@fernhill.academy' },
    report: { email: 'marketing@fernhill.academy' },
  }
  const ownCampaign = { ...sampleCampaign, identity: ownIdentity }
  type Assertion = { Assert: { 'Fn::Equals': unknown[] }; AssertDescription: string }
  const refusals = ({ Rules }: Template): Assertion[] =>
    (Rules.RealAddresses as { Assertions: Assertion[] } | undefined)?.Assertions ?? []

  test('of the sample are refused by CloudFormation before it creates anything, each with its place', () => {
    const assertions = refusals(deployment(good).template)
    expect(assertions.map(({ AssertDescription }) => AssertDescription)).toEqual([
      'Setting "domain" in cdk.json: example.com is a sample; write your own.',
      'Setting "sender" in cdk.json: learn@example.com is a sample; write your own.',
      '"replyTo" in campaign.yaml: advisers@example.com is a sample; write your own.',
      '"sales.email" in campaign.yaml: sales@example.com is a sample; write your own.',
      '"report.email" in campaign.yaml: marketing@example.com is a sample; write your own.',
    ])
    // No region bears that name, so no assertion ever holds.
    for (const { Assert } of assertions)
      expect(Assert).toEqual({ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'refused'] })
  })

  test('of the sample are warned of by a synthesis', () => {
    const warnings = deployment(good).stack.messages.filter(({ level }) => level === 'warning')
    expect(warnings.map(({ entry }) => String(entry.data))).toContainEqual(
      expect.stringContaining('"sales.email" in campaign.yaml: sales@example.com is a sample'),
    )
  })

  test.each([
    ['alarmEmail', { alarmEmail: 'ops@fernhill.test' }],
    [
      'trackingDomain',
      {
        domain: 'example.com',
        sender: 'a@example.com',
        trackingDomain: 'click.example.com',
        trackingCertificateArn: certificate('us-east-1'),
      },
    ],
    ['domainName', { ...zone, hostedZoneName: 'example.org', domainName: 'go.example.org' }],
  ])('in the setting %s are refused', (name, given) => {
    const said = refusals(deployment({ ...own, ...given }, ownCampaign).template)
    expect(said.map(({ AssertDescription }) => AssertDescription)).toContainEqual(
      expect.stringContaining(`Setting "${name}" in cdk.json`),
    )
  })

  test.each(['replyTo', 'sales', 'report'] as const)('in the campaign’s %s are refused', (name) => {
    const identity = { ...ownIdentity, [name]: sampleCampaign.identity[name] }
    expect(refusals(deployment(own, { ...sampleCampaign, identity }).template)).toHaveLength(1)
  })

  test('that were all replaced are neither refused nor warned of', () => {
    const { template, stack } = deployment(own, ownCampaign)
    expect(refusals(template)).toEqual([])
    expect(stack.messages.filter(({ entry }) => String(entry.data).includes('sample'))).toEqual([])
  })
})
