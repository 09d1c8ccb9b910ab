/** What AWS would have charged: every component that the meter counted, or that the template has, at its list price. */
import type { Meter } from '../meter.ts'
import {
  type Component,
  componentsOfMonth,
  componentsOfStore,
  componentsOfWork,
  type StoredBytes,
} from './components.ts'
import type { Deployment } from './deployment.ts'
import { type PriceList, type PriceName, priceListOf, priceUnits } from './prices.ts'

/**
 * Emails, the one price that depends on the account's plan; of US East, November 2026. Attachments would cost 0.12 a GB;
 * our emails have none.
 */
export const emailPlans = [
  { plan: 'SES a la carte', dollarsPerThousand: 0.1 },
  { plan: 'SES Essentials', dollarsPerThousand: 0.16 },
] as const

export interface BillLine {
  readonly component: string
  readonly what: string
  readonly quantity: number
  readonly dollars: number
}

export interface Bill {
  readonly lines: readonly BillLine[]
  readonly emails: number
  /** Without email. */
  readonly pipelineDollars: number
  readonly totals: readonly {
    readonly plan: string
    readonly emailDollars: number
    readonly dollars: number
  }[]
  /** Each month, whether or not a lead comes. */
  readonly monthly: readonly BillLine[]
  readonly monthlyDollars: number
  /** Each month from now on, for what the table holds at the end. */
  readonly stored: readonly BillLine[]
  readonly prices: Pick<PriceList, 'region' | 'readIn'> & {
    /** The stack's. */
    readonly for: string
    /** Lines whose price is that of US East, because the region's own is not known. */
    readonly borrowed: readonly string[]
  }
}

export const makeBill = (meter: Meter, deployment: Deployment, stored: StoredBytes): Bill => {
  const list = priceListOf(deployment.region)
  const work = componentsOfWork(meter, deployment).filter(isShown)
  const month = componentsOfMonth(deployment).filter(isShown)
  const store = componentsOfStore(stored, deployment).filter(isShown)
  const lines = work.map(pricedBy(list))
  const monthly = month.map(pricedBy(list))
  const emails = meter.total('emails')
  const pipelineDollars = sumOf(lines)
  const borrowed = new Set<PriceName>(list.borrowed)
  return {
    lines,
    emails,
    pipelineDollars,
    totals: emailPlans.map(({ plan, dollarsPerThousand }) => {
      const emailDollars = (emails / 1000) * dollarsPerThousand
      return { plan, emailDollars, dollars: pipelineDollars + emailDollars }
    }),
    monthly,
    monthlyDollars: sumOf(monthly),
    stored: store.map(pricedBy(list)),
    prices: {
      region: list.region,
      readIn: list.readIn,
      for: deployment.region,
      borrowed: [...work, ...month, ...store]
        .filter(({ price }) => borrowed.has(price))
        .map(({ component, what }) => `${component} ${what}`),
    },
  }
}

const isShown = ({ isOptional = false, quantity }: Component): boolean => !isOptional || quantity > 0

const pricedBy =
  ({ prices }: PriceList) =>
  ({ component, what, price, quantity }: Component): BillLine => ({
    component,
    what,
    quantity,
    dollars: (quantity / priceUnits[price]) * prices[price],
  })

const sumOf = (lines: readonly BillLine[]): number => lines.reduce((sum, { dollars }) => sum + dollars, 0)
