/** People to preview emails for: everything known, nothing known, long and accented, hostile. All invented. */
import type { CompiledCampaign, CompiledField } from '../../shared/campaign/compiled/compiled.ts'
import { fieldTypes } from '../../shared/contracts/field-types.ts'

export interface Person {
  /** As `--lead` and the page's address name it. */
  readonly id: string
  /** For a person to choose by. */
  readonly name: string
  readonly email: string
  /** Answers by field, as a lead's profile has them. */
  readonly fields: Readonly<Record<string, string>>
}

/** By what a browser would fill in; numbers from the range that is kept for fiction. */
const knownAnswers: Readonly<Record<string, string>> = {
  'given-name': 'Ada',
  'additional-name': 'Mary',
  'family-name': 'Example',
  name: 'Ada Example',
  'honorific-prefix': 'Dr',
  organization: 'Analytical Engines Ltd',
  'organization-title': 'Head of Operations',
  'address-level2': 'Bristol',
  'address-level1': 'Somerset',
  'postal-code': 'BS1 4ZZ',
  'street-address': '1 Example Street',
  country: 'GB',
  'country-name': 'United Kingdom',
  tel: '+44 117 496 0123',
  url: 'https://www.example.com',
}

const longAnswers: Readonly<Record<string, string>> = {
  'given-name': 'Þórgerður-Świętosława Zoë Ángeles d’Été-Østergård',
  'family-name': 'Müller-Lüdenscheidt von Ñuñoa y Åkerström-Çelikoğlu',
  organization: 'Gesellschaft für außergewöhnlich umständliche Firmenbezeichnungen mbH & Co. KG',
  'address-level2': 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch',
}

const longText =
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft – Ärger, Çà & Ñandú'

/** Markup, a template's own language and a header's end; then what email clients would turn into a link. */
const hostileTexts = [
  '<b onclick="alert(1)">Ada</b> {{ 7 | times: 7 }} & "Co"',
  'Win a prize at www.evil.example',
  '</td></table><h1>Ha</h1>',
]

/** In the order of the page. Every field that some form asks for is answered, or none. */
export const samplePeople = ({ forms }: Pick<CompiledCampaign, 'forms'>): Person[] => {
  const fields = [
    ...new Map(
      Object.values(forms)
        .flatMap((form) => form.fields)
        .filter(({ name, type }) => name !== 'email' && type !== 'email')
        .map((field) => [field.name, field]),
    ).values(),
  ]
  const answers = (answer: (field: CompiledField, at: number) => string) =>
    Object.fromEntries(fields.map((field, at) => [field.name, answer(field, at)]))
  return [
    {
      id: 'known',
      name: 'Ada, who answered everything',
      email: 'ada@example.com',
      fields: answers(knownAnswer),
    },
    { id: 'unknown', name: 'Someone who gave only an address', email: 'someone@example.com', fields: {} },
    {
      id: 'long',
      name: 'Þórgerður, with long and accented answers',
      email: 'thorgerdur.swietoslawa.muller-ludenscheidt.von.nunoa@long-department-name.example.com',
      fields: answers((field) => (isFree(field) ? longAnswer(field) : knownAnswer(field))),
    },
    {
      id: 'hostile',
      name: 'A hostile visitor, with markup and links',
      email: 'mallory@example.com',
      fields: answers((field, at) =>
        isFree(field) ? (hostileTexts[at % hostileTexts.length] ?? '') : knownAnswer(field),
      ),
    },
  ]
}

const isFree = ({ type }: CompiledField): boolean => fieldTypes[type].isFreeText

const longAnswer = ({ autocomplete = '', maxLength }: CompiledField): string =>
  (longAnswers[autocomplete] ?? longText).slice(0, maxLength)

const knownAnswer = (field: CompiledField): string =>
  (field.type === 'text' && knownAnswers[field.autocomplete ?? '']) || fieldTypes[field.type].sample(field)
