/** Stands in for the writing of an event stream's headers, which the SDK's signer carries along. */
export class HeaderFormatter {
  format(): never {
    throw new Error('Event streams are left out of these bundles; see infra/bundle.ts.')
  }
}
