/** What Lambda itself logs of an invocation, in JSON: a line at its start, and a report at its end. */

/**
 * As Lambda's guide shows them ("Lambda platform events"), with ids, times and figures of their usual length. A start
 * of the instance, a trace and a failure add to it.
 */
const lines = [
  '{"time":"2026-10-08T07:30:41.076Z","type":"platform.start","record":{"requestId":"f0c9f58b-8ebe-4e84-a656-95eb6eee865a","version":"$LATEST"}}',
  '{"time":"2026-10-08T07:30:41.089Z","type":"platform.report","record":{"requestId":"f0c9f58b-8ebe-4e84-a656-95eb6eee865a","metrics":{"durationMs":12.96,"billedDurationMs":13,"memorySizeMB":512,"maxMemoryUsedMB":123},"status":"success"}}',
]

export const systemLogBytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)
