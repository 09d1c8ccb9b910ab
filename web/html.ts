/** HTML by a tag that escapes whatever is put in; `raw` is the loud word for what is HTML already. */
import { html as tag, raw as unescaped } from 'hono/html'

/** HTML that may stand in more HTML as it is. An object, so that nobody takes it for a text. */
export interface Html {
  readonly isEscaped: true
  toString(): string
}

/** What may be put in: nothing stands for `false` and `undefined`, and a list for its pieces, one after the other. */
type Piece = string | number | false | undefined | Html | readonly Piece[]

/** Safe where a text stands between elements or in a quoted attribute; a script or a style is no place for one. */
export const html = (parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html =>
  // hono answers later where a piece is a promise, and none of these can be one.
  tag(parts, ...pieces) as Html

/** Not escaped: for what we wrote ourselves, and never for what somebody sent. */
export const raw = (written: string): Html => unescaped(written)
