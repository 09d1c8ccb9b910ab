/** Stands in for SHA-256 in plain JavaScript, which the SDK keeps for machines without node:crypto. */
export class Sha256Js {
  constructor() {
    throw new Error('SHA-256 in plain JavaScript is left out of these bundles; see infra/bundle.ts.')
  }
}
