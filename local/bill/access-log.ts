/** What API Gateway logs of a request: the format of the stage, with values of their usual length. */

const values: Readonly<Record<string, string>> = {
  requestId: 'JKJaXmPLvHcESHA=',
  requestTime: '08/Oct/2026:07:30:41 +0000',
  responseLatency: '25',
  integrationErrorMessage: '-',
}

export const accessLogBytes = (format: string, routeKey: string, status: number): number => {
  if (format === '') return 0
  const own: Readonly<Record<string, string>> = { ...values, routeKey, status: String(status) }
  const line = format.replace(/\$context\.(\w+)/g, (variable, name: string) => own[name] ?? variable)
  return Buffer.byteLength(line) + 1
}
