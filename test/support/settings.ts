/** Settings of invented deployments. */

/** Settings that are right, and what may be added to them. */
export const good = {
  stage: 'prod',
  domain: 'example.com',
  sender: 'learn@example.com',
  region: 'eu-central-1',
}
export const zone = { hostedZoneId: 'Z0123456789ABCDEFGHIJ' }
export const certificate = (region: string) => `arn:aws:acm:${region}:123456789012:certificate/12345678-1234`
export const webAclArn = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/forms/12345678-1234'
export const adopt = {
  table: 'arn:aws:dynamodb:eu-central-1:123456789012:table/Restored/stream/2026-11-30T10:00:00.000',
  identityKey: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:KeysIdentity-a1B2c3',
  linkKey: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:KeysLink-d4E5f6',
}
