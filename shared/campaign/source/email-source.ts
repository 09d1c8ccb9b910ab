/** The text of an email with its partials in place, which still knows in which file and line each part stands. */
import type { CampaignFolder } from './campaign-folder.ts'
import type { Problems } from './problems.ts'

export interface Place {
  readonly file: string
  readonly line: number
}

interface Chunk extends Place {
  readonly text: string
}

export class SourceText {
  readonly text: string
  readonly #chunks: readonly (Place & { readonly at: number })[]
  readonly #lineStarts: readonly number[]

  constructor(chunks: readonly Chunk[]) {
    let at = 0
    this.#chunks = chunks.map(({ text, file, line }) => {
      const begins = at
      at += text.length
      return { at: begins, file, line }
    })
    this.text = chunks.map(({ text }) => text).join('')
    this.#lineStarts = lineStartsOf(this.text)
  }

  placeAt(offset: number): Place {
    const { at, file, line } = this.#chunks.findLast((chunk) => chunk.at <= offset) ?? unplaced
    return { file, line: line + count(this.text.slice(at, offset), '\n') }
  }

  /** Where the line with this index (from 0) of the whole text begins. */
  placeOfLine(index: number): Place {
    return this.placeAt(this.#lineStarts[index] ?? this.text.length + 1)
  }
}

const unplaced = { at: 0, file: '', line: 1 }

/** Where each line of a text begins. */
export const lineStartsOf = (text: string): number[] => [
  0,
  ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1),
]

const count = (text: string, part: string): number => text.split(part).length - 1

const renderTag = /\{%-?\s*render\b([\s\S]*?)-?%\}/g
const value = String.raw`"[^"\n]*"|'[^'\n]*'|[\w.-]+`
const renderArguments = new RegExp(
  String.raw`^\s*(["'])([a-z0-9-]+)\1\s*((?:,\s*\w+\s*:\s*(?:${value})\s*)*)$`,
)
const renderArgument = new RegExp(String.raw`(\w+)\s*:\s*(${value})`, 'g')

/**
 * The body with `{% render "name" %}` replaced by emails/partials/name.md, all the way down: what functions carry
 * needs no files. A partial's parameters stand in it as the expressions they were given as.
 */
export const withPartials = (
  folder: CampaignFolder,
  chunk: Chunk,
  problems: Problems,
  open: readonly string[] = [],
): Chunk[] | undefined => {
  const chunks: Chunk[] = []
  let isSound = true
  let after = 0
  const lineAt = (offset: number) => chunk.line + count(chunk.text.slice(0, offset), '\n')
  const upTo = (offset: number) =>
    chunks.push({ text: chunk.text.slice(after, offset), file: chunk.file, line: lineAt(after) })
  for (const match of chunk.text.matchAll(renderTag)) {
    upTo(match.index)
    after = match.index + match[0].length
    const partial = partialOf(
      folder,
      match[1] ?? '',
      { file: chunk.file, line: lineAt(match.index) },
      open,
      problems,
    )
    const inner = partial && withPartials(folder, partial.chunk, problems, [...open, partial.name])
    if (inner) chunks.push(...inner)
    else isSound = false
  }
  upTo(chunk.text.length)
  return isSound ? chunks : undefined
}

const partialOf = (
  folder: CampaignFolder,
  given: string,
  { file, line }: Place,
  open: readonly string[],
  problems: Problems,
): { name: string; chunk: Chunk } | undefined => {
  const [, , name, parameters = ''] = renderArguments.exec(given) ?? []
  if (name === undefined) {
    problems.add(
      file,
      line,
      'The render tag does not name a partial.',
      'Write {% render "signature" %}, or with values {% render "signature", who: "Ada" %}.',
    )
    return undefined
  }
  const path = `emails/partials/${name}.md`
  if (open.includes(name)) {
    const way = [...open.slice(open.indexOf(name)), name].join(', which renders ')
    problems.add(file, line, `The partial includes itself: ${way}.`, 'Remove this render tag.')
    return undefined
  }
  const text = folder.text(path)
  if (text === undefined) {
    problems.add(file, line, `There is no partial "${name}".`, `Create ${path}, or correct the name.`)
    return undefined
  }
  const values = new Map([...parameters.matchAll(renderArgument)].map(([, key = '', as = '']) => [key, as]))
  return { name, chunk: { text: withValues(text.replace(/\s+$/, ''), values), file: path, line: 1 } }
}

/** Names stand only inside Liquid, outside its quotes, and not after a point. */
const withValues = (text: string, values: ReadonlyMap<string, string>): string =>
  values.size === 0
    ? text
    : text.replace(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g, (code) =>
        code.replace(
          /"[^"]*"|'[^']*'|(?<![\w.])[a-zA-Z_]\w*(?!\s*:|\w)/g,
          (word) => values.get(word) ?? word,
        ),
      )
