import { expect, test } from 'vitest'
import { isAllowed, missingStatement } from '../../local/iam.ts'
import type { PolicyStatement } from '../../local/inventory.ts'

const allow = (action: string, resource: string, more: Partial<PolicyStatement> = {}): PolicyStatement => ({
  effect: 'Allow',
  actions: [action],
  resources: [resource],
  ...more,
})
const put = { action: 'dynamodb:PutItem', resource: 'arn:aws:dynamodb:r:1:table/leads' }
const passed = { conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } } }

test.each([
  ['the very action and resource', [allow('dynamodb:PutItem', put.resource)], {}, true],
  ['an action in other letter case', [allow('DynamoDB:putitem', put.resource)], {}, true],
  ['a star within the resource', [allow('dynamodb:PutItem', 'arn:aws:dynamodb:r:1:table/*')], {}, true],
  ['nothing', [], {}, false],
  ['another action', [allow('dynamodb:GetItem', put.resource)], {}, false],
  ['another resource', [allow('dynamodb:PutItem', `${put.resource}s`)], {}, false],
  [
    'an allow and a deny',
    [allow('dynamodb:PutItem', '*'), { ...allow('dynamodb:*', '*'), effect: 'Deny' as const }],
    {},
    false,
  ],
  [
    'a condition that holds',
    [allow('dynamodb:PutItem', '*', passed)],
    { 'iam:PassedToService': 'scheduler.amazonaws.com' },
    true,
  ],
  [
    'a condition that does not hold',
    [allow('dynamodb:PutItem', '*', passed)],
    { 'iam:PassedToService': 'lambda.amazonaws.com' },
    false,
  ],
  [
    'a deny for calls without TLS',
    [
      allow('dynamodb:PutItem', '*'),
      {
        ...allow('dynamodb:*', '*', { conditions: { Bool: { 'aws:SecureTransport': 'false' } } }),
        effect: 'Deny' as const,
      },
    ],
    {},
    true,
  ],
])('%s', (_, statements, context, expected) => {
  expect(isAllowed(statements, put, context)).toBe(expected)
})

test('a condition that is not evaluated here is an error that names it', () => {
  const statement = allow('dynamodb:PutItem', '*', {
    conditions: { NumericLessThan: { 'aws:SecureTransport': '1' } },
  })
  expect(() => isAllowed([statement], put)).toThrow('NumericLessThan')
})

test('the missing statement can be copied into a policy', () => {
  expect(missingStatement(put)).toBe(
    '{"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"arn:aws:dynamodb:r:1:table/leads"}',
  )
})
