/** Reads one YAML file by its schema; every mistake is placed on its line. */
import { type Document, isNode, LineCounter, parseDocument, type YAMLParseError } from 'yaml'
import type * as z from 'zod'
import { inPlainWords, isMissing, keyHelp, meantIssues } from '../schema/schema-messages.ts'
import type { CampaignFolder } from './campaign-folder.ts'
import type { Problems } from './problems.ts'

/** A file's content, and the line on which a part of it stands. */
export interface ReadFile<T> {
  readonly data: T
  readonly lineAt: (...path: PropertyKey[]) => number
}

/** The file's content, or nothing where it has mistakes, which are then among the problems. */
export const readYaml = <S extends z.ZodType>(
  folder: CampaignFolder,
  file: string,
  schema: S,
  problems: Problems,
): ReadFile<z.output<S>> | undefined => {
  const text = readText(folder, file, problems)
  return text === undefined ? undefined : parseYaml(text, file, 0, schema, problems)
}

/** As `readYaml`, for text that begins `lineOffset` lines into its file. */
export const parseYaml = <S extends z.ZodType>(
  text: string,
  file: string,
  lineOffset: number,
  schema: S,
  problems: Problems,
): ReadFile<z.output<S>> | undefined => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' })
  const [error] = document.errors
  if (error) {
    // The first only: one missing bracket makes nonsense of all that follows.
    problems.add(
      file,
      lineOffset + (error.linePos?.[0].line ?? 1),
      sentence(error.message),
      `Correct the YAML${yamlHints[error.code] ?? ''}.`,
    )
    return undefined
  }
  const read = schema.safeParse(document.toJS(), { error: inPlainWords })
  const lineAt = (...path: PropertyKey[]) => lineOffset + lineOf(document, path, lines)
  if (read.success) return { data: read.data, lineAt }
  for (const issue of meantIssues(read.error.issues)) {
    if (issue.code === 'unrecognized_keys')
      for (const key of issue.keys)
        problems.add(
          file,
          lineAt(...issue.path, key),
          `Unknown setting "${key}".`,
          keyHelp(key, schema, issue.path) ?? 'Remove it or correct its spelling.',
        )
    else if (issue.path.length === 0 && issue.code === 'invalid_type')
      problems.add(
        file,
        lineAt(),
        document.contents === null
          ? 'The file is empty.'
          : 'The file must contain settings, each a name followed by a colon.',
        document.contents === null
          ? 'Add its settings, or remove the file.'
          : 'Put the name of this list above it, such as steps:',
      )
    else
      problems.add(
        file,
        lineAt(...issue.path),
        `${nameOf(document, issue.path)}: ${issue.message}${issue.message.endsWith('?') ? '' : '.'}`,
        issue.message === isMissing ? 'Add it.' : 'Correct the value.',
      )
  }
  return undefined
}

export const readText = (folder: CampaignFolder, file: string, problems: Problems): string | undefined => {
  const text = folder.text(file)
  if (text === undefined) addMissing(file, problems)
  return text
}

export const addMissing = (file: string, problems: Problems): void =>
  problems.add(file, 1, 'The file is missing.', 'Create it, or correct the name that refers to it.')

/** The line of the node at `path`, or of the nearest one above it that exists. */
const lineOf = (document: Document, path: readonly PropertyKey[], lines: LineCounter): number => {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

/**
 * Where a value stands, in the file's own words: `rules.clicked.points` says more than `rules.5.points`, and
 * `fields.email.type` than `fields.0.type`.
 */
const nameOf = (document: Document, path: readonly PropertyKey[]): string => {
  const names = path.map((part, at) => {
    if (typeof part !== 'number') return String(part)
    const given = ['id', 'name'].map((key) => document.getIn([...path.slice(0, at + 1), key]))
    return String(given.find((text) => typeof text === 'string') ?? part)
  })
  return names.join('.') || 'The file'
}

/** What a marketer did who sees the parser's sentence. */
const yamlHints: Partial<Record<YAMLParseError['code'], string>> = {
  BAD_INDENT: ': start the settings of one item in the same column, and close every bracket',
  BLOCK_AS_IMPLICIT_KEY: ': close every bracket, and put a text with a colon in it in quotation marks',
  BLOCK_IN_FLOW: ': an earlier bracket is not closed',
  DUPLICATE_KEY: ': the name appears twice; remove one, or merge the two',
  MISSING_CHAR:
    ': a dash, bracket, comma or quotation mark is missing, or the line starts in the wrong column',
  MULTILINE_IMPLICIT_KEY: ': a colon is missing here or on the line before',
  TAB_AS_INDENT: ': indent with spaces',
  UNEXPECTED_TOKEN: ': start the settings of one item in the same column',
}

/** The parser's own sentence, without the place and the picture after it. */
const sentence = (message: string): string =>
  `${(message.split('\n', 1)[0] ?? message).replace(/ at line \d+, column \d+:?$/, '')}.`
