/** The keys: one that makes an address a lead's id, for ever; one that signs links; one that signs form tokens. Generated at deploy. */
import { RemovalPolicy, Validations } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import { env } from '../../shared/contracts/names.ts'
import type { Binding } from './ripen-function.ts'

export class SigningKeys extends Construct {
  readonly #identity: Secret
  readonly #link: Secret
  readonly #form: Secret

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const generateSecretString = { passwordLength: 64, excludePunctuation: true }
    this.#identity = new Secret(this, 'Identity', {
      description: 'Turns an address into a lead id. Losing it loses who is who, so it is retained.',
      generateSecretString,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    this.#link = new Secret(this, 'Link', { description: 'Signs the links in emails.', generateSecretString })
    this.#form = new Secret(this, 'Form', {
      description:
        'Signs form tokens, which live for a day or so. Rotating it costs open pages one more press.',
      generateSecretString,
    })
    Validations.of(this.#form).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Functions read it when they start; a rotation under way would refuse the posts of running ones.',
    })
    Validations.of(this.#identity).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Rotating it would give every lead a second identity.',
    })
    Validations.of(this.#link).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'An unsubscribe link must work for as long as its email is kept, so rotation is a deliberate act.',
    })
  }

  get identity(): Binding {
    return readable(env.identityKeyArn, this.#identity)
  }

  get identityArn(): string {
    return this.#identity.secretArn
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
const readable = (variable: KeyVariable, secret: Secret): Binding => ({
  environment: { [variable]: secret.secretArn },
  statements: [
    new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
  ],
})
