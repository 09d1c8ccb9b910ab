/** Evidence of who agreed, kept beside the fact for as long as the form says and no longer. */
import * as z from 'zod/mini'

const evidence = z.object({
  submission: z.string(),
  sourceIp: z.string(),
  userAgent: z.string(),
  acceptLanguage: z.string(),
  atMs: z.number(),
  /** DynamoDB lets the item go some time after this, up to two days later. */
  expiresAtSeconds: z.number(),
})
export type ConsentEvidence = z.infer<typeof evidence>

/** The stored evidence, or nothing once its time is over: the table may still hold it then. */
export const readEvidence = (
  item: Readonly<Record<string, unknown>>,
  nowMs: number,
): ConsentEvidence | undefined => {
  const read = evidence.parse(item)
  return read.expiresAtSeconds * 1000 > nowMs ? read : undefined
}
