/** Addresses of the sample that still stand in a campaign: it works with them here, and a deployment is refused. */
import { isSample } from '../domain/sample-address.ts'
import type { CampaignFiles } from './source/campaign-files.ts'
import type { CampaignProblem } from './source/problems.ts'

export const sampleAddressesIn = ({ campaign }: Pick<CampaignFiles, 'campaign'>): CampaignProblem[] => {
  if (!campaign) return []
  const { replyTo, sales, report } = campaign.data
  const places = [
    { path: ['replyTo'], address: replyTo },
    { path: ['sales', 'email'], address: sales.email },
    { path: ['report', 'email'], address: report.email },
  ]
  return places.flatMap(({ path, address }) =>
    address !== undefined && isSample(address)
      ? {
          file: 'campaign.yaml',
          line: campaign.lineAt(...path),
          problem: `"${path.join('.')}" is ${address}, a sample.`,
          fix: 'Write your own: with samples, AWS refuses to deploy.',
        }
      : [],
  )
}
