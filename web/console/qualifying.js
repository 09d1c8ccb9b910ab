/** What would qualify a lead, in sentences. */

export const points = (hundredths) =>
  (hundredths / 100)
    .toFixed(2)
    .replace(/\.?0+$/, '')
    .replace('-', '−')

/** Where sales has the lead, or had the last word, or nothing may be sent, there is nothing left to qualify for. */
export const hasLeftNurture = (stage) =>
  ['qualified', 'accepted', 'won', 'lost', 'suppressed'].includes(stage)

/** Gates first: while one is closed, points do not help. */
export const waysText = ({ gates, missingHundredths, enough, together }, stage) => {
  const closed = [
    ...gates.map(({ reason, because }) => `A gate keeps it from sales: ${reason} (${because}).`),
    ...(stage === 'pending' ? ['It must confirm its address first.'] : []),
  ]
  if (missingHundredths === 0)
    return [
      ...closed,
      closed.length
        ? 'It has the points.'
        : 'It has the points. The next form or click that costs it none qualifies it; where sales gave it back, once the cool-down is over.',
    ]
  const gain = ({ reason, hundredths }) => `${reason} (+${points(hundredths)})`
  return [
    ...closed,
    `${points(missingHundredths)} points are missing.`,
    ...(enough.length ? [`Any one of these is enough: ${enough.map(gain).join('; ')}.`] : []),
    ...(together.length ? [`These together are enough: ${together.map(gain).join('; ')}.`] : []),
    ...(enough.length + together.length === 0 ? ['Nothing the lead can still do is worth that much.'] : []),
  ]
}
