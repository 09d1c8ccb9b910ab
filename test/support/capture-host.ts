/** Capture's bundle as it would be deployed, in the worker that stands for Lambda, with a real table and no pipeline behind it. */
import { cpSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { VirtualClock } from '../../local/clock.ts'
import { accessKeyFor, listenAsGateway } from '../../local/gateway.ts'
import type { FromWorker, ToWorker, WorkerSetup } from '../../local/lambda/worker.ts'
import { Meter } from '../../local/meter.ts'
import { DynamoDbService } from '../../local/services/dynamodb.ts'
import { SecretsService } from '../../local/services/secrets.ts'
import { State } from '../../local/state.ts'
import { loadInventory } from '../../local/template/load.ts'
import type { CompiledForm } from '../../shared/campaign/compiled/compiled.ts'
import { env } from '../../shared/contracts/names.ts'
import { monday } from './leads.ts'
import { type Assembled, sampleCampaign } from './run/assemble.ts'

/** A form with every type of field and every rule, beside those of the sample. */
const everything = `title: Everything
sequence: learn
doubleOptIn: false
consent: { wording: "Yes, write to me about the guide, please." }
redirects: [https://www.example.com/thanks/]
fields:
  - { name: email, label: Email, type: email, required: true, maxLength: 254 }
  - { name: firstName, label: First name, type: text, maxLength: 60 }
  - { name: motto, label: Motto, type: text, maxLength: 200 }
  - { name: code, label: Code, type: text, pattern: "[A-Z]{2}\\\\d{4}", patternHelp: two letters and four digits }
  - { name: work, label: Work, type: select, options: [Analyst, R & D, "<other>"] }
  - { name: age, label: Age, type: number, minimum: 18, maximum: 99 }
  - { name: phone, label: Phone, type: phone }
  - { name: call, label: Call me, type: checkbox }
  - { name: visits, label: Visits, type: hidden }
`

export interface CaptureHost {
  readonly forms: Readonly<Record<string, CompiledForm>>
  readonly formKey: string
  /** The answer, or the error that the function ended with. */
  readonly handle: (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2 | Error>
  /** All that the function wrote: its log and its standard output. */
  readonly written: () => string
  readonly items: () => Promise<Record<string, unknown>[]>
  /** From now on nobody answers in the table’s place. */
  readonly stopTable: () => Promise<void>
  readonly close: () => Promise<void>
}

/** The sample with a form that asks everything. */
export const campaignWithEverything = (): string => {
  const campaign = join(mkdtempSync(join(tmpdir(), 'ripen-capture-')), 'campaign')
  cpSync(sampleCampaign, campaign, { recursive: true })
  writeFileSync(join(campaign, 'forms', 'everything.yaml'), everything)
  return campaign
}

export const startCapture = async ({ assembly, campaign }: Assembled): Promise<CaptureHost> => {
  const gateway = await listenAsGateway()
  const inventory = loadInventory(assembly.directory, {
    publicUrl: 'http://127.0.0.1',
    queueUrl: gateway.url,
  })
  const resource = inventory.functions.find(({ id }) => id.startsWith('captureFunction'))
  if (!resource) throw new Error('The template has no function capture.')
  const clock = new VirtualClock(monday)
  const meter = new Meter()
  const table = await DynamoDbService.start({ tables: inventory.tables, meter })
  const secrets = new SecretsService(inventory.secrets, new State(), meter, 'fuzz')
  gateway.serve({ inventory, clock, services: [table, secrets], onDenied: () => {} })
  const key = await secrets.handle({
    service: 'secretsmanager',
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    target: 'GetSecretValue',
    body: { SecretId: resource.environment[env.formKeyArn] },
    text: '',
    roleArn: resource.roleArn,
    caller: 'test',
  })
  const { SecretString: formKey } = key.body as { SecretString: string }

  const written: string[] = []
  const setup: WorkerSetup = {
    clockBuffer: clock.buffer,
    codeFolder: resource.codeFolder,
    handler: resource.handler,
    functionName: resource.name,
    timeoutSeconds: resource.timeoutSeconds,
    memoryMb: resource.memoryMb,
  }
  const worker = new Worker(new URL('../../local/lambda/worker.ts', import.meta.url), {
    workerData: setup,
    env: {
      ...resource.environment,
      AWS_REGION: inventory.region,
      AWS_LAMBDA_FUNCTION_NAME: resource.name,
      AWS_ACCESS_KEY_ID: accessKeyFor(resource.name),
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: gateway.url,
    },
    stdout: true,
    stderr: true,
  })
  for (const stream of [worker.stdout, worker.stderr])
    stream.on('data', (chunk: Buffer) => written.push(chunk.toString()))
  let tell: (message: FromWorker) => void = () => {}
  const next = (): Promise<FromWorker> =>
    new Promise((resolve) => {
      tell = resolve
    })
  worker.on('message', (message: FromWorker) =>
    message.kind === 'log' ? written.push(`${message.line}\n`) : tell(message),
  )
  const started = next()
  const first = await started
  if (first.kind !== 'ready') throw new Error(`Capture did not start: ${JSON.stringify(first)}`)
  let last: Promise<unknown> = Promise.resolve()
  let count = 0
  const handle = async (event: APIGatewayProxyEventV2) => {
    count += 1
    const answer = next()
    worker.postMessage({
      requestId: `request-${count}`,
      eventText: JSON.stringify(event),
      traceHeader: undefined,
    } satisfies ToWorker)
    const message = await answer
    if (message.kind === 'done') return message.result as APIGatewayProxyStructuredResultV2
    return new Error(JSON.stringify(message))
  }
  return {
    forms: campaign.forms,
    formKey,
    handle: (event) => {
      const result = last.then(() => handle(event))
      last = result
      return result
    },
    written: () => written.join(''),
    items: () => table.scan(),
    stopTable: () => table.close(),
    close: async () => {
      await worker.terminate()
      gateway.close()
      await table.close()
      clock.close()
    },
  }
}
