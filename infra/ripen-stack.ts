/** The whole pipeline, in the order of a lead's journey. */
import { CfnOutput, Stack, type StackProps, TimeZone } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { type CronOptionsWithTimezone, Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler'
import type { Construct } from 'constructs'
import type { CompiledCampaign } from '../shared/campaign/compiled/compiled.ts'
import { env, type FunctionName, outputNames, routes } from '../shared/contracts/names.ts'
import { undecisiveKinds } from '../shared/domain/decide.ts'
import { AlarmTopic } from './constructs/alarms.ts'
import { Dashboard } from './constructs/dashboard.ts'
import { DnsRecords } from './constructs/dns-records.ts'
import { LeadTable } from './constructs/lead-table.ts'
import { Mail } from './constructs/mail.ts'
import { PublicApi } from './constructs/public-api.ts'
import { RipenFunction } from './constructs/ripen-function.ts'
import { refuseSamples } from './constructs/sample-addresses.ts'
import { SigningKeys } from './constructs/signing-keys.ts'
import { SymptomAlarms } from './constructs/symptom-alarms.ts'
import { TouchSchedules } from './constructs/touch-schedules.ts'
import { DeadLetters, WorkQueue } from './constructs/work-queue.ts'
import { samplesIn } from './sample-addresses.ts'
import type { Settings } from './settings.ts'
import { mailFromDomainOf, zoneOf } from './settings-together.ts'

/** Those that a person waits for. Workers are bounded so that these find room: docs/aws-assumptions.md has the arithmetic. */
const publicFunctions: ReadonlySet<FunctionName> = new Set(['forms', 'capture', 'preferences', 'sales'])

/** `send` and `handoff` put back what was refused, and `sweep` goes from page to page. */
const selfFeeding: ReadonlySet<FunctionName> = new Set(['send', 'handoff', 'sweep'])

/**
 * A call to SES is waited for ten seconds at most. So many of them fit into so long an invocation, and a batch in which
 * SES is that slow with each ends before its time-out, which would have received its neighbours for nothing.
 */
const batchWithSes = 5
const withSesSeconds = 60

/** The least that Lambda allows a queue's mapping to be bounded by. */
const fewest = 2
/** A page is mostly waited for, and unpacking one takes a worker a tenth of a second. */
const segmentsPerWorker = 4

export interface RipenStackProps extends StackProps {
  readonly settings: Settings
  readonly campaign: CompiledCampaign
  /** Folder of the bundled functions. */
  readonly bundles: string
}

export class RipenStack extends Stack {
  constructor(scope: Construct, id: string, { settings, campaign, bundles, ...props }: RipenStackProps) {
    super(scope, id, props)
    const { logRetentionDays, tracing, reservedConcurrency, trackingDomain, trackingCertificateArn } =
      settings
    refuseSamples(this, samplesIn(settings, campaign))
    const makeFunction = (name: FunctionName, description: string, timeoutSeconds: number) =>
      new RipenFunction(this, name, {
        name,
        description,
        timeoutSeconds,
        bundles,
        logRetentionDays,
        tracing,
        feedsItself: selfFeeding.has(name),
        ...(publicFunctions.has(name) && reservedConcurrency !== undefined && { reservedConcurrency }),
      })

    // What wakes the developer.
    const { topic: alarmTopic } = new AlarmTopic(this, 'Alarms', { alarmEmail: settings.alarmEmail })

    // A visitor is shown a form.
    const dns = new DnsRecords(this, 'Dns', zoneOf(settings))
    const table = new LeadTable(this, 'Leads', settings.adopt?.table)
    const keys = new SigningKeys(this, 'Keys', settings.adopt)
    const { domainName, certificateArn, webAclArn } = settings
    const api = new PublicApi(this, 'Public', {
      logRetentionDays,
      ...(domainName !== undefined && { domain: { name: domainName, certificateArn, webAclArn, dns } }),
    })
    const forms = makeFunction('forms', 'Forms before they are posted: pages, definitions, tokens', 10)
    forms.bind(table.allow('UpdateItem'), keys.form, api.links, api.visitors)
    for (const route of [
      routes.embedScript,
      routes.pageStyle,
      routes.formPage,
      routes.formDefinition,
      routes.formToken,
      routes.formThanks,
      routes.capturePreflight,
      routes.openApi,
    ])
      api.serve(route, forms)

    // The visitor posts it: one fact.
    const capture = makeFunction('capture', 'A submission becomes one fact', 10)
    capture.bind(table.allow('PutItem', 'UpdateItem'), keys.identity, keys.form, api.visitors)
    api.serve(routes.capture, capture)

    // The time of an email comes: claim, SES, fact.
    const send = makeFunction('send', 'Gives a due email to SES, once', withSesSeconds)
    const sendQueue = new WorkQueue(this, 'SendQueue', {
      alarmTopic,
      heading: 'send-dead-letters',
      consumerTimeout: send.timeout,
    })
    const schedules = new TouchSchedules(this, 'Touches', sendQueue)
    const feedback = makeFunction('feedback', 'What became of an email becomes facts', 30)
    const feedbackQueue = new WorkQueue(this, 'FeedbackQueue', {
      alarmTopic,
      heading: 'feedback-dead-letters',
      consumerTimeout: feedback.timeout,
    })
    const mail = new Mail(this, 'Mail', {
      sender: settings.sender,
      domain: settings.domain,
      identity: settings.identity,
      mailFromDomain: mailFromDomainOf(settings),
      dmarcPolicy: settings.dmarcPolicy ?? 'none',
      ...(trackingDomain !== undefined && {
        tracking: { name: trackingDomain, certificateArn: trackingCertificateArn },
      }),
      dns,
      feedbackQueue,
    })
    send.bind(
      table.allow('GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
      keys.link,
      mail.binding,
      schedules.binding,
      sendQueue.sender(env.sendQueueUrl),
      api.links,
    )
    sendQueue.feed(send, settings.sendConcurrency, batchWithSes)

    // SES reports what became of it.
    feedback.bind(table.allow('GetItem', 'PutItem', 'UpdateItem'))
    // Two take in ten events at a time: some hundred a second, far more than a new account's SES sends.
    feedbackQueue.feed(feedback, fewest)

    // The lead says yes, or no more.
    const preferences = makeFunction('preferences', 'Signed links: confirm, unsubscribe', 10)
    preferences.bind(table.allow('PutItem', 'Query'), keys.link)
    for (const route of [
      routes.preferencesPage,
      routes.preferencesAction,
      routes.confirmPage,
      routes.confirmAction,
    ])
      api.serve(route, preferences)

    // A new fact: fold, score, decide, arrange.
    const handOff = makeFunction('handoff', 'Hands a ready lead to sales', withSesSeconds)
    const handOffQueue = new WorkQueue(this, 'HandOffQueue', {
      alarmTopic,
      heading: 'hand-off-dead-letters',
      consumerTimeout: handOff.timeout,
    })
    const reconcile = makeFunction('reconcile', 'Looks at a lead: folds its facts, scores, decides', 30)
    const sweep = makeFunction('sweep', 'Looks at leads that nothing else would reach', 60)
    const sweepQueue = new WorkQueue(this, 'SweepQueue', {
      alarmTopic,
      heading: 'sweep-dead-letters',
      consumerTimeout: sweep.timeout,
    })
    reconcile.bind(
      table.allow('Query', 'PutItem'),
      schedules.binding,
      sendQueue.sender(env.sendQueueUrl),
      handOffQueue.sender(env.handOffQueueUrl),
      sweepQueue.sender(env.sweepQueueUrl),
    )
    const reconcileDeadLetters = new DeadLetters(this, 'ReconcileDeadLetters', {
      alarmTopic,
      heading: 'reconcile-dead-letters',
    })
    table.feedFacts(reconcile, {
      deadLetters: reconcileDeadLetters,
      batchSize: 100,
      without: undecisiveKinds(campaign.plan),
    })

    // Once a day, and with each new version of the campaign, every lead is gone through.
    sweep.bind(
      table.allow('Scan', 'Query', 'PutItem'),
      schedules.binding,
      sendQueue.sender(env.sendQueueUrl),
      handOffQueue.sender(env.handOffQueueUrl),
      sweepQueue.sender(env.sweepQueueUrl),
      { environment: { [env.sweepSegments]: String(settings.sweepSegments) }, statements: [] },
    )
    sweepQueue.feed(sweep, Math.max(fewest, Math.ceil(settings.sweepSegments / segmentsPerWorker)))
    new Schedule(this, 'DailySweep', {
      description: 'In the small hours, when little else is done',
      schedule: onTheClockOf(campaign, { hour: '3', minute: '0' }),
      target: sweepQueue.target({ sweep: 'begin' }),
    })

    // The lead is ready: sales is told, with the reasons.
    const handOffBus = new EventBus(this, 'HandOffs')
    handOff.bind(
      table.allow('Query', 'PutItem', 'UpdateItem'),
      mail.binding,
      keys.link,
      api.links,
      // What is refused goes back, to be tried later.
      handOffQueue.sender(env.handOffQueueUrl),
      {
        environment: { [env.handOffBus]: handOffBus.eventBusName },
        statements: [
          new PolicyStatement({ actions: ['events:PutEvents'], resources: [handOffBus.eventBusArn] }),
        ],
      },
    )
    handOffQueue.feed(handOff, fewest, batchWithSes)

    // Sales takes the lead, gives it back, or reports the outcome.
    const sales = makeFunction('sales', 'Answers from sales become facts', 10)
    sales.bind(table.allow('Query', 'PutItem'), keys.link)
    api.serve(routes.salesPage, sales)
    api.serve(routes.salesAction, sales)

    // Everything is counted, and once a week marketing reads the counts.
    const tally = makeFunction('tally', 'Counts facts by day, step and source', 60)
    const tallyDeadLetters = new DeadLetters(this, 'TallyDeadLetters', {
      alarmTopic,
      heading: 'tally-dead-letters',
    })
    tally.bind(table.allow('UpdateItem'), tallyDeadLetters.keeper(env.parkedFactsUrl))
    table.feedFacts(tally, { deadLetters: tallyDeadLetters, batchSize: 1000, windowSeconds: 60 })
    const report = makeFunction('report', 'Sends the weekly report to marketing', 30)
    const reportQueue = new WorkQueue(this, 'ReportQueue', {
      alarmTopic,
      heading: 'report-dead-letters',
      consumerTimeout: report.timeout,
    })
    report.bind(table.allow('Query', 'PutItem', 'DeleteItem'), mail.binding)
    reportQueue.feed(report, fewest)
    new Schedule(this, 'WeeklyReport', {
      description: 'Monday at seven, before the week is planned',
      schedule: onTheClockOf(campaign, { weekDay: 'MON', hour: '7', minute: '0' }),
      target: reportQueue.target({ report: 'weekly' }),
    })

    // What the developer sees, woken or not.
    const watched = {
      api: api.api,
      publicFunctions: [forms, capture, preferences, sales],
      streamFunctions: [reconcile, tally],
      workQueues: {
        send: sendQueue,
        feedback: feedbackQueue,
        handoff: handOffQueue,
        sweep: sweepQueue,
        report: reportQueue,
      },
    }
    new SymptomAlarms(this, 'Symptoms', {
      topic: alarmTopic,
      ...watched,
      sweep,
      handOff,
      feedback,
      send,
      lookers: [reconcile, sweep],
    })
    if (settings.dashboard)
      new Dashboard(this, 'Dashboard', {
        ...watched,
        workers: [send, feedback, reconcile, handOff, tally, sweep, report],
      })

    new CfnOutput(this, outputNames.publicUrl, {
      value: api.url,
      description: 'Forms post to <this>/forms/<form>/submissions',
    })
    new CfnOutput(this, 'HandOffBusName', {
      value: handOffBus.eventBusName,
      description: 'A CRM listens here',
    })
    // Where `ripen leads` finds the leads of a deployed stack, and the key that names them.
    new CfnOutput(this, outputNames.tableName, {
      value: table.name,
      description: 'The table that holds the leads',
    })
    new CfnOutput(this, outputNames.identityKeyArn, {
      value: keys.identityArn,
      description: 'The secret that turns an address into a lead id',
    })
    // What another stack is given to take these leads over: the setting `adopt`.
    new CfnOutput(this, 'LeadTableStreamArn', {
      value: table.streamArn,
      description: 'The stream of that table',
    })
    new CfnOutput(this, 'LinkKeyArn', {
      value: keys.linkArn,
      description: 'The secret that signs links, unsubscribe links included',
    })
    // Nothing else names an identity that SES knew before the stack.
    new CfnOutput(this, outputNames.emailIdentity, {
      value: mail.identityName,
      description: 'The domain or address that SES must have verified',
    })
    // As whom and by what `ripen test-send` sends.
    new CfnOutput(this, outputNames.senderAddress, {
      value: mail.senderAddress,
      description: 'The address that emails come from',
    })
    new CfnOutput(this, outputNames.configurationSet, {
      value: mail.configurationSetName,
      description: 'The configuration set by which SES tells what became of emails',
    })
  }
}

const onTheClockOf = ({ plan }: CompiledCampaign, time: CronOptionsWithTimezone): ScheduleExpression =>
  ScheduleExpression.cron({ ...time, timeZone: TimeZone.of(plan.timeZone) })
