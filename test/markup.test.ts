import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { type Node, parseSync, Visitor } from 'oxc-parser'
import { describe, expect, test } from 'vitest'

/**
 * Whoever writes `<p>${name}</p>` without the tag has forgotten to escape. So markup stands only in templates that are
 * tagged with `html`, and what is not to be escaped goes through `raw`; this reads the code itself for both.
 */
const root = resolve(import.meta.dirname, '..')
const rooms = ['functions', 'shared', 'web', 'cli', 'local', 'infra']

/** Markup that is no HTML of ours, or that no value can enter: how many texts of a file, and why. */
const markupBesides: Readonly<Record<string, readonly [number, string]>> = {
  'shared/campaign/emails/theme.ts': [3, 'a sample to measure a theme by, and what a mistake says'],
  'shared/campaign/emails/email-clients.ts': [1, 'a sample to measure MJML by'],
  'shared/campaign/source/email-liquid.ts': [1, 'a place holder in what a mistake says'],
  'cli/leads/import-command.ts': [1, 'a place holder in what a mistake says'],
  'cli/preview/email-document.ts': [1, 'a tag for the head of an email that was rendered elsewhere'],
  'cli/preview/people.ts': [2, 'an invented person who types markup'],
  'local/console/handler.ts': [1, 'where the head of an email that was rendered elsewhere begins'],
  'local/services/ses/tracking.ts': [2, 'what SES adds to the HTML of an email'],
  'web/console/embedding.js': [3, 'shown as text: what the owner of a site is to copy'],
}

const raws: Readonly<Record<string, readonly [number, string]>> = {
  'cli/forecast/html.ts': [1, 'a style of our own'],
  'web/link-pages.ts': [1, 'a script of our own'],
}

/** The one file that may ask hono for its tag. */
const tagFile = 'web/html.ts'

/** A tag with attributes, the end of one, or a document's beginning: nothing else looks like it. */
const markup = /<[a-z][\w-]*(\s+[\w:-]+)*\s+[\w:-]+=|<\/[a-z]|<!doctype|<!--/i
/** Also a bare `<p>`, where something is put behind it; on a command line `<file>` stands for a file. */
const markupBeforeValue = /<[a-z][\w-]*\s*\/?>/i
/** Properties and methods that read a text as markup. */
const sinks = ['innerHTML', 'outerHTML', 'srcdoc', 'insertAdjacentHTML', 'setHTMLUnsafe']
const sinksOfDocument = ['write', 'writeln']

interface Findings {
  readonly markup: string[]
  readonly raws: string[]
  readonly sinks: string[]
  readonly imports: string[]
}

const findingsIn = (path: string, code: string): Findings => {
  const { program, errors } = parseSync(path, code)
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`)
  const found: Findings = { markup: [], raws: [], sinks: [], imports: [] }
  const safe = new Set<Node>()
  const joined = new Set<Node>()
  let hasTag = false
  const isMarkup = (text: string, meetsValue: boolean) =>
    markup.test(text) || (meetsValue && markupBeforeValue.test(text))
  new Visitor({
    ImportDeclaration: ({ source, specifiers }) => {
      found.imports.push(source.value)
      if (
        /(^|\/)html\.ts$/.test(source.value) &&
        resolve(root, path, '..', source.value) === join(root, tagFile)
      )
        hasTag = specifiers.some(({ local }) => local.name === 'html')
    },
    TaggedTemplateExpression: ({ tag, quasi }) => {
      if (hasTag && tag.type === 'Identifier' && tag.name === 'html') safe.add(quasi)
    },
    BinaryExpression: ({ operator, left, right }) => {
      if (operator === '+') joined.add(left).add(right)
    },
    AssignmentExpression: ({ operator, left, right }) => {
      if (operator === '+=') joined.add(right)
      if (left.type === 'MemberExpression' && left.property.type === 'Identifier')
        if (sinks.includes(left.property.name)) found.sinks.push(left.property.name)
    },
    TemplateLiteral: (node) => {
      const text = node.quasis.map(({ value }) => value.cooked ?? value.raw).join('0')
      const meetsValue = node.expressions.length > 0 || joined.has(node)
      if (!safe.has(node) && isMarkup(text, meetsValue)) found.markup.push(text)
    },
    Literal: (node) => {
      if (typeof node.value === 'string' && isMarkup(node.value, joined.has(node)))
        found.markup.push(node.value)
    },
    CallExpression: ({ callee, arguments: [first] }) => {
      if (callee.type === 'Identifier' && callee.name === 'raw') found.raws.push(first?.type ?? '')
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return
      const { name } = callee.property
      const isDocument = callee.object.type === 'Identifier' && callee.object.name === 'document'
      if (sinks.includes(name) || (isDocument && sinksOfDocument.includes(name))) found.sinks.push(name)
    },
  }).visit(program)
  return found
}

const files = rooms
  .flatMap((room) => readdirSync(join(root, room), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.(ts|js)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
  .map((entry) => {
    const path = relative(root, join(entry.parentPath, entry.name))
    return { path, ...findingsIn(path, readFileSync(join(root, path), 'utf8')) }
  })

const counted = (of: (file: (typeof files)[number]) => readonly string[]): Record<string, number> =>
  Object.fromEntries(files.flatMap((file) => (of(file).length > 0 ? [[file.path, of(file).length]] : [])))

const allowed = (list: typeof markupBesides): Record<string, number> =>
  Object.fromEntries(Object.entries(list).map(([path, [count]]) => [path, count]))

test('markup stands only in templates that escape what is put in', () => {
  expect(counted(({ markup: texts }) => texts)).toEqual(allowed(markupBesides))
})

test('what is not escaped is a name for something of our own, and never put together on the spot', () => {
  expect(counted((file) => file.raws)).toEqual(allowed(raws))
  const kinds = files.flatMap((file) => file.raws)
  expect(kinds.filter((kind) => kind === 'TemplateLiteral' || kind === 'CallExpression')).toEqual([])
})

test('nothing is given to a browser as markup past the tag', () => {
  expect(counted((file) => file.sinks)).toEqual({})
})

test('only one file asks for the library’s own tag, which takes anything', () => {
  const asking = files.filter(({ imports }) => imports.some((name) => name.startsWith('hono')))
  expect(asking.map(({ path }) => path)).toEqual([tagFile])
})

describe('the reader of code finds', () => {
  const tagged = "import { html } from './html.ts'\n"
  test.each([
    ['a template with a value', `const a = \`<p>\${b}\``, 1],
    ['a template without one', 'const a = `<p>b</p>`', 1],
    ['a text that is joined', "const a = '<p>' + b", 1],
    ['a text that is added', "a += '<p>'", 1],
    ['texts in a list', "const a = ['<p>', b, '</p>'].join('')", 1],
    ['a tag of another name', `${tagged}const a = css\`<p>\${b}</p>\``, 1],
    ['a tag that is not ours', `import { html } from './other.ts'\nconst a = html\`<p>\${b}</p>\``, 1],
    ['a template inside ours', `${tagged}const a = html\`<p>\${\`<b>\${c}</b>\`}</p>\``, 1],
    ['nothing in our tag', `${tagged}const a = html\`<p>\${b && html\`<b>\${c}</b>\`}</p>\``, 0],
    ['nothing in a place holder', "const a = '--csv <file>'", 0],
    ['nothing in a comparison', `const a = \`\${b} < \${c} and \${d} > \${e}\``, 0],
  ])('%s', (_, code, count) => {
    expect(findingsIn('web/example.ts', code).markup).toHaveLength(count)
  })
})
