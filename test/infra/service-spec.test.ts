import { beforeAll, expect, test } from 'vitest'
import type { Synthesis } from '../../infra/synthesise.ts'
import { synthesiseForTest } from '../support/assembly.ts'
import { synthesiseWith } from '../support/other-settings.ts'
import { schemaFaults, type Template } from '../support/service-spec.ts'

let synthesis: Synthesis & { readonly bundles: string }

beforeAll(async () => {
  synthesis = await synthesiseForTest()
})

const templateFor = (settings: Readonly<Record<string, unknown>>): Template =>
  synthesiseWith(synthesis, settings).getStackByName('Ripen-dev').template as Template

test.each([
  ['the settings of cdk.json', {}],
  ['an address for alarms', { alarmEmail: 'on-call@example.com' }],
  ['more senders at once', { sendConcurrency: 10 }],
  ['a share reserved for the public functions', { reservedConcurrency: 20 }],
  ['a region in China', { region: 'cn-north-1' }],
  ['a region of GovCloud', { region: 'us-gov-west-1' }],
  ['the European sovereign region', { region: 'eusc-de-east-1' }],
])('with %s, AWS’s schemas find nothing wrong with the template', (_, settings) => {
  expect(schemaFaults(templateFor(settings))).toEqual([])
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
