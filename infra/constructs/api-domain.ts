/** A domain of one's own before the public API, so that links outlive it; with a web ACL, CloudFront stands between. */
import { Fn, Validations } from 'aws-cdk-lib'
import { ApiMapping, DomainName, type HttpApi, type IStage } from 'aws-cdk-lib/aws-apigatewayv2'
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  OriginRequestPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { HostedZone } from 'aws-cdk-lib/aws-route53'
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { edgeHeader, env } from '../../shared/contracts/names.ts'
import type { DnsRecords } from './dns-records.ts'
import type { Binding } from './ripen-function.ts'

export interface ApiDomainProps {
  readonly name: string
  /** Without it one is made and validated in the zone that `name` is within. */
  readonly certificateArn: string | undefined
  /** Puts CloudFront before the API: an HTTP API itself takes no WAF. */
  readonly webAclArn: string | undefined
  readonly dns: DnsRecords
}

export class ApiDomain extends Construct {
  #edgeKey: Secret | undefined

  constructor(
    scope: Construct,
    id: string,
    props: ApiDomainProps & { readonly api: HttpApi; readonly stage: IStage },
  ) {
    super(scope, id)
    const certificate = this.#certificate(props)
    if (props.webAclArn === undefined) this.#mapApi(props, certificate)
    else this.#distribute(props, certificate, props.webAclArn)
  }

  /** By what functions know that CloudFront called them, and believe what it says of the visitor. */
  get visitors(): Binding {
    const secretArn = this.#edgeKey?.secretArn
    if (secretArn === undefined) return { statements: [] }
    return {
      environment: { [env.edgeKeyArn]: secretArn },
      statements: [
        new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }),
      ],
    }
  }

  #certificate({ name, certificateArn, dns }: ApiDomainProps): ICertificate {
    if (certificateArn !== undefined)
      return Certificate.fromCertificateArn(this, 'Certificate', certificateArn)
    const zone = HostedZone.fromHostedZoneId(this, 'Zone', dns.zoneIdFor(name) ?? '')
    return new Certificate(this, 'Certificate', {
      domainName: name,
      validation: CertificateValidation.fromDns(zone),
    })
  }

  #mapApi(
    { name, dns, api, stage }: ApiDomainProps & { readonly api: HttpApi; readonly stage: IStage },
    certificate: ICertificate,
  ): void {
    const domainName = new DomainName(this, 'Name', { domainName: name, certificate })
    new ApiMapping(this, 'Mapping', { api, domainName, stage })
    dns.alias('PublicDomain', {
      name,
      target: domainName.regionalDomainName,
      targetZoneId: domainName.regionalHostedZoneId,
      isDual: false,
    })
  }

  /** Nothing is kept at the edge: pages carry tokens of their own, and answers say themselves how long they are good. */
  #distribute(
    { name, dns, api }: ApiDomainProps & { readonly api: HttpApi },
    certificate: ICertificate,
    webAclId: string,
  ): void {
    this.#edgeKey = new Secret(this, 'EdgeKey', {
      description: 'CloudFront shows it to the functions, which then believe what it says of a visitor.',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    })
    Validations.of(this.#edgeKey).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'A deployment puts it into the distribution; between a rotation and the next one both would differ.',
    })
    const distribution = new Distribution(this, 'Distribution', {
      comment: `Forms and links at ${name}`,
      domainNames: [name],
      certificate,
      webAclId,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      defaultBehavior: {
        origin: new HttpOrigin(Fn.select(2, Fn.split('/', api.apiEndpoint)), {
          // A reference that CloudFormation resolves: the value is not in the template.
          customHeaders: { [edgeHeader]: this.#edgeKey.secretValue.unsafeUnwrap() },
        }),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      },
    })
    Validations.of(distribution).acknowledge({
      id: 'AwsSolutions-CFR1',
      reason: 'Leads may come from anywhere; the web ACL is the place for such rules.',
    })
    Validations.of(distribution).acknowledge({
      id: 'AwsSolutions-CFR3',
      reason:
        'The API logs each request; a log of CloudFront would keep addresses of visitors and tokens of links.',
    })
    dns.alias('PublicDomain', {
      name,
      target: distribution.distributionDomainName,
      targetZoneId: CloudFrontTarget.CLOUDFRONT_ZONE_ID,
      isDual: true,
    })
  }
}
