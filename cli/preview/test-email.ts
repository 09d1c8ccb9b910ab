/** An email of the campaign made into a test: marked, tied to no lead, and with links of ours that change nothing. */
import type { Email } from '../../shared/aws/mailer.ts'
import { emailTags, testLinkToken } from '../../shared/contracts/names.ts'

/** `publicUrl` is the one that it was rendered with. */
export const testEmailOf = (email: Email, to: string, publicUrl: string): Email => {
  const harmless = (text: string): string =>
    text
      .split(publicUrl)
      // The path stays, the token goes.
      .map((rest, at) =>
        at === 0 ? rest : rest.replace(/^(\/(?:preferences|confirm)\/)[\w.-]+/, `$1${testLinkToken}`),
      )
      .join(publicUrl)
  const { headers = {} } = email
  return {
    ...email,
    to,
    subject: `[test] ${email.subject}`,
    html: harmless(email.html),
    text: harmless(email.text),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, harmless(value)])),
    // Without a lead, an enrolment and a step, what SES reports of it becomes no fact, and so no count.
    tags: { [emailTags.purpose]: 'test' },
  }
}
