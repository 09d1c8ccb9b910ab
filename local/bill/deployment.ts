/** What of a stack costs: read from its template, so that an alarm or a queue more is on the bill. */
import type { Inventory } from '../inventory.ts'

export interface Deployment {
  readonly region: string
  /** Of all alarms together. */
  readonly alarmMetrics: number
  readonly dashboards: number
  readonly secrets: number
  /** Queues that feed a function. */
  readonly polledQueues: number
  /** CloudFront before the API, with a web ACL that was made outside of the stack. */
  readonly webAcls: number
  readonly distributions: number
  /** Zones that the stack writes records into. */
  readonly zones: number
  readonly isTraced: boolean
  readonly hasBackups: boolean
  readonly logRetentionDays: number
}

export const deploymentOf = (inventory: Inventory): Deployment => {
  const { region, alarms, dashboards, secrets, mappings, distributions, zoneIds, tables } = inventory
  return {
    region,
    alarmMetrics: alarms.reduce((sum, { metrics }) => sum + metrics.length, 0),
    dashboards: dashboards.length,
    secrets: secrets.length,
    polledQueues: mappings.filter(({ source }) => source === 'queue').length,
    webAcls: new Set(distributions.flatMap(({ webAclId }) => webAclId ?? [])).size,
    distributions: distributions.length,
    zones: zoneIds.length,
    isTraced: inventory.functions.some(({ isTraced }) => isTraced),
    hasBackups: tables.some(({ hasBackups }) => hasBackups),
    logRetentionDays: Math.max(...inventory.functions.map(({ logRetentionDays }) => logRetentionDays)),
  }
}
