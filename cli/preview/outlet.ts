/** By what a test email leaves: the SES of the pipeline that runs on this machine, or a deployed stack's. */
import { resolve } from 'node:path'
import { findRunning } from '../../local/running.ts'
import { type Email, EmailRejected, Mailer, type SendOutcome, sesClient } from '../../shared/aws/mailer.ts'
import { outputNames } from '../../shared/contracts/names.ts'
import { InputError } from '../input-error.ts'
import { outputsOf } from '../stack-outputs.ts'

export interface OutletPlace {
  /** Folder of a pipeline on this machine. */
  readonly data: string
  /** Name of a deployed stack; outweighs the folder. */
  readonly stack?: string
  readonly region?: string
}

export interface Outlet {
  /** For a person to read: "the pipeline that runs on .ripen". */
  readonly place: string
  /** Where the emails are found then. */
  readonly arrival: string
  /** Base of the links that lead to us. */
  readonly publicUrl: string
  /** Throws `InputError` where SES will never take it. */
  send(email: Email): Promise<SendOutcome>
  close(): void
}

/** Throws `InputError` and `StackNotReadable`. */
export const openOutlet = (place: OutletPlace): Promise<Outlet> =>
  place.stack === undefined ? localOutlet(place.data) : deployedOutlet(place.stack, place.region)

const localOutlet = async (data: string): Promise<Outlet> => {
  const running = await findRunning(resolve(data))
  if (!running)
    throw new InputError(
      `No pipeline is running on ${data}. Start one with "npm start" and try again, or send through SES with --stack NAME.`,
    )
  const { mail, gateway, region, accessKey } = running
  if (!mail)
    throw new InputError(
      `An import or export has ${data} open, and no pipeline is running on it; wait until it is done, then run "npm start".`,
    )
  return outletOf(
    { endpoint: gateway, region, credentials: { accessKeyId: accessKey, secretAccessKey: 'local' } },
    {
      ...mail,
      place: `the pipeline that runs on ${data}`,
      arrival: `They are in its inbox: ${mail.publicUrl}/#inbox`,
    },
  )
}

const deployedOutlet = async (stack: string, region: string | undefined): Promise<Outlet> => {
  const outputs = await outputsOf(stack, region)
  const publicUrl = outputs.get(outputNames.publicUrl)
  const sender = outputs.get(outputNames.senderAddress)
  const configurationSet = outputs.get(outputNames.configurationSet)
  if (!publicUrl || !sender || !configurationSet)
    throw new InputError(
      `The stack ${stack} does not say how it sends; deploy this version of Ripen first ("npx cdk deploy").`,
    )
  return outletOf(region === undefined ? {} : { region }, {
    publicUrl,
    sender,
    configurationSet,
    place: `the stack ${stack}`,
    arrival: 'SES accepted them; look in the mailbox, and in its spam folder.',
  })
}

const outletOf = (
  config: Parameters<typeof sesClient>[0],
  {
    sender,
    configurationSet,
    ...told
  }: Pick<Outlet, 'place' | 'arrival' | 'publicUrl'> & {
    readonly sender: string
    readonly configurationSet: string
  },
): Outlet => {
  const client = sesClient(config)
  const mailer = new Mailer(client, { address: sender, configurationSet })
  return {
    ...told,
    send: async (email) => {
      try {
        return await mailer.send(email)
      } catch (error) {
        if (error instanceof EmailRejected) throw new InputError(refusal(error, email.to), { cause: error })
        throw error
      }
    },
    close: () => client.destroy(),
  }
}

/** What a person does about SES's no. Names no address: the one that is meant was just typed. */
const refusal = (error: EmailRejected, to: string): string => {
  const said = error.cause instanceof Error ? error.cause.message : ''
  if (!/is not verified/i.test(said)) return error.message
  // SES names the identities that failed: in its sandbox the recipient's is one of them.
  return said.toLowerCase().includes(to.toLowerCase())
    ? 'SES is still in its sandbox for this account and region: it sends only to addresses that you have verified. Verify this one ("aws sesv2 create-email-identity --email-identity ADDRESS", then the link in the email that comes), or ask AWS for production access in the SES console.'
    : 'The sending domain is not verified in SES yet. Set the DKIM records that the stack prints (Dkim1 to Dkim3) in your DNS, and wait until the SES console says "Verified".'
}
