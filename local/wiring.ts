/** Checks, before anything is served, that every service may do what the template sends it to do. */
import { UserError } from '../shared/contracts/user-error.ts'
import { isAllowed, isServiceAllowed, missingStatement } from './iam.ts'
import { arnOf, type Inventory, localAccount } from './inventory.ts'
import type { Permission } from './service.ts'

const streamActions = ['DescribeStream', 'GetRecords', 'GetShardIterator']
const logActions = ['CreateLogStream', 'PutLogEvents']
const queueActions = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']

/** The template leads somewhere that it does not let anyone go: nothing would arrive there. */
export class WiringIncomplete extends UserError {
  override readonly name = 'WiringIncomplete'
}

/** Throws `WiringIncomplete` with everything that is missing, each with the statement to add. */
export const checkWiring = (inventory: Inventory): void => {
  const problems = [
    ...logProblems(inventory),
    ...mappingProblems(inventory),
    ...topicProblems(inventory),
    ...alarmProblems(inventory),
    ...inventory.schedules.flatMap(({ id, target }) =>
      [target.arn, ...(target.deadLetterArn ? [target.deadLetterArn] : [])].flatMap((queueArn) =>
        schedulerProblem(inventory, target.roleArn, queueArn).map((problem) => `${id}: ${problem}`),
      ),
    ),
  ]
  if (problems.length > 0)
    throw new WiringIncomplete(`The template is not wired to its end:\n${problems.join('\n')}`)
}

/** Why the Scheduler may not send to the queue with that role; it acts with the role that a schedule names. */
export const schedulerProblem = ({ roles }: Inventory, roleArn: string, queueArn: string): string[] => {
  const role = roles.find(({ arn }) => arn === roleArn)
  if (!role?.trusts.includes('scheduler.amazonaws.com'))
    return [`EventBridge Scheduler may not assume ${roleArn}; let it trust scheduler.amazonaws.com.`]
  const permission = { action: 'sqs:SendMessage', resource: queueArn }
  return isAllowed(role.statements, permission)
    ? []
    : [`its role ${role.id} needs ${missingStatement(permission)}`]
}

/** Lambda writes a function's log with the function's role, and says nothing where it may not. */
const logProblems = ({ functions, roles }: Inventory): string[] =>
  functions.flatMap(({ id, roleArn, logGroupArn }) => {
    const role = roles.find(({ arn }) => arn === roleArn)
    return logActions
      .map((action): Permission => ({ action: `logs:${action}`, resource: logGroupArn }))
      .filter((permission) => !isAllowed(role?.statements ?? [], permission))
      .map((permission) => `${id}: its role ${role?.id} needs ${missingStatement(permission)}`)
  })

/** What Lambda does on a function's behalf is done with that function's role: reading its source, parking its failures. */
const mappingProblems = ({ mappings, functions, roles }: Inventory): string[] =>
  mappings.flatMap((mapping) => {
    const resource = functions.find(({ arn }) => arn === mapping.functionArn)
    const role = roles.find(({ arn }) => arn === resource?.roleArn)
    const isStream = mapping.source === 'stream'
    const needed: Permission[] = (isStream ? streamActions : queueActions).map((action) => ({
      action: `${isStream ? 'dynamodb' : 'sqs'}:${action}`,
      resource: mapping.sourceArn,
    }))
    // The service authorisation reference knows no resource for it, so a grant on one stream allows nothing.
    if (isStream) needed.push({ action: 'dynamodb:ListStreams', resource: '*' })
    if (mapping.onFailureArn) needed.push({ action: 'sqs:SendMessage', resource: mapping.onFailureArn })
    const denied = needed
      .filter((permission) => !isAllowed(role?.statements ?? [], permission))
      .map((permission) => `${resource?.id}: its role ${role?.id} needs ${missingStatement(permission)}`)
    const isLossy = isStream && !mapping.onFailureArn
    return isLossy
      ? [...denied, `${mapping.id}: it needs an on-failure destination, or a failed batch is lost.`]
      : denied
  })

/** SES to its topics, and topics to the queues that subscribe, by the policies of those that receive. */
const topicProblems = ({ configurationSets, topics, queues, region }: Inventory): string[] => [
  ...configurationSets.flatMap(({ name, destinations }) =>
    destinations.flatMap(({ id, topicArn }) => {
      const topic = topics.find(({ arn }) => arn === topicArn)
      const context = {
        'aws:SourceAccount': localAccount,
        'aws:SourceArn': arnOf('ses', region, `configuration-set/${name}`),
      }
      const permission = { action: 'sns:Publish', resource: topicArn }
      return topic && isServiceAllowed(topic.policy, 'ses.amazonaws.com', permission, context)
        ? []
        : [
            `${id}: the policy of topic ${topic?.id ?? topicArn} must let ses.amazonaws.com ${permission.action}.`,
          ]
    }),
  ),
  ...topics.flatMap(({ arn: topicArn, id, subscriptions }) =>
    subscriptions
      .flatMap(({ endpointArn, deadLetterArn }) => [endpointArn, ...(deadLetterArn ? [deadLetterArn] : [])])
      .flatMap((queueArn) => {
        const queue = queues.find(({ arn }) => arn === queueArn)
        const permission = { action: 'sqs:SendMessage', resource: queueArn }
        return queue &&
          isServiceAllowed(queue.policy, 'sns.amazonaws.com', permission, { 'aws:SourceArn': topicArn })
          ? []
          : [
              `${id}: the policy of queue ${queue?.id ?? queueArn} must let sns.amazonaws.com ${permission.action}.`,
            ]
      }),
  ),
]

/** CloudWatch to the topics that alarms ring, by their policies, as an alarm of this account. */
const alarmProblems = ({ alarms, topics }: Inventory): string[] =>
  alarms.flatMap(({ id, arn, topicArns }) =>
    topicArns.length === 0
      ? [`${id}: it has no action, so nobody is told when it rings.`]
      : topicArns.flatMap((topicArn) => {
          const topic = topics.find((candidate) => candidate.arn === topicArn)
          const context = { 'aws:SourceAccount': localAccount, 'aws:SourceArn': arn }
          const permission = { action: 'sns:Publish', resource: topicArn }
          return topic && isServiceAllowed(topic.policy, 'cloudwatch.amazonaws.com', permission, context)
            ? []
            : [
                `${id}: the policy of topic ${topic?.id ?? topicArn} must let cloudwatch.amazonaws.com ${permission.action}.`,
              ]
        }),
  )

/** What works, and yet somebody should put right: alarms that ring where no person listens. */
export const wiringWarnings = ({ alarms, topics }: Inventory): string[] => {
  const rung = new Set(alarms.flatMap(({ topicArns }) => topicArns))
  return topics
    .filter(({ arn, outside }) => rung.has(arn) && outside.length === 0)
    .map(
      ({ id }) =>
        `Nobody reads what ${id} says when an alarm rings; set "alarmEmail" in cdk.json under context.ripen.`,
    )
}
