/** Stands in for the cache of endpoint discovery, which is off unless a client asks for it; ours never do. */
export class EndpointCache {
  getEndpoint(): undefined {
    return undefined
  }
  get(): undefined {
    return undefined
  }
  set(): void {
    throw new Error('Endpoint discovery is left out of these bundles; see infra/bundle.ts.')
  }
  delete(): void {}
  has(): boolean {
    return false
  }
  clear(): void {}
}
