import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { beforeEach, expect, test } from 'vitest'
import { PublicApi } from '../../infra/constructs/public-api.ts'
import { RipenFunction } from '../../infra/constructs/ripen-function.ts'

const bundles = mkdtempSync(join(tmpdir(), 'ripen-'))
mkdirSync(join(bundles, 'forms'))
writeFileSync(join(bundles, 'forms', 'index.mjs'), 'export const handler = () => {}\n')

let api: PublicApi
let forms: RipenFunction

beforeEach(() => {
  const stack = new Stack(new App({ analyticsReporting: false }), 'Test')
  api = new PublicApi(stack, 'Public', { logRetentionDays: 30 })
  forms = new RipenFunction(stack, 'forms', {
    name: 'forms',
    description: 'Forms',
    bundles,
    logRetentionDays: 30,
    tracing: false,
    timeoutSeconds: 10,
  })
})

test.each(['GET /forms/{form}', 'OPTIONS /forms/{form}', 'POST /forms/{form}'])('%s is served', (route) => {
  expect(() => api.serve(route, forms)).not.toThrow()
})

test.each([
  ['PSOT /forms/{form}', 'PSOT'],
  ['get /forms/{form}', 'get'],
  ['HEAD /forms/{form}', 'HEAD'],
  ['constructor /forms/{form}', 'constructor'],
  ['/forms/{form}', '/forms/{form}'],
])('%s is an error that names the method and where routes are written', (route, method) => {
  expect(() => api.serve(route, forms)).toThrow(
    `The route "${route}" begins with "${method}"; a route of shared/contracts/names.ts begins with GET, OPTIONS or POST.`,
  )
})
