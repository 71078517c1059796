import type { Node } from 'web-tree-sitter'
import type { LineRange } from '../../contract/assistant.ts'
import type { Grammars } from './grammars.ts'

/** The first of some lines of a Python text that could not be read, from 1; undefined where all of them could. */
export function unreadLine(grammars: Grammars, source: string, lines: LineRange): number | undefined {
  return grammars.withTree('python', source, root => firstIn(root, lines))
}

function firstIn(node: Node, lines: LineRange): number | undefined {
  const line = node.startPosition.row + 1
  if (!node.hasError || line > lines.last || node.endPosition.row + 1 < lines.first) return undefined
  for (const child of node.children) {
    const found = firstIn(child, lines)
    if (found !== undefined) return found
  }
  return node.isError || node.isMissing ? Math.max(line, lines.first) : undefined
}
