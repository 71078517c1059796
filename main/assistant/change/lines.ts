/** A text as its lines, so that it can be written again byte for byte. */
export interface Lines {
  /** Whether it begins with a byte order mark. */
  readonly hasMark: boolean
  /** The lines without their ends; the last one is empty where the text ends with a line end. */
  readonly contents: readonly string[]
  /** What ends each line but the last. */
  readonly ends: readonly LineEnd[]
}

type LineEnd = '\n' | '\r\n'

const MARK = '\uFEFF'

/** The lines of a text. A lone carriage return is a part of its line. */
export function linesOf(text: string): Lines {
  const hasMark = text.startsWith(MARK)
  const parts = (hasMark ? text.slice(MARK.length) : text).split('\n')
  const ends = parts.slice(0, -1).map((part): LineEnd => (part.endsWith('\r') ? '\r\n' : '\n'))
  const contents = parts.map((part, place) => (ends[place] === '\r\n' ? part.slice(0, -1) : part))
  return { hasMark, contents, ends }
}

/** The text of lines; what `linesOf` read comes out as it was. */
export function textOf({ hasMark, contents, ends }: Lines): string {
  const last = contents.length - 1
  const written = contents.map((line, place) => (place === last ? line : line + (ends[place] ?? '\n')))
  return (hasMark ? MARK : '') + written.join('')
}

/** The end that most lines have; `\n` where none has any. */
export function usualEnd(ends: readonly LineEnd[]): LineEnd {
  return ends.filter(end => end === '\r\n').length * 2 > ends.length ? '\r\n' : '\n'
}
