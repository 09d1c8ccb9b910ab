/** What forms and score rules say of other files: they must fit together. */
import { reservedNames } from '../contracts/form-post.ts'
import { conditionProblem } from './schema/condition-names.ts'
import { didYouMeanOr, repeats } from './schema/did-you-mean.ts'
import { mostPoints } from './schema/score-range.ts'
import type { CampaignFiles } from './source/campaign-files.ts'
import type { Problems } from './source/problems.ts'

export const checkAcrossFiles = (files: CampaignFiles, problems: Problems): void => {
  checkForms(files, problems)
  checkScoring(files, problems)
}

const checkForms = ({ forms, named }: CampaignFiles, problems: Problems): void => {
  for (const [id, { data: form, lineAt }] of Object.entries(forms)) {
    const file = `forms/${id}.yaml`
    if (!named.sequences.has(form.sequence))
      problems.add(
        file,
        lineAt('sequence'),
        `There is no sequence "${form.sequence}".`,
        didYouMeanOr(
          form.sequence,
          [...named.sequences],
          `Create sequences/${form.sequence}.yaml or name another.`,
        ),
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
          `Every form has ${name} already.`,
          'Remove the field, or give it another name.',
        )
      if (name === 'email' && type !== 'email')
        problems.add(
          file,
          lineAt('fields', at, 'type'),
          'The field email is not of type email.',
          'Write type: email.',
        )
    })
    for (const at of repeats(form.fields.map(({ name }) => name)))
      problems.add(
        file,
        lineAt('fields', at, 'name'),
        `Two fields are called ${form.fields[at]?.name}.`,
        'Answers are stored by field name: rename one.',
      )
  }
}

const checkScoring = ({ forms, scoring, known }: CampaignFiles, problems: Problems): void => {
  if (!scoring) return
  const { data, lineAt } = scoring
  const file = 'scoring.yaml'
  for (const at of repeats(data.rules.map((rule) => rule.id)))
    problems.add(
      file,
      lineAt('rules', at, 'id'),
      `Two rules are called ${data.rules[at]?.id}.`,
      'Score lines refer to rules by id: rename one.',
    )
  data.rules.forEach(({ id, when }, at) => {
    const wrong = conditionProblem(when, known)
    if (wrong)
      problems.add(file, lineAt('rules', at, 'when', wrong.key), `The rule ${id} ${wrong.problem}`, wrong.fix)
  })
  const most = mostPoints(data.rules, Object.values(forms).filter((form) => form.data.doubleOptIn).length)
  if (data.rules.length > 0 && most < data.thresholds.enter)
    problems.add(
      file,
      lineAt('thresholds', 'enter'),
      `No lead can reach ${data.thresholds.enter} points: the rules give at most ${most}.`,
      'Lower enter, or give more points.',
    )
}
