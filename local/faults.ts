/** What AWS answers now and then to a call that is right: it came too fast, met another, or AWS itself failed. */
import { type AwsCall, AwsError } from './service.ts'

export interface Fault {
  readonly error: AwsError
  /** Whether the call had its effect all the same. */
  readonly isDone: boolean
}

/** Decides about each call that is allowed. */
export type Faults = (call: AwsCall) => Fault | undefined

const refused = (code: string, status: number, fields: AwsError['fields'] = {}): Fault => ({
  error: new AwsError(code, 'Made by the pipeline on one machine.', status, fields),
  isDone: false,
})

const failed = (code: string, isDone: boolean): Fault => ({
  error: new AwsError(code, 'Made by the pipeline on one machine.', 500),
  isDone,
})

/** A transaction names a reason for each of its items. */
const cancelled = (reason: string, { body }: AwsCall): Fault =>
  refused('TransactionCanceledException', 400, {
    CancellationReasons: (body.TransactItems as unknown[]).map((_, at) => ({
      Code: at === 0 ? reason : 'None',
    })),
  })

type Kind = (call: AwsCall) => Fault

/**
 * By service, each from its API reference. SES is not among them: it has faults of its own (`SesOptions.fault`), since what
 * becomes of an email is more than an answer.
 */
const faultsOf: Readonly<Record<string, readonly Kind[]>> = {
  dynamodb: [
    () => refused('ProvisionedThroughputExceededException', 400),
    () => refused('ThrottlingException', 400),
    () => failed('InternalServerError', false),
    () => failed('InternalServerError', true),
  ],
  scheduler: [
    () => refused('ThrottlingException', 429),
    () => failed('InternalServerException', false),
    () => failed('InternalServerException', true),
  ],
  sqs: [
    () => refused('RequestThrottled', 400),
    () => failed('InternalFailure', false),
    () => failed('InternalFailure', true),
  ],
  events: [
    () => refused('ThrottlingException', 400),
    () => failed('InternalFailure', false),
    () => failed('InternalFailure', true),
  ],
  secretsmanager: [() => refused('ThrottlingException', 400), () => failed('InternalServiceError', false)],
}

const conflicts: Readonly<Record<string, readonly Kind[]>> = {
  PutItem: [() => refused('TransactionConflictException', 400)],
  UpdateItem: [() => refused('TransactionConflictException', 400)],
  DeleteItem: [() => refused('TransactionConflictException', 400)],
  TransactWriteItems: [
    (call) => cancelled('TransactionConflict', call),
    (call) => cancelled('ThrottlingError', call),
    () => refused('TransactionInProgressException', 400),
  ],
}

/** Meets this share of all calls with a fault that their service can give, and spares the operator, who tries by hand. */
export const someFaults =
  (share: number, random: () => number): Faults =>
  (call) => {
    if (call.caller === 'operator' || random() >= share) return undefined
    const kinds = [
      ...(faultsOf[call.service] ?? []),
      ...(call.service === 'dynamodb' ? (conflicts[call.target ?? ''] ?? []) : []),
    ]
    return kinds[Math.floor(random() * kinds.length)]?.(call)
  }
