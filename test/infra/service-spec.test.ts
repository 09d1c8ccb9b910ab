import { expect, test } from 'vitest'
import { deployment } from '../support/deployments.ts'
import { schemaFaults } from '../support/service-spec.ts'
import { adopt, certificate, good, webAclArn, zone } from '../support/settings.ts'

const domainName = 'go.example.com'
const clicks = { trackingDomain: 'click.example.com', trackingCertificateArn: certificate('us-east-1') }

test.each([
  ['no more than must be set', {}],
  ['an address for alarms', { alarmEmail: 'on-call@example.com' }],
  ['more senders at once', { sendConcurrency: 10 }],
  ['a share reserved for the public functions', { reservedConcurrency: 20 }],
  ['a region in China', { region: 'cn-north-1' }],
  ['a region of GovCloud', { region: 'us-gov-west-1' }],
  ['the European sovereign region', { region: 'eusc-de-east-1' }],
  ['an identity that exists', { identity: 'existing' }],
  ['a domain in a zone, and traces', { ...zone, ...clicks, domainName, tracing: true }],
  ['CloudFront', { ...zone, domainName, certificateArn: certificate('us-east-1'), webAclArn }],
  ['a table and keys that are taken over', { adopt }],
  ['tags', { tags: { team: 'growth' } }],
])('with %s, AWS’s schemas find nothing wrong with the template', (_, settings) => {
  expect(schemaFaults(deployment({ ...good, ...settings }).template)).toEqual([])
})

test.each([
  ['a property that AWS does not know', { VisibilityTimeOut: 30 }, 'Queue.VisibilityTimeOut is not known.'],
  ['a text for a number', { DelaySeconds: '5' }, 'Queue.DelaySeconds must be integer, not "5".'],
  [
    'a reference for a switch',
    { FifoQueue: { Ref: 'Other' } },
    'Queue.FifoQueue must be boolean, not {"Ref":"Other"}.',
  ],
])('%s is a fault', (_, Properties, fault) => {
  expect(schemaFaults({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties } } })).toEqual([fault])
})

test('a required property that is missing, a wrong part of a part, and a type that does not exist are faults', () => {
  const faults = schemaFaults({
    Resources: {
      Subscription: { Type: 'AWS::SNS::Subscription', Properties: { Protocol: 'email' } },
      Alarm: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          ComparisonOperator: 'GreaterThanThreshold',
          EvaluationPeriods: 1,
          Dimensions: [{ Nam: 'q' }],
        },
      },
      Bus: { Type: 'AWS::Events::EventButton' },
    },
  })
  expect(faults.sort()).toEqual([
    'Alarm.Dimensions[0].Nam is not known.',
    'Alarm.Dimensions[0].Name is missing.',
    'Alarm.Dimensions[0].Value is missing.',
    'Bus: AWS::Events::EventButton is not a type that CloudFormation knows.',
    'Subscription.TopicArn is missing.',
  ])
})
