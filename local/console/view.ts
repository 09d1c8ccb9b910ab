/** What the console page shows, read from the running pipeline. */

import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { readCounter, totalsOf } from '../../shared/contracts/counters.ts'
import { keys } from '../../shared/contracts/names.ts'
import { readFacts } from '../../shared/contracts/read-facts.ts'
import { readReleases } from '../../shared/contracts/releases.ts'
import { readSummary, type Summary } from '../../shared/contracts/stored.ts'
import type { Campaign } from '../../shared/domain/campaign.ts'
import { waysToQualify } from '../../shared/domain/explain.ts'
import { fold } from '../../shared/domain/fold.ts'
import { chanceOf } from '../../shared/domain/score.ts'
import { makeReport } from '../../shared/flows/report/report-figures.ts'
import { reportSections } from '../../shared/flows/report/report-text.ts'
import { makeBill } from '../bill/bill.ts'
import { pricesText } from '../bill/bill-text.ts'
import { deploymentOf } from '../bill/deployment.ts'
import { storedBytesOf } from '../bill/item-size.ts'
import type { Pipeline } from '../pipeline.ts'

type Item = Readonly<Record<string, unknown>>

export const clockView = ({ clock }: Pipeline) => {
  const next = clock.next()
  return { nowMs: clock.nowMs(), ...(next && { next }) }
}

/** As the functions know it: where a lead stands depends on how a sequence was when it passed. */
const withHistory = (plan: Campaign, items: readonly Item[]): Campaign => ({
  ...plan,
  history: readReleases(items.filter(({ pk }) => pk === keys.releases(plan.name))).history,
})

/** Leads with the highest score first; without their facts. */
export const leadsView = async ({ table }: Pipeline) =>
  (await table.scan())
    .filter(({ sk }) => sk === keys.summary)
    .flatMap((item): ({ readonly id: string } & Summary)[] => {
      const summary = readSummary(item)
      return summary ? [{ id: idOf(item.pk), ...summary }] : []
    })
    .sort((a, b) => b.scoreHundredths - a.scoreHundredths || (a.id < b.id ? -1 : 1))

export const leadView = async ({ table, clock }: Pipeline, { plan }: CompiledCampaign, id: string) => {
  const items = await table.scan()
  const own = items.filter(({ pk }) => pk === keys.lead(id))
  const { facts } = readFacts(own.filter(({ sk }) => String(sk).startsWith(keys.factPrefix)))
  const state = fold(id, facts, withHistory(plan, items), clock.nowMs())
  const summary = own.find(({ sk }) => sk === keys.summary)
  const { calibration } = plan.scoring
  return {
    id,
    // By the rules of now, at the clock's time: points fade, and rules change, between two looks at a lead.
    score: state.score,
    ways: waysToQualify(state.evidence, state.score, plan.scoring, clock.nowMs()),
    ...(calibration && { chance: chanceOf(state.score.totalHundredths, calibration) }),
    summary: summary && readSummary(summary),
    isSuppressed: state.suppression !== undefined,
    facts: facts.toSorted((a, b) => a.atMs - b.atMs),
  }
}

export const inboxView = ({ ses }: Pipeline) =>
  ses
    .inbox()
    .map(({ messageId, sentAtMs, from, to, subject, tags }) => ({
      messageId,
      sentAtMs,
      from,
      to,
      subject,
      purpose: tags.purpose,
    }))
    .reverse()

export const queuesView = ({ inventory, sqs }: Pipeline) => {
  const ends = new Set([
    ...inventory.queues.flatMap(({ redrive }) => redrive?.deadLetterArn ?? []),
    ...inventory.mappings.flatMap(({ onFailureArn }) => onFailureArn ?? []),
  ])
  const queues = inventory.queues.toSorted((a, b) => Number(ends.has(a.arn)) - Number(ends.has(b.arn)))
  return queues.map(({ arn, id }) => ({
    id: id.replace(/[0-9A-F]{8}$/, '').replace('Queue', ''),
    isDeadLetters: ends.has(arn),
    messages: sqs.contents(arn).map(({ body, receiveCount, sentAtMs, visibleAtMs }) => ({
      body,
      receiveCount,
      sentAtMs,
      visibleAtMs,
    })),
  }))
}

export const reportView = async ({ table, clock }: Pipeline, { plan }: CompiledCampaign) => {
  const all = (await table.scan()).flatMap((item) => readCounter(item) ?? [])
  const days = all.map(({ day }) => day).sort()
  const today = new Date(clock.nowMs()).toISOString().slice(0, 10)
  const report = makeReport(plan, totalsOf(all), all, days[0] ?? today, today)
  return { fromDay: report.fromDay, toDay: report.toDay, sections: reportSections(report) }
}

export const billView = async ({ meter, inventory, table }: Pipeline) => {
  const bill = makeBill(meter, deploymentOf(inventory), storedBytesOf(await table.scan()))
  return { ...bill, pricesText: pricesText(bill) }
}

/** Those that ring come first. */
export const alarmsView = ({ alarms }: Pipeline) =>
  alarms.states().toSorted((a, b) => Number(b.isRinging) - Number(a.isRinging))

export const handOffsView = ({ events }: Pipeline) => events.published()

const idOf = (pk: unknown): string => String(pk).slice(keys.lead('').length)
