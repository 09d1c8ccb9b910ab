/** The names that infrastructure and handlers share: functions, their environment, routes, keys and tags. */

export const functionNames = [
  'forms',
  'capture',
  'preferences',
  'reconcile',
  'send',
  'feedback',
  'handoff',
  'sales',
  'tally',
  'report',
  'sweep',
] as const
export type FunctionName = (typeof functionNames)[number]

/** Environment variables. A construct's `bind` sets each together with the grant that makes it useful. */
export const env = {
  tableName: 'TABLE_NAME',
  /** ARN of the secret that turns an address into a lead id. Permanent. */
  identityKeyArn: 'IDENTITY_KEY_ARN',
  /** ARN of the secret that signs links. Rotates. */
  linkKeyArn: 'LINK_KEY_ARN',
  /** ARN of the secret that signs form tokens and hides networks. Rotates. */
  formKeyArn: 'FORM_KEY_ARN',
  /** ARN of the secret by which CloudFront shows itself, where it stands before the API. */
  edgeKeyArn: 'EDGE_KEY_ARN',
  sendQueueUrl: 'SEND_QUEUE_URL',
  sendQueueArn: 'SEND_QUEUE_ARN',
  sweepQueueUrl: 'SWEEP_QUEUE_URL',
  /** In how many parts the sweep goes through the table. */
  sweepSegments: 'SWEEP_SEGMENTS',
  handOffQueueUrl: 'HANDOFF_QUEUE_URL',
  /** Where tally puts what it cannot count. */
  parkedFactsUrl: 'PARKED_FACTS_URL',
  scheduleGroup: 'SCHEDULE_GROUP',
  scheduleRoleArn: 'SCHEDULE_ROLE_ARN',
  scheduleDeadLetterArn: 'SCHEDULE_DEAD_LETTER_ARN',
  configurationSet: 'CONFIGURATION_SET',
  senderAddress: 'SENDER_ADDRESS',
  handOffBus: 'HANDOFF_BUS',
  /** Base of every link we make, without a slash at its end. */
  publicUrl: 'PUBLIC_URL',
} as const

/** Unless a deployment sets another number. */
export const defaultSweepSegments = 8

/** Routes of the HTTP API, as API Gateway writes them. */
export const routes = {
  formPage: 'GET /forms/{form}',
  formDefinition: 'GET /forms/{form}/definition',
  formToken: 'GET /forms/{form}/token',
  formThanks: 'GET /forms/{form}/thanks',
  /** Before a page of another site may post JSON, its browser asks. */
  capturePreflight: 'OPTIONS /forms/{form}/submissions',
  embedScript: 'GET /embed.js',
  /** The style of our own pages. */
  pageStyle: 'GET /pages.css',
  openApi: 'GET /openapi.json',
  capture: 'POST /forms/{form}/submissions',
  preferencesPage: 'GET /preferences/{token}',
  preferencesAction: 'POST /preferences/{token}',
  confirmPage: 'GET /confirm/{token}',
  confirmAction: 'POST /confirm/{token}',
  salesPage: 'GET /sales/{token}',
  salesAction: 'POST /sales/{token}',
} as const

/** Carries the secret by which CloudFront shows itself. */
export const edgeHeader = 'x-ripen-edge'

/** What functions count for CloudWatch beside what AWS counts of them; alarms of the stack watch some of it. */
export const metrics = {
  namespace: 'Ripen',
  refused: 'refused',
  unconfirmedHandOffs: 'unconfirmedHandOffs',
  /** Emails to sales or marketing that did not arrive, or were not wanted. */
  teamEmailsLost: 'teamEmailsLost',
  opaqueFacts: 'opaqueFacts',
  malformedFacts: 'malformedFacts',
  /** Emails that are not claimed because SES does not answer. */
  sendsHeld: 'sendsHeld',
  /** Of two stacks in one account each counts for itself, so the function that counted is named. */
  functionDimension: 'function',
} as const

/** Outputs of the stack that our own programs read. */
export const outputNames = {
  tableName: 'LeadTableName',
  identityKeyArn: 'IdentityKeyArn',
  publicUrl: 'PublicUrl',
  emailIdentity: 'EmailIdentity',
  senderAddress: 'SenderAddress',
  configurationSet: 'ConfigurationSetName',
} as const

/** In the place of a signed token: the links of a test email. They lead to a page that says so, and change nothing. */
export const testLinkToken = 'test'

/** Tags on every email; SES returns them with each event. */
export const emailTags = {
  lead: 'lead',
  enrolment: 'enrolment',
  step: 'step',
  /** The email's id, and of a test the variant's. */
  email: 'email',
  variant: 'variant',
  /** `marketing`, `confirmation`, `sales`, `report`, `probe` or `test`: only the first two concern a lead's touches. */
  purpose: 'purpose',
} as const

/** The hand-off event on the bus. */
export const handOffEvent = { source: 'ripen', detailType: 'LeadQualified' } as const

/** Table keys and the prefixes that event filters match. */
export const keys = {
  pk: 'pk',
  sk: 'sk',
  lead: (leadId: string) => `LEAD#${leadId}`,
  summary: 'LEAD',
  fact: (factKey: string) => `FACT#${factKey}`,
  factPrefix: 'FACT#',
  claim: (touchKey: string) => `SEND#${touchKey}`,
  claimPrefix: 'SEND#',
  suppressed: 'SUPPRESSED',
  /** How far the hand-off of a cycle has come. No fact: it changes, and nothing is decided by it. */
  handOff: (cycle: number) => `HANDOFF#${cycle}`,
  tally: (campaign: string, day: string) => `TALLY#${campaign}#${day}`,
  /** Counters of tests and of the hold-out: all days in one place, because they are read together. */
  tests: (campaign: string) => `TESTS#${campaign}`,
  releases: (campaign: string) => `RELEASE#${campaign}`,
  release: (sequence: string, sinceMs: number) => `${sequence}#${sinceMs}`,
  versionInForce: 'VERSION',
  report: (campaign: string) => `REPORT#${campaign}`,
  /** Tokens asked for by one address range in one span of time. */
  rate: (network: string) => `RATE#${network}`,
  /** Confirmations that went out in one span of time: `kind` is what they are counted by. */
  cap: (kind: string, name: string) => `CAP#${kind}#${name}`,
  /** Whether SES answers, for all who send. */
  sesAnswers: 'SES',
  /** Evidence of consent that is kept for a time only. */
  evidence: (submission: string) => `CONSENT#${submission}`,
  /** A form's token that asked for work, and the lead that it served. */
  used: (nonce: string) => `USED#${nonce}`,
  /** Where each segment of the table stands in the sweep. */
  sweep: 'SWEEP',
  segment: (segment: number) => `SEGMENT#${segment}`,
  /** Attribute by which DynamoDB lets an item go, epoch seconds. */
  expiresAtSeconds: 'expiresAtSeconds',
} as const
