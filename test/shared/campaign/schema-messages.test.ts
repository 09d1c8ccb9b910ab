import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileCampaign } from '../../../shared/campaign/compile.ts'
import { CampaignError } from '../../../shared/campaign/source/problems.ts'

const sample = resolve(import.meta.dirname, '..', '..', '..', 'campaign')

/** What `ripen check` says of the sample with one text in one file replaced. */
const told = async (file: string, from: string | RegExp, to: string): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-mistake-'))
  cpSync(sample, folder, { recursive: true })
  const text = readFileSync(join(folder, file), 'utf8')
  const changed = text.replace(from, to)
  expect(changed).not.toBe(text)
  writeFileSync(join(folder, file), changed)
  const error = await compileCampaign(folder).then(
    () => undefined,
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(CampaignError)
  return error instanceof CampaignError ? error.message : ''
}

const firstName = '{ name: firstName, label: First name, type: text,'

describe('a mistake in a form is told with file, line and fix:', () => {
  test.each<[string, string, string]>([
    ['intro: Twelve', 'into: Twelve', 'forms/guide.yaml:2: Unknown setting "into". Did you mean intro?'],
    ['title: "How', 'titel: "How', 'forms/guide.yaml:1: title: is missing. Add it.'],
    [
      'title: "How to choose a data course: the guide"',
      'title: ""',
      'forms/guide.yaml:1: title: must not be empty. Correct the value.',
    ],
    [
      'title: "How to choose a data course: the guide"',
      'title: 2026',
      'forms/guide.yaml:1: title: must be text; put it in quotation marks: "2026". Correct the value.',
    ],
    [
      'intro: Twelve pages, an hour of reading, and the five questions that every school should be able to answer.',
      'intro:',
      'forms/guide.yaml:2: intro: is empty; write text, or remove the line. Correct the value.',
    ],
    [
      'submit: Send me the guide',
      `submit: ${'Send '.repeat(13)}`,
      'forms/guide.yaml:3: submit: must be at most 60 characters; it is the text of a button. Correct the value.',
    ],
    [
      'sequence: learn',
      'sequence: Learn!',
      'forms/guide.yaml:4: sequence: must be 1 to 40 lower-case letters, digits or "-". Correct the value.',
    ],
    [
      'sequence: learn',
      'sequence: teach',
      'forms/guide.yaml:4: There is no sequence "teach". Create sequences/teach.yaml or name another.',
    ],
    [
      'doubleOptIn: false',
      'doubleOptIn: maybe',
      'forms/guide.yaml:6: doubleOptIn: must be true or false. Correct the value.',
    ],
    [
      'keepSourceDays: 0',
      'keepSourceDays: 1.5',
      'forms/guide.yaml:12: consent.keepSourceDays: must be a whole number. Correct the value.',
    ],
    [
      'keepSourceDays: 0',
      'keepSourceDays: 9999',
      'forms/guide.yaml:12: consent.keepSourceDays: must be 3650 or less. Correct the value.',
    ],
    [
      'keepSourceDays: 0',
      'keepDays: 0',
      'forms/guide.yaml:12: Unknown setting "keepDays". Remove it or correct its spelling.',
    ],
    [
      'origins: [https://www.example.com]',
      'origins: [https://www.example.com/]',
      'forms/guide.yaml:14: origins.0: must be an origin such as https://www.example.com: no path, no trailing slash, and https. Correct the value.',
    ],
    [
      'origins: [https://www.example.com]',
      'origins: https://www.example.com',
      'forms/guide.yaml:14: origins: must be a list, such as [one, two]. Correct the value.',
    ],
    [
      '  title: Thank you',
      '  titel: Thank you',
      'forms/guide.yaml:16: thanks.title: is missing. Add it.\nforms/guide.yaml:16: Unknown setting "titel". Did you mean title?',
    ],
    [
      'redirects: [https://www.example.com/thanks/]',
      'redirects: [/thanks/]',
      'forms/guide.yaml:19: redirects.0: must be a full address such as https://www.example.com/thanks. Correct the value.',
    ],
    [
      'redirects: [https://www.example.com/thanks/]',
      'redirects: [https://www.example.com]',
      'forms/guide.yaml:19: redirects.0: must be written as browsers show it, such as https://www.example.com/thanks/: lower-case host, a slash after it, no ? and no #. Correct the value.',
    ],
    [
      'disposable: flag',
      'disposable: mark',
      'forms/guide.yaml:21: disposable: must be allow, flag or refuse. Correct the value.',
    ],
    [
      'trap: true',
      'trap: "true"',
      'forms/guide.yaml:23: protection.trap: must be true or false, without quotation marks. Correct the value.',
    ],
    [
      'minimumSeconds: 2,',
      'minimumSeconds: 90,',
      'forms/guide.yaml:24: protection.token.minimumSeconds: must be 60 or less; fast visitors are people too. Correct the value.',
    ],
    [
      'minimumSeconds: 2,',
      'minimumSecond: 2,',
      'forms/guide.yaml:24: Unknown setting "minimumSecond". Did you mean minimumSeconds?',
    ],
    [
      'token: { minimumSeconds: 2, maximumHours: 24 }',
      'token: true',
      'forms/guide.yaml:24: protection.token: must be false, or { minimumSeconds: 0 to 60, maximumHours: 1 to 168 }. Correct the value.',
    ],
    [
      'token: { minimumSeconds: 2, maximumHours: 24 }',
      'token: false',
      'forms/guide.yaml:25: protection.work: proof of work needs the token; write never, or remove "token: false". Correct the value.',
    ],
    [
      'work: whenBusy',
      'work: sometimes',
      'forms/guide.yaml:25: protection.work: must be never, whenBusy or always. Correct the value.',
    ],
    [
      firstName,
      '{ name: first name, label: First name, type: text,',
      'forms/guide.yaml:28: fields.first name.name: must be a name such as firstName. Correct the value.',
    ],
    [
      firstName,
      '{ name: source, label: First name, type: text,',
      'forms/guide.yaml:28: Every form has source already. Remove the field, or give it another name.',
    ],
    [
      firstName,
      '{ name: city, label: First name, type: text,',
      'forms/guide.yaml:35: Two fields are called city. Answers are stored by field name: rename one.',
    ],
    [
      firstName,
      '{ name: firstName, type: text,',
      'forms/guide.yaml:28: fields.firstName.label: is missing. Add it.',
    ],
    [
      firstName,
      '{ name: firstName, lable: First name, type: text,',
      'forms/guide.yaml:28: Unknown setting "lable". Did you mean label?',
    ],
    [
      firstName,
      '{ name: firstName, label: First name, type: string,',
      'forms/guide.yaml:28: fields.firstName.type: must be one of text, email, phone, select, checkbox, number, hidden. Correct the value.',
    ],
    [
      firstName,
      `${firstName} pattern: "[A-", patternHelp: letters,`,
      'forms/guide.yaml:28: fields.firstName.pattern: must be a regular expression, such as [A-Z]{2}\\d{4}. Correct the value.',
    ],
    [
      firstName,
      `${firstName} pattern: "[a-z-]+", patternHelp: letters,`,
      'forms/guide.yaml:28: fields.firstName.pattern: must be written as browsers read it: inside [ ] put a \\ before each of - ( ) { } / |. Correct the value.',
    ],
    [
      firstName,
      `${firstName} pattern: "[\\\\w--\\\\d]+", patternHelp: letters,`,
      'forms/guide.yaml:28: fields.firstName.pattern: uses syntax that few programs support yet; write it without -- and && inside [ ]. Correct the value.',
    ],
    [
      firstName,
      `${firstName} pattern: "(a+)+", patternHelp: letters,`,
      'forms/guide.yaml:28: fields.firstName.pattern: can take very long on a malicious answer;',
    ],
    [
      firstName,
      `${firstName} pattern: "(.*a){20}", patternHelp: letters,`,
      'forms/guide.yaml:28: fields.firstName.pattern: can take very long on a malicious answer;',
    ],
    [
      firstName,
      `${firstName} pattern: "[A-Z]+",`,
      'forms/guide.yaml:28: fields.firstName.pattern: needs patternHelp: what visitors see when their answer does not match. Correct the value.',
    ],
    [
      firstName,
      `${firstName} patternHelp: capital letters,`,
      'forms/guide.yaml:28: fields.firstName.patternHelp: explains a pattern, but there is none; add pattern, or use help instead. Correct the value.',
    ],
    [
      firstName,
      `${firstName} minLength: 70,`,
      'forms/guide.yaml:28: fields.firstName.minLength: must not be above maxLength, or no answer is ever valid. Correct the value.',
    ],
    [
      firstName,
      `${firstName} minimum: 1,`,
      'forms/guide.yaml:28: fields.firstName.minimum: only a number field can have bounds; remove it. Correct the value.',
    ],
    [
      firstName,
      `${firstName} options: [Ada],`,
      'forms/guide.yaml:28: fields.firstName.options: only a select field offers options; remove them, or make it a select. Correct the value.',
    ],
    [
      firstName,
      `${firstName} required: true, progressive: true,`,
      'forms/guide.yaml:28: fields.firstName.progressive: a progressive field is not always shown, so it cannot be required. Correct the value.',
    ],
    [
      'maxLength: 60, autocomplete',
      'maxLength: 0, autocomplete',
      'forms/guide.yaml:28: fields.firstName.maxLength: must be 1 or more. Correct the value.',
    ],
    [
      'autocomplete: given-name',
      'autocomplete: "Given Name"',
      'forms/guide.yaml:28: fields.firstName.autocomplete: must be an HTML autocomplete token, such as given-name. Correct the value.',
    ],
    [
      '    options: [Working Professional, Student, Unemployed, Housewife, Businessman, Other]',
      '',
      'forms/guide.yaml:31: fields.occupation.type: has no options; list them under options. Correct the value.',
    ],
    [
      'Housewife, Businessman',
      'Housewife, Student',
      'forms/guide.yaml:32: fields.occupation.options: lists the same option twice; remove one. Correct the value.',
    ],
    [
      'Housewife, Businessman',
      'Housewife, " Businessman"',
      'forms/guide.yaml:32: fields.occupation.options.4: must be text without spaces around it. Correct the value.',
    ],
    [
      'label: Visits, type: hidden',
      'label: Visits, type: hidden, required: true',
      'forms/guide.yaml:44: fields.visits.type: visitors cannot fill in a hidden field; it cannot be required or progressive. Correct the value.',
    ],
    [
      'type: email, required: true',
      'type: email, required: false',
      'forms/guide.yaml:27: The form does not ask for an address. Add a required field named email of type email.',
    ],
    [
      'label: Email, type: email',
      'label: Email, type: phone',
      'forms/guide.yaml:27: The field email is not of type email. Write type: email.',
    ],
    [
      'doubleOptIn: false',
      'doubleOptIn: false\ndoubleOptIn: true',
      'forms/guide.yaml:7: Map keys must be unique',
    ],
    [
      'fields:',
      'fields: [',
      'forms/guide.yaml:29: Nested mappings are not allowed in compact mappings. Correct the YAML: close every bracket, and put a text with a colon in it in quotation marks.',
    ],
  ])('"%s" as "%s"', async (from, to, expected) => {
    expect(await told('forms/guide.yaml', from, to)).toContain(expected)
  })
})

describe('a mistake in who a lead is, or in how many confirmations go out, is told with file, line and fix:', () => {
  test.each<[string, string]>([
    [
      'identity: { plusTag: equal }',
      'campaign.yaml:12: identity.plusTag: must be same or distinct. Correct the value.',
    ],
    ['identity: { plusTags: same }', 'campaign.yaml:12: Unknown setting "plusTags". Did you mean plusTag?'],
    [
      'identity: { dotsIgnoredAt: gmail.com }',
      'campaign.yaml:12: identity.dotsIgnoredAt: must be a list, such as [one, two]. Correct the value.',
    ],
    [
      'identity: { dotsIgnoredAt: [Gmail.com] }',
      'campaign.yaml:12: identity.dotsIgnoredAt.0: must be a domain in lower case such as gmail.com. Correct the value.',
    ],
    [
      'identity: same',
      'campaign.yaml:12: identity: must be a group of settings, each on its own line. Correct the value.',
    ],
    [
      'confirmations: { perAddress: 0 }',
      'campaign.yaml:12: confirmations.perAddress: must be 1 or more. Correct the value.',
    ],
    [
      'confirmations: { perAddress: 11 }',
      'campaign.yaml:12: confirmations.perAddress: must be 10 or less. Correct the value.',
    ],
    [
      'confirmations: { perHour: many }',
      'campaign.yaml:12: confirmations.perHour: must be a number. Correct the value.',
    ],
    [
      'confirmations: { perHour: 1.5 }',
      'campaign.yaml:12: confirmations.perHour: must be a whole number. Correct the value.',
    ],
    ['confirmations:\n  perAddress: 3\n  perDomain: 3', 'campaign.yaml:14: Unknown setting "perDomain".'],
    [
      'confirmation: { perHour: 9 }',
      'campaign.yaml:12: Unknown setting "confirmation". Did you mean confirmations?',
    ],
  ])('%s', async (line, expected) => {
    // The sample's own settings of the kind, which stand last, make room.
    expect(await told('campaign.yaml', /# Which addresses are one person[\s\S]*/, line)).toContain(expected)
  })
})

test.each([
  '[A-Z]{2}\\d{4}',
  '\\p{L}+( \\p{L}+)*',
  '[a-z0-9\\-]+(\\.[a-z0-9\\-]+)*',
  '\\d{5}(-\\d{4})?',
  '.{3,40}',
])('the pattern %s runs for no time at all, and is taken', async (pattern) => {
  const folder = mkdtempSync(join(tmpdir(), 'ripen-pattern-'))
  cpSync(sample, folder, { recursive: true })
  const file = join(folder, 'forms', 'guide.yaml')
  const text = readFileSync(file, 'utf8')
  writeFileSync(
    file,
    text.replace(firstName, `${firstName} pattern: '${pattern}', patternHelp: as on your card,`),
  )
  const { forms } = await compileCampaign(folder)
  expect(forms.guide?.fields[1]).toMatchObject({ pattern })
})
