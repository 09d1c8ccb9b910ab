/** The domain that links in emails lead to first, for SES to count clicks. */
import { Stack, Validations } from 'aws-cdk-lib'
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  OriginRequestPolicy,
  SecurityPolicyProtocol,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { HostedZone } from 'aws-cdk-lib/aws-route53'
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets'
import { Construct } from 'constructs'
import type { DnsRecords } from './dns-records.ts'

export interface TrackingDomainProps {
  readonly name: string
  /** Of us-east-1. Without it one is made, in a stack of that region, and validated in the zone that `name` is within. */
  readonly certificateArn: string | undefined
  readonly dns: DnsRecords
}

/**
 * SES keeps a link's https and serves its own certificate only, so with a name alone every link would end in a
 * warning: CloudFront stands before it with ours.
 */
export class TrackingDomain extends Construct {
  constructor(scope: Construct, id: string, props: TrackingDomainProps) {
    super(scope, id)
    const { name, dns } = props
    const distribution = new Distribution(this, 'Distribution', {
      comment: `Links in emails, by way of ${name}`,
      domainNames: [name],
      certificate: this.#certificate(props),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      defaultBehavior: {
        origin: new HttpOrigin(`r.${Stack.of(this).region}.awstrack.me`),
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        // SES reads the name that was asked for, and each click counts.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER,
        cachePolicy: CachePolicy.CACHING_DISABLED,
      },
    })
    for (const [rule, reason] of [
      ['CFR1', 'Leads may come from anywhere.'],
      ['CFR2', 'It passes clicks on to SES and holds nothing.'],
      ['CFR3', 'SES tells of each click; a log would keep addresses of visitors besides.'],
    ] as const)
      Validations.of(distribution).acknowledge({ id: `AwsSolutions-${rule}`, reason })
    dns.alias('TrackingDomain', {
      name,
      target: distribution.distributionDomainName,
      targetZoneId: CloudFrontTarget.CLOUDFRONT_ZONE_ID,
      isDual: true,
    })
  }

  #certificate({ name, certificateArn, dns }: TrackingDomainProps): ICertificate {
    if (certificateArn !== undefined)
      return Certificate.fromCertificateArn(this, 'Certificate', certificateArn)
    const zone = HostedZone.fromHostedZoneId(this, 'Zone', dns.zoneIdFor(name) ?? '')
    return new Certificate(this, 'Certificate', {
      domainName: name,
      validation: CertificateValidation.fromDns(zone),
    })
  }
}
