/** Tells the programs that follow links in emails, to look for malware or to show a preview, from the people who read them. */
import { isbot } from 'isbot'

export interface Client {
  readonly userAgent: string
  /** Absent where the header did not come. */
  readonly acceptLanguage: string | undefined
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

/**
 * Mail scanners follow links as the email arrives, most within seconds: three minutes is what Keila (an open newsletter
 * system) found to cover them, and a person who is as quick loses one press of a button.
 */
const scanMs = 3 * 60_000

/** Programs that the list of `isbot` may not know. Names by general knowledge: makers change their agents, and no list of theirs was at hand. */
const mailScanners = [
  // Office asks whether a linked document exists.
  /microsoft office|ms-?office/i,
  // Makers of link protection in mail gateways.
  /barracuda|proofpoint|mimecast|trend ?micro|forcepoint|fireeye|sophos|zscaler|symantec/i,
  // Libraries and bare tools: no person's browser.
  /^(node|undici|axios|got|okhttp|java|python|go-http-client|curl|wget)\b/i,
]

/** Whether a request for a confirmation link that was sent at `sentAtMs` looks like a scanner's. */
export const looksScanned = (client: Client, sentAtMs: number, nowMs: number): boolean =>
  nowMs - sentAtMs < scanMs && isScannerLike(client)

const isScannerLike = ({ userAgent, acceptLanguage, headers }: Client): boolean =>
  userAgent === '' ||
  isbot(userAgent) ||
  mailScanners.some((known) => known.test(userAgent)) ||
  // Every browser that a person reads with says its languages.
  acceptLanguage === undefined ||
  acceptLanguage === '' ||
  acceptLanguage === '*' ||
  /headless/i.test(headers['sec-ch-ua'] ?? '') ||
  // A browser that fetches ahead of its person.
  /prefetch|preview/i.test(
    `${headers['sec-purpose'] ?? ''} ${headers.purpose ?? ''} ${headers['x-purpose'] ?? ''}`,
  )
