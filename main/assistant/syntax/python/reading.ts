import type { Node } from 'web-tree-sitter'
import { textOf } from './readExpression.ts'

/** A source in the middle of being read from top to bottom. */
export interface Reading {
  readonly source: string
  /** Up to where it is read. */
  position: number
  /** Where the text of the last statement ends, and its line counted from 1. */
  end: number
  lastLine: number
  /** Comments that stand where the tree has no place for them; the next statement takes them. */
  pending: readonly string[]
}

/** Comment and empty lines between what was read and an index, without the indentation of what stands there. */
export function takeAbove(reading: Reading, start: number): readonly string[] {
  const gap = reading.source.slice(reading.position, Math.max(start, reading.position))
  const indentation = indentationAt(reading, start)
  const lines = gap
    .split('\n')
    .slice(0, -1)
    .map(line => line.trimEnd())
  const above = lines
    .filter(line => line === '' || line.trimStart().startsWith('#'))
    .map(line => (line.startsWith(indentation) ? line.slice(indentation.length) : line.trimStart()))
  const taken = reading.pending.length > 0 ? [...reading.pending, ...above] : above
  reading.pending = []
  return taken
}

/** The white space that the line of an index begins with. */
export function indentationAt(reading: Reading, index: number): string {
  const start = reading.source.lastIndexOf('\n', index - 1) + 1
  return /^[ \t\f]*/.exec(reading.source.slice(start, index))?.[0] ?? ''
}

const TAIL = /[ \t\f]*(;?)[ \t\f]*(#[^\n\r]*)?[ \t\f]*\r?(?:\n|$)/y
const SEPARATOR = /[ \t\f]*;?[ \t\f]*/y

/** Goes past a statement that ends at an index, and gives the comment beside it. */
export function closeStatement(reading: Reading, end: number, line: number): string {
  TAIL.lastIndex = end
  const tail = TAIL.exec(reading.source)
  const comment = tail?.[2] ?? ''
  reading.end = comment === '' || !tail ? end : tail.index + tail[0].indexOf('#') + comment.length
  reading.lastLine = line
  if (tail) {
    reading.position = TAIL.lastIndex
  } else {
    SEPARATOR.lastIndex = end
    SEPARATOR.exec(reading.source)
    reading.position = SEPARATOR.lastIndex
  }
  return comment.trimEnd()
}

/** Goes past the head of a compound statement or clause, which ends at its colon, and gives the comment beside it. */
export function closeHead(reading: Reading, node: Node): string {
  const colon = node.children.find(({ type }) => type === ':')
  return colon ? closeStatement(reading, colon.endIndex, colon.endPosition.row + 1) : ''
}

/** Goes past the head of a clause that the tree has no place for; comments about it go to what follows. */
export function closeClause(reading: Reading, node: Node): void {
  const above = takeAbove(reading, node.startIndex)
  const beside = closeHead(reading, node)
  reading.pending = beside === '' ? above : [...above, beside]
}

/** The text of a node that is a word or a dotted name, without what is not part of it. */
export function wordsOf(node: Node | null, source: string): string {
  return textOf(node, source).replaceAll(/\s|\\/g, '')
}
