/** What one file of a campaign says of another: forms, sequences and score rules must fit together. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as z from 'zod'
import { reservedNames } from '../contracts/form-post.ts'
import type { Condition } from '../domain/campaign.ts'
import type { formFile } from './form-schema.ts'
import type { Problems } from './problems.ts'
import type { ReadFile } from './read-file.ts'
import type { scoringFile } from './schema.ts'
import type { SequenceFile } from './sequence-schema.ts'

type Form = z.output<typeof formFile>
type Field = Form['fields'][number]

export interface ReadCampaign {
  readonly forms: Readonly<Record<string, ReadFile<Form>>>
  readonly sequences: Readonly<Record<string, ReadFile<SequenceFile>>>
  readonly scoring: ReadFile<z.output<typeof scoringFile>> | undefined
}

export const checkReferences = (folder: string, campaign: ReadCampaign, problems: Problems): void => {
  checkForms(campaign, problems)
  checkSequences(campaign, problems)
  checkScoring(folder, campaign, problems)
}

const checkForms = ({ forms, sequences }: ReadCampaign, problems: Problems): void => {
  for (const [id, { data: form, lineAt }] of Object.entries(forms)) {
    const file = `forms/${id}.yaml`
    if (!sequences[form.sequence])
      problems.add(
        file,
        lineAt('sequence'),
        `There is no sequence "${form.sequence}".`,
        `Create sequences/${form.sequence}.yaml or name another.`,
      )
    if (!form.fields.some((field) => field.name === 'email' && field.type === 'email' && field.required))
      problems.add(
        file,
        lineAt('fields'),
        'The form does not ask for an address.',
        'Add a required field named email of type email.',
      )
    form.fields.forEach(({ name, type }, at) => {
      if (reservedNames.has(name))
        problems.add(
          file,
          lineAt('fields', at, 'name'),
          `Every form knows ${name} already.`,
          'Remove the field, or give it another name.',
        )
      if (name === 'email' && type !== 'email')
        problems.add(
          file,
          lineAt('fields', at, 'type'),
          'The field email is no address.',
          'Write type: email.',
        )
    })
    for (const at of repeats(form.fields.map(({ name }) => name)))
      problems.add(
        file,
        lineAt('fields', at, 'name'),
        `Two fields are called ${form.fields[at]?.name}.`,
        'An answer goes by its field: rename one.',
      )
  }
}

const nameOf = (step: SequenceFile['steps'][number]): string => ('branch' in step ? step.branch : step.id)

const checkSequences = ({ sequences }: ReadCampaign, problems: Problems): void => {
  for (const [id, { data, lineAt }] of Object.entries(sequences)) {
    const names = data.steps.map(nameOf)
    for (const at of repeats(names))
      problems.add(
        `sequences/${id}.yaml`,
        lineAt('steps', at, 'id'),
        `Two steps are called ${names[at]}.`,
        'Facts name steps by id: rename one.',
      )
  }
}

const checkScoring = (folder: string, { forms, scoring }: ReadCampaign, problems: Problems): void => {
  if (!scoring) return
  const { data, lineAt } = scoring
  const file = 'scoring.yaml'
  for (const at of repeats(data.rules.map((rule) => rule.id)))
    problems.add(
      file,
      lineAt('rules', at, 'id'),
      `Two rules are called ${data.rules[at]?.id}.`,
      'A score line names its rule by id: rename one.',
    )
  const fields = Map.groupBy(
    Object.values(forms).flatMap((form) => form.data.fields),
    (field) => field.name,
  )
  const links = linksOfEmails(folder)
  data.rules.forEach(({ id, when }, at) => {
    const found = conditionProblem(when, fields, links)
    if (found)
      problems.add(file, lineAt('rules', at, 'when', found.key), `The rule ${id} ${found.problem}`, found.fix)
  })
  const most = mostPoints(data.rules, Object.values(forms).filter((form) => form.data.doubleOptIn).length)
  if (data.rules.length > 0 && most < data.thresholds.enter)
    problems.add(
      file,
      lineAt('thresholds', 'enter'),
      `No lead can reach ${data.thresholds.enter} points: the rules give ${most} at most.`,
      'Lower enter, or give more points.',
    )
}

/** No lead has more than this; a rule that adds up without a cap has no most. */
const mostPoints = (rules: z.output<typeof scoringFile>['rules'], confirmations: number): number =>
  rules.reduce((sum, rule) => {
    if (rule.dimension === 'gate' || rule.points <= 0) return sum
    const { when, points, cap } = rule
    if (!('fact' in when) || when.times || when.withinDays || when.quietDays) return sum + points
    const facts = when.fact === 'CONFIRMED' ? confirmations : Number.POSITIVE_INFINITY
    return sum + Math.min(points * facts, cap ?? Number.POSITIVE_INFINITY)
  }, 0)

/** What a form asks for and the profile does not keep: it has a place of its own. */
const keptElsewhere: Readonly<Record<string, string>> = {
  source: 'Write { source: [ ... ] }.',
  email: 'Write { emailDomain: [ ... ] }.',
  timeZone: 'Remove the rule; a time zone only says when to send.',
}

const conditionProblem = (
  when: Condition,
  fields: ReadonlyMap<string, readonly Field[]>,
  links: readonly string[],
): { key: string; problem: string; fix: string } | undefined => {
  if ('fact' in when)
    return when.link !== undefined && !links.some((target) => target.endsWith(when.link ?? ''))
      ? {
          key: 'link',
          problem: `waits for a click on ${when.link}, which no email links to.`,
          fix: 'Correct the link, or remove the rule.',
        }
      : undefined
  if (!('field' in when)) return undefined
  const elsewhere = Object.hasOwn(keptElsewhere, when.field) ? keptElsewhere[when.field] : undefined
  if (elsewhere !== undefined)
    return { key: 'field', problem: `reads ${when.field}, which is not an answer.`, fix: elsewhere }
  const asked = fields.get(when.field)
  if (!asked)
    return {
      key: 'field',
      problem: `reads ${when.field}, which no form asks for.`,
      fix: `Correct the name, or add the field to a form; forms ask for ${[...fields.keys()].filter((name) => !Object.hasOwn(keptElsewhere, name)).join(', ')}.`,
    }
  if ('in' in when) {
    const selects = asked.filter(({ type, options }) => type === 'select' && options)
    const options = new Set(selects.flatMap((field) => field.options ?? []))
    const stray = selects.length === asked.length ? when.in.find((value) => !options.has(value)) : undefined
    if (stray !== undefined)
      return {
        key: 'in',
        problem: `waits for ${when.field} to be "${stray}", which no form offers.`,
        fix: `Choose from ${[...options].join(', ')}.`,
      }
  }
  if (
    ('atLeast' in when || 'below' in when) &&
    asked.every(({ type }) => type === 'select' || type === 'email' || type === 'checkbox')
  )
    return {
      key: 'field',
      problem: `compares ${when.field} with a number, and it is not one.`,
      fix: 'Name its values with in, or make the field a number.',
    }
  return undefined
}

/** Where the links of all emails lead, without query strings: as clicks are recorded. */
const linksOfEmails = (folder: string): string[] => {
  const room = join(folder, 'emails')
  if (!existsSync(room)) return []
  const files = readdirSync(room, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.md'),
  )
  return files.flatMap((file) =>
    [...readFileSync(join(room, file), 'utf8').matchAll(/\]\(([^)\s?#]+)/g)].map(([, target = '']) => target),
  )
}

/** Places of names that stood before. */
const repeats = (names: readonly string[]): number[] =>
  names.flatMap((name, at) => (names.indexOf(name) === at ? [] : [at]))
