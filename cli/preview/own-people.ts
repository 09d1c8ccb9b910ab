/** A campaign's own people to preview for: `preview-leads.yaml`, read with the same care as what will be sent. */
import * as z from 'zod'
import type { CompiledCampaign } from '../../shared/campaign/compiled/compiled.ts'
import { CampaignFolder } from '../../shared/campaign/source/campaign-folder.ts'
import { type CampaignProblem, Problems } from '../../shared/campaign/source/problems.ts'
import { readYaml } from '../../shared/campaign/source/read-file.ts'
import { normaliseAddress } from '../../shared/domain/address.ts'
import type { Person } from './people.ts'

export const ownPeopleFile = 'preview-leads.yaml'

const answer = z
  .union([z.string(), z.number(), z.boolean()], 'must be text, a number, true or false')
  .transform(String)

const schema = z.strictObject({
  leads: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(80),
        email: z
          .string()
          .refine(
            (text) => normaliseAddress(text) !== undefined,
            'must be an address such as ada@example.com',
          )
          .default('sample@example.com'),
        fields: z.record(z.string(), answer).default({}),
      }),
    )
    .min(1, 'must list at least one lead')
    .max(50, 'must list 50 or fewer'),
})

export interface OwnPeople {
  readonly people: readonly Person[]
  readonly problems: readonly CampaignProblem[]
}

/** None where there is no such file. With mistakes: those, and nobody. */
export const readOwnPeople = (path: string, { forms }: Pick<CompiledCampaign, 'forms'>): OwnPeople => {
  const folder = new CampaignFolder(path)
  if (folder.text(ownPeopleFile) === undefined) return { people: [], problems: [] }
  const problems = new Problems()
  const read = readYaml(folder, ownPeopleFile, schema, problems)
  const known = new Set(Object.values(forms).flatMap(({ fields }) => fields.map(({ name }) => name)))
  const names = new Set<string>()
  read?.data.leads.forEach(({ name, fields }, at) => {
    if (names.has(name))
      problems.add(
        ownPeopleFile,
        read.lineAt('leads', at, 'name'),
        `Two leads are called ${name}.`,
        'Rename one; you choose them by name.',
      )
    names.add(name)
    for (const field of Object.keys(fields))
      if (!known.has(field))
        problems.add(
          ownPeopleFile,
          read.lineAt('leads', at, 'fields', field),
          `No form asks for ${field}.`,
          `Correct the name; forms ask for ${[...known].filter((one) => one !== 'email').join(', ')}.`,
        )
  })
  if (problems.errors.length > 0) return { people: [], problems: problems.errors }
  return {
    people: (read?.data.leads ?? []).map(({ name, email, fields }) => ({
      id: `own:${name}`,
      name,
      email,
      fields,
    })),
    problems: [],
  }
}
