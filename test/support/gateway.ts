/** A gateway with a caller who may do everything, for tests that speak through the real SDK clients. */
import type { VirtualClock } from '../../local/clock.ts'
import { accessKeyFor, listenAsGateway } from '../../local/gateway.ts'
import type { Inventory } from '../../local/inventory.ts'
import type { AwsService } from '../../local/service.ts'

const roleArn = 'arn:aws:iam::000000000000:role/caller'

/** Settings for any SDK client, and the way to end it. */
export const gatewayTo = async (services: readonly AwsService[], clock: VirtualClock) => {
  const inventory: Inventory = {
    stackName: 'test',
    region: 'eu-central-1',
    tables: [],
    queues: [],
    topics: [],
    alarms: [],
    buses: [],
    scheduleGroups: [],
    schedules: [],
    mappings: [],
    routes: [],
    secrets: [],
    configurationSets: [],
    identities: [],
    dashboards: [],
    distributions: [],
    zoneIds: [],
    accessLogFormat: '',
    functions: [
      {
        id: 'Caller',
        name: 'caller',
        arn: 'arn',
        roleArn,
        codeFolder: '',
        handler: '',
        environment: {},
        timeoutSeconds: 1,
        mayLoop: false,
        logsInvocations: false,
        logRetentionDays: 30,
        isTraced: false,
        memoryMb: 128,
        logGroupArn: 'arn',
      },
    ],
    roles: [
      {
        id: 'Role',
        arn: roleArn,
        trusts: [],
        statements: [{ effect: 'Allow', actions: ['*'], resources: ['*'] }],
      },
    ],
  }
  const gateway = await listenAsGateway()
  gateway.serve({ inventory, services, onDenied: () => {}, clock })
  return {
    gateway,
    client: {
      endpoint: gateway.url,
      region: inventory.region,
      credentials: { accessKeyId: accessKeyFor('caller'), secretAccessKey: 'local' },
      maxAttempts: 1,
    },
    close: gateway.close,
  }
}
