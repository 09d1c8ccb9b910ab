/** The names of a deployment: written in a Route 53 zone where there is one for them, else outputs for a person to set. */
import { CfnOutput, Stack } from 'aws-cdk-lib'
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53'
import { Construct } from 'constructs'
import { type DnsZone, isWithin } from './dns-zone.ts'

export interface DnsRecord {
  readonly type: 'CNAME' | 'MX' | 'TXT'
  readonly name: string
  /** As zone files have it; a text without its quotation marks. */
  readonly value: string
  /** The domain whose zone it belongs in, where `name` is known at deploy only. */
  readonly belongsTo?: string
}

/** Another name for something of AWS that has a zone of its own. */
export interface AliasRecord {
  readonly name: string
  readonly target: string
  readonly targetZoneId: string
  /** IPv6 beside IPv4. */
  readonly isDual: boolean
}

/** Soon enough for a mistake to be mended, and not so short that resolvers ask all the time. */
const ttlSeconds = '1800'

export class DnsRecords extends Construct {
  readonly #zone: DnsZone | undefined

  constructor(scope: Construct, id: string, zone: DnsZone | undefined) {
    super(scope, id)
    this.#zone = zone
  }

  /** `id` names the record in the template, as a resource or as an output. */
  add(id: string, { type, name, value, belongsTo = name }: DnsRecord): void {
    const zoneId = this.zoneIdFor(belongsTo)
    if (zoneId === undefined) this.#tell(id, `${name} ${type} ${value}`)
    else
      new CfnRecordSet(this, id, {
        hostedZoneId: zoneId,
        name,
        type,
        ttl: ttlSeconds,
        resourceRecords: [type === 'TXT' ? JSON.stringify(value) : value],
      })
  }

  alias(id: string, { name, target, targetZoneId, isDual }: AliasRecord): void {
    const zoneId = this.zoneIdFor(name)
    if (zoneId === undefined) this.#tell(id, `${name} CNAME ${target}`)
    else
      for (const type of isDual ? ['A', 'AAAA'] : ['A'])
        new CfnRecordSet(this, `${id}${type}`, {
          hostedZoneId: zoneId,
          name,
          type,
          aliasTarget: { dnsName: target, hostedZoneId: targetZoneId },
        })
  }

  /** The zone that `name` is within, where we write; nothing where a person has to. */
  zoneIdFor(name: string): string | undefined {
    return this.#zone && isWithin(name, this.#zone.name) ? this.#zone.id : undefined
  }

  #tell(id: string, value: string): void {
    new CfnOutput(Stack.of(this), id, { value, description: 'DNS record to set' })
  }
}
