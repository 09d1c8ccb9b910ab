/** The keys: one that makes an address a lead's id, for ever; one that signs links; one that signs form tokens. Generated at deploy. */
import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { env } from '../../shared/contracts/names.ts'
import type { Binding } from './ripen-function.ts'

export class SigningKeys extends Construct {
  readonly #identity: Secret | ISecret
  readonly #link: Secret | ISecret
  readonly #form: Secret

  /** `adopted` are ARNs of keys that an earlier stack left. */
  constructor(
    scope: Construct,
    id: string,
    adopted?: { readonly identityKey: string; readonly linkKey: string },
  ) {
    super(scope, id)
    const generateSecretString = { passwordLength: 64, excludePunctuation: true }
    this.#identity = adopted
      ? Secret.fromSecretCompleteArn(this, 'Identity', adopted.identityKey)
      : new Secret(this, 'Identity', {
          description: 'Turns an address into a lead id. Losing it loses who is who, so it is retained.',
          generateSecretString,
          removalPolicy: RemovalPolicy.RETAIN,
        })
    this.#link = adopted
      ? Secret.fromSecretCompleteArn(this, 'Link', adopted.linkKey)
      : new Secret(this, 'Link', {
          description: 'Signs the links in emails. People unsubscribe by them for years, so it is retained.',
          generateSecretString,
          removalPolicy: RemovalPolicy.RETAIN,
        })
    this.#form = new Secret(this, 'Form', {
      description: 'Signs form tokens, which live for a day or so.',
      generateSecretString,
    })
    const byHand =
      'Rotated by hand: docs/deploy.md says when and how; functions believe the key before it too.'
    acknowledgeNoRotation(this.#form, byHand)
    acknowledgeNoRotation(this.#identity, 'Rotating it would give every lead a second identity.')
    acknowledgeNoRotation(this.#link, byHand)
  }

  get identity(): Binding {
    return readable(env.identityKeyArn, this.#identity)
  }

  get identityArn(): string {
    return this.#identity.secretArn
  }

  get linkArn(): string {
    return this.#link.secretArn
  }

  get link(): Binding {
    return readable(env.linkKeyArn, this.#link)
  }

  get form(): Binding {
    return readable(env.formKeyArn, this.#form)
  }
}

type KeyVariable = typeof env.identityKeyArn | typeof env.linkKeyArn | typeof env.formKeyArn

/** The environment carries the secret's address; its value is fetched when the function starts. */
const readable = (variable: KeyVariable, secret: Secret | ISecret): Binding => ({
  environment: { [variable]: secret.secretArn },
  statements: [
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
  ],
})

const acknowledgeNoRotation = (secret: Secret | ISecret, reason: string): void =>
  Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason })
