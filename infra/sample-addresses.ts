/** Addresses of the sample that still stand in settings or campaign, each as a sentence with its place. */
import type { CompiledCampaign } from '../shared/campaign/compiled/compiled.ts'
import { isSample } from '../shared/domain/sample-address.ts'
import type { Settings } from './settings.ts'

export const samplesIn = (settings: Settings, { identity }: CompiledCampaign): string[] => {
  const { replyTo, sales, report } = identity
  const inSettings = (['domain', 'sender', 'alarmEmail', 'domainName', 'trackingDomain'] as const).map(
    (name) => ({ place: `Setting "${name}" in cdk.json`, address: settings[name] }),
  )
  const inCampaign = Object.entries({
    replyTo,
    'sales.email': sales.email,
    'report.email': report.email,
  }).map(([name, address]) => ({ place: `"${name}" in campaign.yaml`, address }))
  return [...inSettings, ...inCampaign].flatMap(({ place, address }) =>
    address !== undefined && isSample(address) ? `${place}: ${address} is a sample; write your own.` : [],
  )
}
