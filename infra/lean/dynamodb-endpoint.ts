/** Stands in for the SDK's endpoint rules, which know every partition and flavour; ours is the plain one of a region. */

interface EndpointParameters {
  readonly Region?: string
  /** Set by `AWS_ENDPOINT_URL` and its like. */
  readonly Endpoint?: string
}

export const defaultEndpointResolver = ({ Endpoint, Region = '' }: EndpointParameters) => ({
  url: new URL(
    Endpoint ?? `https://dynamodb.${Region}.amazonaws.com${Region.startsWith('cn-') ? '.cn' : ''}`,
  ),
  properties: {},
  headers: {},
})
