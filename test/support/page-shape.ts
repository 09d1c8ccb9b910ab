/** What a page is made of, apart from what people read on it: what a stranger's text must never change. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5'

/** Attributes that differ from visitor to visitor: what was typed, and the token's own. */
const ofVisitor: ReadonlySet<string> = new Set(['value', 'data-token'])

/** Elements, their attributes with values, and the text of scripts and styles. What is a visitor's own is not of them. */
export const shapeOf = (html: string): ReadonlySet<string> => {
  const shape = new Set<string>()
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if ('tagName' in node) {
      shape.add(node.tagName)
      for (const { name, value } of node.attrs)
        shape.add(`${node.tagName} ${name}${ofVisitor.has(name) ? '' : `=${value}`}`)
      if (node.tagName === 'script' || node.tagName === 'style')
        for (const child of node.childNodes)
          if ('value' in child) shape.add(`${node.tagName}: ${child.value}`)
    } else if (node.nodeName === '#comment') shape.add('comment')
    if ('childNodes' in node) for (const child of node.childNodes) visit(child)
  }
  visit(parse(html))
  return shape
}

/** What of a page no harmless page holds. */
export const strange = (html: string, harmless: ReadonlySet<string>): string[] =>
  [...shapeOf(html)].filter((part) => !harmless.has(part))
