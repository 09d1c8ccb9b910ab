/** Secrets Manager on one machine: values generated at first start, as at deploy, and kept. */
import { createHmac, randomBytes } from 'node:crypto'
import type { SecretResource } from '../inventory.ts'
import type { Meter } from '../meter.ts'
import { type AwsAnswer, type AwsCall, AwsError, type AwsService, type Permission } from '../service.ts'
import type { Collection, State } from '../state.ts'

export class SecretsService implements AwsService {
  readonly scopes = ['secretsmanager']
  readonly #kept: Collection<string>
  readonly #meter: Meter

  /** With a seed the values follow from it, so that two runs know their leads by the same ids. */
  constructor(secrets: readonly SecretResource[], state: State, meter: Meter, seed?: string) {
    this.#meter = meter
    this.#kept = state.collection<string>('secrets')
    for (const { arn, name, generate } of secrets) {
      const value =
        this.#kept.get(arn) ??
        (seed === undefined
          ? randomBytes(64).toString('hex').slice(0, generate.passwordLength)
          : seededSecret(seed, name, generate.passwordLength))
      this.#kept.set(arn, value)
    }
  }

  /** As PutSecretValue does it: the current value becomes the previous one, and the one before that is gone. */
  rotate(arn: string): void {
    const current = this.#kept.get(arn) ?? ''
    this.#kept.set(`${arn} AWSPREVIOUS`, current)
    this.#kept.set(arn, randomBytes(64).toString('hex').slice(0, current.length))
  }

  permissions(call: AwsCall): Permission[] {
    if (call.target !== 'GetSecretValue')
      throw new AwsError(
        'InvalidRequestException',
        `Secrets Manager ${call.target} is not served on one machine.`,
      )
    return [{ action: 'secretsmanager:GetSecretValue', resource: String(call.body.SecretId) }]
  }

  async handle(call: AwsCall): Promise<AwsAnswer> {
    this.#meter.count('secretCalls', call.caller)
    const arn = String(call.body.SecretId)
    const stage = String(call.body.VersionStage ?? 'AWSCURRENT')
    const value = this.#kept.get(stage === 'AWSCURRENT' ? arn : `${arn} ${stage}`)
    if (value === undefined)
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    return {
      status: 200,
      body: {
        ARN: arn,
        Name: arn.split(':').at(-1),
        SecretString: value,
        VersionId: '1',
        VersionStages: [stage],
      },
    }
  }
}

/** The value of the secret of that name in a run with a seed. */
export const seededSecret = (seed: string, name: string, length: number): string =>
  createHmac('sha512', seed).update(name).digest('hex').slice(0, length)
