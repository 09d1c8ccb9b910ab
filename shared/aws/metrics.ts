/** Counts what leaves no other trace, as log lines that CloudWatch turns into metrics. No personal data. */

/** One refused post. Written past the runtime's own JSON logging, which would wrap it and hide it from CloudWatch. */
export const countRefusal = (form: string, reason: string, atMs: number): void => {
  const metrics = {
    Namespace: 'Ripen',
    Dimensions: [['form', 'reason']],
    Metrics: [{ Name: 'refused', Unit: 'Count' }],
  }
  const line = { _aws: { Timestamp: atMs, CloudWatchMetrics: [metrics] }, form, reason, refused: 1 }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
