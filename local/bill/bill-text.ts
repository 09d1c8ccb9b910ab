/** A bill in words and as lines of text. */
import type { Bill, BillLine } from './bill.ts'

/** Whose prices these are, and which of them are not the region's own. */
export const pricesText = ({ prices }: Pick<Bill, 'prices'>): string => {
  const { region, readIn, borrowed } = prices
  const list = `list prices of ${region}, ${readIn}, without free tiers`
  if (region !== prices.for) return `${list}: those of ${prices.for} are not known here`
  return borrowed.length === 0 ? list : `${list}; from us-east-1, for want of others: ${borrowed.join(', ')}`
}

/** `leads` gives the cost of a thousand of them. */
export const billText = (bill: Bill, leads: number): string => {
  const money = (dollars: number) => `$${dollars.toFixed(4)}`.padStart(11)
  const perThousand = (dollars: number) => `$${((dollars / leads) * 1000).toFixed(3)} per 1,000 leads`
  const line = ({ component, what, quantity, dollars }: BillLine) =>
    `  ${component.padEnd(16)}${what.padEnd(30)}${countText(quantity).padStart(12)} ${money(dollars)}`
  const sum = (what: string, dollars: number, more = '') => `  ${what.padEnd(58)} ${money(dollars)}${more}`
  return [
    `The bill, at ${pricesText(bill)}`,
    ...bill.lines.map(line),
    sum('the pipeline', bill.pipelineDollars, `   ${perThousand(bill.pipelineDollars)}`),
    ...bill.totals.map(({ plan, emailDollars, dollars }) =>
      sum(
        `${plan}: ${bill.emails.toLocaleString('en-US')} emails`,
        emailDollars,
        `   in all ${money(dollars).trim()}, ${perThousand(dollars)}`,
      ),
    ),
    'Each month, for what the table holds by now',
    ...bill.stored.map(line),
    'Each month, whether or not a lead comes',
    ...bill.monthly.map(line),
    sum('an idle month', bill.monthlyDollars),
  ].join('\n')
}

/** Whole where there is much of it; of parts of a gigabyte three digits. */
export const countText = (quantity: number): string =>
  quantity < 100
    ? Number(quantity.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 9 })
    : Math.round(quantity).toLocaleString('en-US')
