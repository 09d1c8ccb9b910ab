/** `ripen check`: says what is wrong in a campaign folder, what could be better, and what to do about it. */
import colours from 'picocolors'
import { type CampaignCheck, checkCampaign, type EmailMeasure } from '../../shared/campaign/check.ts'
import { counted } from '../../shared/campaign/schema/counted.ts'
import type { SequenceOutline } from '../../shared/campaign/sequences/sequence-outline.ts'
import type { CampaignProblem } from '../../shared/campaign/source/problems.ts'

export interface CheckOptions {
  readonly strict: boolean
  readonly json: boolean
}

/** The exit code: 1 for errors, and with `strict` for advice too. */
export const check = async (folder: string, options: CheckOptions): Promise<number> => {
  const result = await checkCampaign(folder)
  console.log(
    options.json ? JSON.stringify(withoutCampaign(result), null, 2) : textOf(result, options.strict),
  )
  return result.errors.length > 0 || (options.strict && result.advice.length > 0) ? 1 : 0
}

const withoutCampaign = ({ campaign, errors, advice, samples, sequences, emails }: CampaignCheck) => ({
  version: campaign?.plan.version ?? null,
  errors,
  advice,
  samples,
  sequences,
  emails,
})

const textOf = (result: CampaignCheck, isStrict: boolean): string => {
  const { errors, advice, samples, sequences, emails } = result
  const files = [...new Set([...errors, ...advice].map(({ file }) => file))].sort()
  return [
    ...files.map((file) =>
      [
        colours.bold(file),
        ...linesOf(errors, file, colours.red('error ')),
        ...linesOf(advice, file, colours.yellow('advice')),
        '',
      ].join('\n'),
    ),
    ...sequences.map((sequence) => `${flowOf(sequence)}\n`),
    ...(emails.length > 0 ? [tableOf(emails), ''] : []),
    ...(samples.length > 0 ? [`${beforeDeploying(samples)}\n`] : []),
    lastLineOf(result, isStrict),
  ].join('\n')
}

const beforeDeploying = (samples: readonly CampaignProblem[]): string => {
  const files = [...new Set(samples.map(({ file }) => file))]
  return [
    colours.bold('Before you deploy'),
    ...files.flatMap((file) => linesOf(samples, file, `${colours.yellow('sample')} ${file}`)),
  ].join('\n')
}

const linesOf = (problems: readonly CampaignProblem[], file: string, severity: string): string[] =>
  problems
    .filter((problem) => problem.file === file)
    .toSorted((a, b) => a.line - b.line)
    .map(({ line, problem, fix }) => `  ${severity} line ${line}: ${problem}\n         ${colours.dim(fix)}`)

const tableOf = (emails: readonly EmailMeasure[]): string => {
  const width = Math.max(...emails.map(({ id }) => id.length))
  return emails
    .map(({ id, subject, subjectCharacters, htmlBytes, textLines, links }) => {
      const measures = [
        `${subjectCharacters} characters`.padStart(13),
        `${(htmlBytes / 1024).toFixed(1)} KB`.padStart(8),
        `${textLines} lines`.padStart(9),
        `${links} ${links === 1 ? 'link' : 'links'}`.padStart(8),
      ]
      return `${id.padEnd(width)} ${measures.join('')}  ${subject}`
    })
    .join('\n')
}

const flowOf = ({ id, lines, ...measures }: SequenceOutline): string => {
  const indented = lines.map(({ depth, name, text }) => ({ name: `${'  '.repeat(depth + 1)}${name}`, text }))
  const width = Math.max(...indented.map(({ name }) => name.length))
  return [
    `${colours.bold(id)}: ${measuresOf(measures)}`,
    ...indented.map(({ name, text }) => `${name.padEnd(width)}  ${text}`),
  ].join('\n')
}

const measuresOf = ({
  steps,
  leastEmails,
  mostEmails,
  leastDays,
  mostDays,
}: Omit<SequenceOutline, 'id' | 'lines'>): string => {
  const emails =
    leastEmails === steps ? '' : `, of which a lead gets ${span(leastEmails, mostEmails, 'email')}`
  return `${counted(steps, 'step')}${emails}, ${span(leastDays, mostDays, 'day')}`
}

const span = (least: number, most: number, one: string): string =>
  least === most ? counted(most, one) : `${least} to ${counted(most, one)}`

const lastLineOf = ({ campaign, errors, advice }: CampaignCheck, isStrict: boolean): string => {
  const adviceCount = counted(advice.length, 'piece of advice', 'pieces of advice')
  if (errors.length > 0)
    return `${counted(errors.length, 'error')}${advice.length > 0 ? ` and ${adviceCount}` : ''}: correct the errors, then check again.`
  const name = campaign ? `${campaign.plan.name} ${campaign.plan.version}` : 'The campaign'
  if (advice.length === 0) return `${name}: nothing to correct.`
  return isStrict
    ? `${adviceCount}, and --strict allows none: follow it, then check again.`
    : `${name} can be deployed. ${adviceCount}: follow what you agree with.`
}
