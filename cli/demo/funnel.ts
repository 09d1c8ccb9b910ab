/** How far the leads came: counts of people, not of emails. */
export interface Funnel {
  readonly captured: number
  readonly delivered: number
  readonly opened: number
  readonly clicked: number
  readonly qualified: number
  readonly handedOff: number
  readonly accepted: number
  readonly won: number
  /** Where everyone stands at the end, by stage. */
  readonly stages: Readonly<Record<string, number>>
}

/** `items` is everything in the table. */
export const makeFunnel = (items: readonly Readonly<Record<string, unknown>>[]): Funnel => {
  const leadsWith = (kind: string) =>
    new Set(items.filter((item) => item.kind === kind).map(({ pk }) => pk)).size
  const stages: Record<string, number> = {}
  for (const { sk, stage } of items)
    if (sk === 'LEAD') stages[String(stage)] = (stages[String(stage)] ?? 0) + 1
  return {
    captured: leadsWith('CAPTURED'),
    delivered: leadsWith('DELIVERED'),
    opened: leadsWith('OPENED'),
    clicked: leadsWith('CLICKED'),
    qualified: leadsWith('QUALIFIED'),
    handedOff: leadsWith('HANDEDOFF'),
    accepted: leadsWith('ACCEPTED'),
    won: leadsWith('WON'),
    stages,
  }
}

export const funnelText = ({ stages, ...funnel }: Funnel): string =>
  [
    'The funnel, in people',
    ...Object.entries(funnel).map(([name, count]) => {
      const share = count / Math.max(1, funnel.captured)
      return `  ${name.padEnd(11)}${String(count).padStart(7)} ${`${(share * 100).toFixed(1)} %`.padStart(8)}  ${'█'.repeat(Math.round(share * 40))}`
    }),
    `  at the end: ${Object.entries(stages)
      .sort()
      .map(([stage, count]) => `${count} ${stage}`)
      .join(', ')}`,
  ].join('\n')
