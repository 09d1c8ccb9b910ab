/** One lead: invented on the command line, or taken from a store with its real facts. */

import { disposableEmailBlocklist } from 'disposable-email-domains-js'
import type { TableItem } from '../../shared/aws/lead-scan.ts'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { keys } from '../../shared/contracts/names.ts'
import { readFacts } from '../../shared/contracts/read-facts.ts'
import { dayMs } from '../../shared/domain/cadence.ts'
import type { Campaign } from '../../shared/domain/campaign.ts'
import { isDisposableBy } from '../../shared/domain/disposable.ts'
import { emailsOf } from '../../shared/domain/enrolment.ts'
import { withCurrent } from '../../shared/flows/nurture/release.ts'
import { InputError } from '../input-error.ts'
import { openStore } from '../leads/open-store.ts'
import { defaultStartMs } from '../people/arrivals.ts'
import { captureBy } from './capture.ts'
import { worldOf } from './forecast.ts'
import { linksOf } from './links.ts'
import { identityKeyFor } from './mechanics.ts'
import { readClicks, Scripted, Trace, traceText } from './one-lead.ts'
import { type ForecastOptions, formIdOf, readAnswers, readInstant } from './options.ts'
import { type LeadToPlay, playLead } from './play-lead.ts'

export interface OneLead {
  readonly text: string
  readonly json: object
}

export const forecastOne = async (options: ForecastOptions, campaign: CompiledCampaign): Promise<OneLead> => {
  const { lead, fromMs, plan } =
    options.leadId === undefined
      ? { ...(await invented(options, campaign)), plan: campaign.plan }
      : await stored(options.leadId, options, campaign)
  const untilMs = fromMs + options.days * dayMs
  const clicks = options.clicks === undefined ? [] : readClicks(options.clicks, plan)
  const trace = new Trace(plan)
  playLead(lead, worldOf({ ...campaign, plan }, new Scripted(clicks, linksByStep(campaign)), untilMs), trace)
  return {
    text: traceText(trace, lead.leadId, untilMs),
    json: {
      campaign: campaign.plan.name,
      campaignVersion: campaign.plan.version,
      leadId: lead.leadId,
      timeZone: trace.timeZone,
      fromMs,
      untilMs,
      lines: trace.lines,
      ending: trace.ending(untilMs),
    },
  }
}

const invented = async (
  options: ForecastOptions,
  campaign: CompiledCampaign,
): Promise<{ lead: LeadToPlay; fromMs: number }> => {
  const answers = readAnswers(options.lead)
  const timeZone = options.timeZone ?? answers.timeZone
  const atMs =
    options.at === undefined
      ? defaultStartMs
      : readInstant('--at', options.at, timeZone ?? campaign.plan.timeZone)
  const capture = captureBy(
    campaign,
    formIdOf(options, campaign),
    identityKeyFor(options.seed),
    isDisposableBy(() => disposableEmailBlocklist().join('\n')),
  )
  const captured = await capture({ ...answers, ...(timeZone && { timeZone }) }, 1, atMs)
  if ('refused' in captured)
    throw new InputError(`--lead: the form does not take this submission. ${captured.refused}`)
  const { leadId, fact } = captured
  return { lead: { leadId, facts: [], submissions: [fact] }, fromMs: atMs }
}

const stored = async (
  leadId: string,
  options: ForecastOptions,
  { plan }: CompiledCampaign,
): Promise<{ lead: LeadToPlay; fromMs: number; plan: Campaign }> => {
  const store = await openStore(options, 'read')
  try {
    const items: TableItem[] = []
    for await (const item of store.itemsOf(leadId))
      if (String(item.sk).startsWith(keys.factPrefix)) items.push(item)
    const { facts } = readFacts(items)
    if (facts.length === 0)
      throw new InputError(
        `--lead-id: ${store.place} holds no lead of that id; "ripen leads export" lists them.`,
      )
    // The lead may be bound to a version that it began with; what the store has not seen comes into force now.
    const { history } = await store.releases(plan.name)
    return {
      lead: { leadId, facts, fromMs: store.nowMs },
      fromMs: store.nowMs,
      plan: { ...plan, history: withCurrent(plan, history, store.nowMs) },
    }
  } finally {
    await store.close()
  }
}

/** Of the first email that a step of that name may carry. */
const linksByStep = (campaign: CompiledCampaign): ((step: string) => readonly string[]) => {
  const links = linksOf(campaign)
  return (step) => {
    const plan = Object.values(campaign.plan.sequences)
      .flatMap(({ steps }) => steps)
      .find(({ id }) => id === step)
    const [email] = plan && !('arms' in plan) ? emailsOf(plan) : []
    return email === undefined ? [] : links(email, {})
  }
}
