/** Settings that are right one by one and wrong together: each is reported at the one to correct. */
import { type DnsZone, isWithin } from './constructs/dns-zone.ts'

/** What settings say of each other: those of one deployment, each already right by itself. */
interface Settings {
  readonly region: string
  readonly sender: string
  readonly identity: 'create' | 'existing'
  readonly domain?: string | undefined
  readonly mailFromLabel?: string | undefined
  readonly dmarcPolicy?: string | undefined
  readonly hostedZoneId?: string | undefined
  readonly hostedZoneName?: string | undefined
  readonly domainName?: string | undefined
  readonly certificateArn?: string | undefined
  readonly webAclArn?: string | undefined
  readonly trackingDomain?: string | undefined
  readonly trackingCertificateArn?: string | undefined
  readonly adopt?: Readonly<Record<string, string>> | undefined
}

interface Disagreement {
  readonly name: string
  readonly message: string
}

/** CloudFront takes certificates of this region only, wherever the stack is. */
const cloudFrontRegion = 'us-east-1'

export const disagreements = (settings: Settings): Disagreement[] =>
  [
    ...ofMail(settings),
    ...ofTracking(settings),
    ...ofZone(settings),
    ...ofDomainName(settings),
    ...ofAdoption(settings),
  ].map(([name, message]) => ({ name, message }))

/** Where bounces go. */
export const mailFromDomainOf = ({ domain, mailFromLabel = 'mail' }: Settings): string | undefined =>
  domain === undefined ? undefined : `${mailFromLabel}.${domain}`

/** The zone in which records are written. */
export const zoneOf = ({ hostedZoneId, hostedZoneName, domain }: Settings): DnsZone | undefined => {
  const name = hostedZoneName ?? domain
  return hostedZoneId === undefined || name === undefined ? undefined : { id: hostedZoneId, name }
}

type Pairs = (readonly [string, string])[]

const ofMail = (settings: Settings): Pairs => {
  const { sender, domain, identity } = settings
  const found: Pairs = []
  if (domain !== undefined && !sender.toLowerCase().endsWith(`@${domain}`))
    found.push([
      'sender',
      'must be an address at the domain of the setting "domain", or mailbox providers will not trust it',
    ])
  for (const name of ['mailFromLabel', 'dmarcPolicy'] as const) {
    if (settings[name] === undefined) continue
    if (domain === undefined) found.push([name, 'says something of a domain; set "domain" too, or remove it'])
    else if (identity === 'existing')
      found.push([
        name,
        'belongs to an identity that exists already; remove it, or set "identity" to "create"',
      ])
  }
  return found
}

const ofTracking = (settings: Settings): Pairs => {
  const { domain, trackingDomain, trackingCertificateArn, region } = settings
  if (trackingDomain === undefined)
    return trackingCertificateArn === undefined
      ? []
      : [['trackingCertificateArn', 'serves a domain for clicks; set "trackingDomain" too, or remove it']]
  const zone = zoneOf(settings)
  const found: Pairs = []
  if (domain === undefined || trackingDomain === domain || !isWithin(trackingDomain, domain))
    found.push([
      'trackingDomain',
      'must be beneath the setting "domain", such as click.example.com beneath example.com: SES asks that you have proven it to be yours',
    ])
  else if (trackingDomain === settings.domainName)
    found.push(['trackingDomain', 'must differ from "domainName": SES answers at one, the API at the other'])
  else if (trackingDomain === mailFromDomainOf(settings))
    found.push(['trackingDomain', 'must differ from the domain that bounces go to; see "mailFromLabel"'])
  if (trackingCertificateArn !== undefined && trackingCertificateArn.split(':')[3] !== cloudFrontRegion)
    found.push([
      'trackingCertificateArn',
      `must be of ${cloudFrontRegion}, from which alone CloudFront takes certificates`,
    ])
  if (
    trackingCertificateArn === undefined &&
    !(region === cloudFrontRegion && zone && isWithin(trackingDomain, zone.name))
  )
    found.push([
      'trackingCertificateArn',
      `must be set where "trackingDomain" is: a certificate of ${cloudFrontRegion}, which only a stack of that region with a "hostedZoneId" makes itself`,
    ])
  return found
}

const ofZone = (settings: Settings): Pairs => {
  const { hostedZoneId, hostedZoneName, domain, domainName, trackingDomain, identity } = settings
  if (hostedZoneId === undefined)
    return hostedZoneName === undefined
      ? []
      : [['hostedZoneName', 'names a zone without its id; set "hostedZoneId" too, or remove it']]
  const zone = zoneOf(settings)
  if (!zone) return [['hostedZoneName', 'must be set where "hostedZoneId" is and "domain" is not']]
  const written = [identity === 'create' ? domain : undefined, domainName, trackingDomain]
  return written.some((name) => name !== undefined && isWithin(name, zone.name))
    ? []
    : [
        [
          'hostedZoneId',
          `would have nothing written in it: neither "domainName" nor "trackingDomain" nor a new identity is within ${zone.name}; correct "hostedZoneName", or remove both`,
        ],
      ]
}

const ofDomainName = (settings: Settings): Pairs => {
  const { domainName, certificateArn, webAclArn, region } = settings
  if (domainName === undefined)
    return (['certificateArn', 'webAclArn'] as const)
      .filter((name) => settings[name] !== undefined)
      .map((name) => [name, 'serves a domain of your own; set "domainName" too, or remove it'])
  const found: Pairs = []
  if (domainName === mailFromDomainOf(settings))
    found.push(['domainName', 'must differ from the domain that bounces go to; see "mailFromLabel"'])
  const needed = webAclArn === undefined ? region : cloudFrontRegion
  const why =
    webAclArn === undefined ? 'the region of the stack' : 'from which alone CloudFront takes certificates'
  const zone = zoneOf(settings)
  // A zone without a name is reported already.
  const isWithinZone = zone ? isWithin(domainName, zone.name) : settings.hostedZoneId !== undefined
  if (certificateArn !== undefined && certificateArn.split(':')[3] !== needed)
    found.push(['certificateArn', `must be of ${needed}, ${why}`])
  if (certificateArn === undefined && needed !== region)
    found.push([
      'certificateArn',
      `must be set where "webAclArn" is: it must be of ${needed}, ${why}, and a stack in ${region} cannot make it there`,
    ])
  else if (certificateArn === undefined && !isWithinZone)
    found.push([
      'domainName',
      'needs a certificate: set "certificateArn", or "hostedZoneId" with a zone that it lies in, and one is made',
    ])
  return found
}

const ofAdoption = ({ adopt, region }: Settings): Pairs =>
  Object.entries(adopt ?? {})
    .filter(([, arn]) => arn.split(':')[3] !== region)
    .map(([name]) => [
      `adopt.${name}`,
      `must be of ${region}, the region of the stack: functions are fed by streams of their own region only`,
    ])
