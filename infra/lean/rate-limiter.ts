/** Stands in for the limiter of the SDK's adaptive retries, which are off unless a client asks for them; ours never do. */
export class DefaultRateLimiter {
  constructor() {
    throw new Error('Adaptive retries are left out of these bundles; see infra/bundle.ts.')
  }
}
