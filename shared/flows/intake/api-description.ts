/** What the public address answers, as an OpenAPI 3.1 document: for developers, client generators and contract tests. */
import type { CompiledForm } from '../../campaign/compiled/compiled.ts'
import { fieldTypeNames } from '../../contracts/field-types.ts'
import { routes } from '../../contracts/names.ts'
import { describeSubmission, type JsonSchema } from './submission-description.ts'

type Words = Readonly<Record<string, unknown>>

/** `publicUrl` without a slash at its end. The same forms give the same document. */
export const describeApi = (forms: Readonly<Record<string, CompiledForm>>, publicUrl: string): Words => ({
  openapi: '3.1.1',
  info: {
    title: 'Ripen: forms and links',
    version: '1',
    description: [
      'A web page asks for a form’s token when it shows the form, and posts the submission once the visitor has filled it in.',
      'Text is read without the blanks around it. Blank text, null and false count as not given; numbers and true are read as text. A length counts as browsers count it: a character outside the basic plane, such as an emoji, is two.',
      'The answer is the same whether or not the address is known already.',
    ].join('\n\n'),
  },
  servers: [{ url: publicUrl }],
  paths: {
    ...pathOf(routes.formPage, { parameters: [formParameter(forms)] }, formPage),
    ...pathOf(routes.formDefinition, { parameters: [formParameter(forms)] }, formDefinition),
    ...pathOf(routes.formToken, { parameters: [formParameter(forms)] }, formToken),
    ...pathOf(routes.formThanks, { parameters: [formParameter(forms)] }, formThanks),
    ...Object.fromEntries(
      Object.values(forms).map((form) => [
        routes.capture.replace('POST ', '').replace('{form}', form.id),
        { post: submit(form) },
      ]),
    ),
    ...pathOf(routes.embedScript, {}, embedScript),
    ...linkPaths,
  },
  components: {
    schemas: {
      ...Object.fromEntries(Object.values(forms).map((form) => [schemaName(form), describeSubmission(form)])),
      Accepted: accepted,
      FormDefinition: definition,
      FormToken: token,
      Problem: problem,
    },
  },
})

const schemaName = ({ id }: CompiledForm): string => `Submission-${id}`

/** `GET /forms/{form}` becomes a path with one operation. */
const pathOf = (route: string, shared: Words, operation: Words): Words => {
  const [method = '', path = ''] = route.split(' ')
  return { [path]: { ...shared, [method.toLowerCase()]: operation } }
}

const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

const page = (description: string): Words => ({
  description,
  content: { 'text/html': { schema: { type: 'string' } } },
})

const answered = (description: string, name: string): Words => ({
  description,
  content: { 'application/json': { schema: reference(name) } },
})

/** A person's browser gets a page, a script the problem. */
const problemOrPage = (description: string): Words => ({
  description,
  content: {
    'application/problem+json': { schema: reference('Problem') },
    'text/html': { schema: { type: 'string' } },
  },
})

const location = {
  location: {
    description: 'Where the browser goes on to.',
    schema: { type: 'string', format: 'uri-reference' },
  },
}

const noForm = problemOrPage('There is no such form.')

const formParameter = (forms: Readonly<Record<string, CompiledForm>>): Words => ({
  name: 'form',
  in: 'path',
  required: true,
  schema: { type: 'string', enum: Object.keys(forms) },
})

const formPage: Words = {
  operationId: 'showForm',
  summary: 'The form as a page of its own, which works without script',
  responses: { 200: page('The page, with a token inside.'), 404: noForm },
}

const formDefinition: Words = {
  operationId: 'readForm',
  summary: 'What a script needs to draw the form',
  responses: {
    200: answered('The form’s fields and wording; may be kept for five minutes.', 'FormDefinition'),
    404: noForm,
  },
}

const formToken: Words = {
  operationId: 'askForToken',
  summary: 'The token that a submission carries',
  description:
    'Ask when the form is shown, not when it is sent: a submission that comes sooner than a person can type is not believed. A token serves one submission.',
  responses: { 200: answered('Empty where the form asks for no token.', 'FormToken'), 404: noForm },
}

const formThanks: Words = {
  operationId: 'showThanks',
  summary: 'The page after a submission',
  responses: {
    200: page('The form’s words of thanks.'),
    303: { description: 'The form’s own page of thanks.', headers: location },
    404: noForm,
  },
}

const embedScript: Words = {
  operationId: 'readEmbedScript',
  summary: 'The script that draws a form on a page of another site',
  responses: {
    200: { description: 'The script.', content: { 'text/javascript': { schema: { type: 'string' } } } },
  },
}

const submit = (form: CompiledForm): Words => ({
  operationId: `submit-${form.id}`,
  summary: form.title,
  description:
    'Stores the submission, once. Where an answer got lost, send it again with the same idempotency-key or the same token: it stays one submission.',
  parameters: [
    {
      name: 'idempotency-key',
      in: 'header',
      required: false,
      description: 'Names this submission; a UUID does.',
      schema: { type: 'string', pattern: '^[\\w=-]{1,64}$' },
    },
    {
      name: 'accept',
      in: 'header',
      required: false,
      description: 'With text/html the answers are pages, for a browser that posts a form itself.',
      schema: { type: 'string' },
    },
  ],
  requestBody: {
    required: true,
    description: 'At most 32 KB in UTF-8.',
    content: {
      'application/json': { schema: reference(schemaName(form)) },
      'application/x-www-form-urlencoded': { schema: reference(schemaName(form)) },
    },
  },
  responses: {
    202: answered('Heard. What to show now, or where to send the visitor.', 'Accepted'),
    303: { description: 'Heard; to the page afterwards. For browsers.', headers: location },
    400: problemOrPage('The body is not what its content type says.'),
    404: problemOrPage('There is no such form any more.'),
    413: problemOrPage('The body is over 32 KB.'),
    415: problemOrPage('The body is neither JSON nor a form’s.'),
    422: problemOrPage(
      'Some fields need correcting, or the token is missing or too old. Nothing was stored.',
    ),
    429: { description: 'Too many requests at once; try again in a second.' },
  },
})

const tokenParameter: Words = {
  name: 'token',
  in: 'path',
  required: true,
  description: 'The signed part of a link in an email.',
  schema: { type: 'string' },
}

const brokenLink = page('The link was cut short, or was never ours.')

const oneClickBody: Words = {
  required: false,
  content: Object.fromEntries(
    ['application/x-www-form-urlencoded', 'multipart/form-data'].map((type) => [
      type,
      {
        schema: {
          type: 'object',
          properties: { 'List-Unsubscribe': { type: 'string', const: 'One-Click' } },
        },
      },
    ]),
  ),
}

const linkPaths: Words = {
  '/preferences/{token}': {
    parameters: [tokenParameter],
    get: {
      operationId: 'askWhetherToUnsubscribe',
      summary: 'A page with a button; changes nothing',
      responses: { 200: page('The page.'), 404: brokenLink },
    },
    post: {
      operationId: 'unsubscribe',
      summary: 'No more emails; also the one click of RFC 8058',
      requestBody: oneClickBody,
      responses: { 200: page('Unsubscribed.'), 404: brokenLink },
    },
  },
  '/confirm/{token}': {
    parameters: [tokenParameter],
    get: {
      operationId: 'askToConfirm',
      summary: 'A page with a button; changes nothing',
      responses: { 200: page('The page.'), 404: brokenLink },
    },
    post: {
      operationId: 'confirm',
      summary: 'The person agrees to the emails that were asked for with this address',
      responses: { 200: page('Confirmed.'), 404: brokenLink },
    },
  },
}

const text = { type: 'string' } as const

const accepted: JsonSchema = {
  oneOf: [
    {
      type: 'object',
      required: ['thanks'],
      properties: {
        thanks: { type: 'object', required: ['title', 'text'], properties: { title: text, text } },
      },
    },
    {
      type: 'object',
      required: ['redirect'],
      properties: { redirect: { type: 'string', format: 'uri' } },
    },
  ],
}

const definition: JsonSchema = {
  type: 'object',
  required: ['id', 'title', 'submit', 'fields', 'thanks', 'consent', 'hasTrap', 'progressiveAtOnce'],
  properties: {
    id: text,
    title: text,
    intro: text,
    submit: { ...text, description: 'What the button says.' },
    fields: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'label', 'type', 'required', 'maxLength', 'isProgressive'],
        properties: {
          name: text,
          label: text,
          help: text,
          type: { enum: fieldTypeNames },
          required: { type: 'boolean' },
          maxLength: { type: 'integer' },
          options: { type: 'array', items: text },
          isProgressive: { type: 'boolean', description: 'Asked only once the fields before it are known.' },
        },
      },
    },
    thanks: { type: 'object' },
    consent: { type: 'object', required: ['wording'], properties: { wording: text } },
    hasTrap: { type: 'boolean' },
    progressiveAtOnce: { type: 'integer' },
    token: {
      type: 'object',
      required: ['minimumSeconds', 'maximumHours'],
      properties: { minimumSeconds: { type: 'number' }, maximumHours: { type: 'number' } },
    },
  },
}

const token: JsonSchema = {
  type: 'object',
  properties: {
    token: { ...text, description: 'Absent where the form asks for none.' },
    challenge: {
      type: 'object',
      description:
        'An ALTCHA challenge to solve; the solution goes into the field altcha. Absent where none is asked for.',
    },
  },
}

/** RFC 9457. */
const problem: JsonSchema = {
  type: 'object',
  required: ['type', 'status', 'title', 'detail', 'errors'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    status: { type: 'integer' },
    title: text,
    detail: text,
    errors: {
      type: 'array',
      description: 'What to correct, field by field.',
      items: { type: 'object', required: ['field', 'message'], properties: { field: text, message: text } },
    },
  },
}
