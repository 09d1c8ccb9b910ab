/** What every local AWS service is to the gateway: it names the permission a call needs, and answers the call. */

export interface AwsCall {
  /** As in the signature's credential scope: `dynamodb`, `scheduler`, `ses`, `sqs`, `events`, `secretsmanager`. */
  readonly service: string
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** From `X-Amz-Target`, after the dot; REST services read method and path instead. */
  readonly target: string | undefined
  /** The parsed JSON body; an empty object where there was none. */
  readonly body: Readonly<Record<string, unknown>>
  /** The body as it was written. */
  readonly text: string
  /** `X-Amzn-Trace-Id`, which the SDK sends along where a function calls. */
  readonly traceHeader?: string
  /** Role ARN of the function that called. */
  readonly roleArn: string
  /** Name of the function that called; the bill and the logs are kept by it. */
  readonly caller: string
  /**
   * Lets so much of the pipeline's time pass before the call is answered; `false` where its caller has given up before.
   * Absent where the caller is no function.
   */
  readonly wait?: (durationMs: number) => Promise<boolean>
}

export interface Permission {
  /** `dynamodb:PutItem`. */
  readonly action: string
  readonly resource: string
  /** What conditions may ask about the call. */
  readonly context?: Readonly<Record<string, string>>
}

export interface AwsAnswer {
  readonly status: number
  readonly body: unknown
}

export interface AwsService {
  /** The scope names it answers for. */
  readonly scopes: readonly string[]
  /** Everything the caller's role must allow. Throws `AwsError` where the operation is not one that is served. */
  permissions(call: AwsCall): readonly Permission[]
  handle(call: AwsCall): Promise<AwsAnswer>
}

/** An error as AWS words it: the gateway writes it in the service's wire format. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly code: string
  readonly status: number
  /** What the answer says beside code and message. */
  readonly fields: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, status = 400, fields: AwsError['fields'] = {}) {
    super(message)
    this.code = code
    this.status = status
    this.fields = fields
  }
}
