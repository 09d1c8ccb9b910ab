/** Where an AWS service answers: its host by region, for every partition, and by FIPS. */

/** By how its regions begin, what a partition's hosts end in; as in the SDK's list of partitions. */
const suffixes: readonly (readonly [prefix: string, suffix: string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['us-isof-', 'csp.hci.ic.gov'],
]

/** `https://dynamodb.eu-central-1.amazonaws.com`; with FIPS `https://dynamodb-fips....`. No dual-stack hosts. */
export const endpointOf = (service: string, region: string, isFips: boolean): string => {
  const suffix = suffixes.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com'
  // In GovCloud every host of DynamoDB is a FIPS host, and has no other name.
  const isPlain = !isFips || (service === 'dynamodb' && region.startsWith('us-gov-'))
  return `https://${service}${isPlain ? '' : '-fips'}.${region}.${suffix}`
}

/** As the SDK reads the environment: the service's own address, the one for all, or the region's host. */
export const endpointByEnvironment = (
  service: string,
  variable: string,
  environment: Readonly<Record<string, string | undefined>>,
): string =>
  environment[variable] ??
  environment.AWS_ENDPOINT_URL ??
  endpointOf(service, environment.AWS_REGION ?? '', environment.AWS_USE_FIPS_ENDPOINT === 'true')
