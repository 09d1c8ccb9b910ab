/** Stands in for the SDK's endpoint rules, which know account endpoints and dual stack; ours is the host of a region. */
import { endpointOf } from '../../shared/aws/endpoint.ts'

interface EndpointParameters {
  readonly Region?: string
  /** Set by `AWS_ENDPOINT_URL` and its like. */
  readonly Endpoint?: string
  /** Set by `AWS_USE_FIPS_ENDPOINT`. */
  readonly UseFIPS?: boolean
}

export const defaultEndpointResolver = ({ Endpoint, Region = '', UseFIPS = false }: EndpointParameters) => ({
  url: new URL(Endpoint ?? endpointOf('dynamodb', Region, UseFIPS)),
  properties: {},
  headers: {},
})
