/** Addresses that a role or a machine reads instead of one person: flagged for score and sales, never refused for it. */

/**
 * The part before the @, by source. "-" stands between words and is matched by "-", "_", "." or nothing: no-reply,
 * no_reply, no.reply, noreply. `mail@` is left out of every list: it is how one person with a domain of her own signs.
 */
const roleNames = [
  // RFC 2142: sections 3 (business), 4 (network operations), 5 (services), 6 (lists), and `trouble` from section 1.
  'info marketing sales support abuse noc security trouble',
  'postmaster hostmaster usenet news webmaster www uucp ftp list list-request',
  // CA/Browser Forum, Baseline Requirements, 3.2.2.4.4: who answers for a domain.
  'admin administrator',
  // mailchimp.com/help/limits-on-role-based-addresses
  'billing compliance dev-null dns inoc isp-feedback isp-support mail-daemon no-reply null phish phishing privacy',
  'registrar root spam sys-admin tech undisclosed-recipients unsubscribe',
  // getresponse.com/help, "Can I add role email addresses to my list of contacts?"
  'anonymous bounce complaints dns-admin domain-admin domains feedback guest list-serv list-server mailer-daemon',
  'mail-host nobody no-spam notification notify office operations ops spam-trap subscribe sys whois',
  // nationbuilder.com/unsupported_role_based_emails
  'accounting admissions all careers contact contact-us cust-serv dev-ops everyone help it jobs media remove request',
  'reservations systems tech-ops users',
  // mailingmanager.co.uk/resources/role-based-addresses.php
  'database fbl investor-relations list-admin post-box service-admin web-admin welcome',
  // bouncecheck.email/blog/role-based-email-addresses
  'accounts hello help-desk hr reception',
  // By custom, in English and as German, French, Spanish and Italian imprints name the same desks.
  'bounces do-not-reply invoice invoices notifications orders press purchasing recruiting service team',
  'bewerbung buchhaltung datenschutz einkauf kontakt presse rechnung vertrieb verwaltung zentrale',
  'commercial compta comptabilite ventes administracion comercial contacto ventas amministrazione contatti vendite',
]
  .join(' ')
  .split(' ')

const names: ReadonlySet<string> = new Set(roleNames.flatMap((name) => [name, name.replaceAll('-', '')]))

/**
 * Takes an address in its one form. A tag does not make a person of a role (`sales+web@`). Dots count only between the
 * words of a name of several words, so that `i.t@` stays a person's initials.
 */
export const isRoleAccount = (address: string): boolean => {
  const [local = ''] = address.slice(0, address.lastIndexOf('@')).split(/(?<=.)\+/)
  return names.has(local.replace(/[._]/g, '-'))
}
