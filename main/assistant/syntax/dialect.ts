import type { Node } from 'web-tree-sitter'
import type { CodeParameter } from './code.ts'

/** What a node is to the reading of a file; nodes of no role are only walked through. */
export type NodeRole =
  /** May define a function, or name what is defined inside it. */
  | 'definition'
  /** Stands around a definition and belongs to it: decorators, `export`, `const`, `template`. */
  | 'wrapper'
  | 'call'
  | 'import'
  | 'comment'
  /** Holds nothing, unless its prefix says that code stands in it. */
  | 'string'

/** What a node defines. */
export type Definition =
  /** A class, namespace or object: its name goes before the names inside it. */
  { readonly kind: 'scope'; readonly name: string } | FunctionParts

/** The parts of a function. */
export interface FunctionParts {
  readonly kind: 'function'
  /** What it spans, name and all. */
  readonly node: Node
  readonly name: string
  /** Where its head ends, an index into the text. */
  readonly headEnd: number
  /** The node that holds its parameters; comments in it are left out of the head. */
  readonly parameterList: Node | undefined
  readonly parameters: readonly CodeParameter[]
  /** The docstring inside it; empty where there is none. */
  readonly docstring: string
}

/** What a call is called with; what is called stands before it, from the beginning of the call on. */
export interface CallParts {
  /** Where what is called ends, an index into the text. */
  readonly calleeEnd: number
  /** Whatever stands between its parentheses, and they. */
  readonly argumentList: Node
  readonly arguments: readonly string[]
}

/** How one language writes what is read of every language. */
export interface Dialect {
  /** Roles by the names of the grammar. */
  readonly roles: Readonly<Record<string, NodeRole>>
  /** Nodes of a name in which nothing stands that has a role; not to look into them saves much of the walk. */
  readonly leaves: ReadonlySet<string>
  definition(node: Node, text: string): Definition | undefined
  call(node: Node, text: string): CallParts | undefined
  /** Modules that an import names; of calls too, where a call can import. */
  imports(node: Node, text: string): readonly string[]
}

/** The text of a node. Cheaper than the node's own, which goes through the parser's memory. */
export function textOf(node: Node, text: string): string {
  return text.slice(node.startIndex, node.endIndex)
}

/** A field of a node as text; empty where it has none. */
export function fieldText(node: Node, field: string, text: string): string {
  const child = node.childForFieldName(field)
  return child ? textOf(child, text) : ''
}

/** The children that mean something. Only what begins like a comment is asked whether it is one: asking costs more than looking. */
export function partsOf(node: Node, text: string): readonly Node[] {
  return node.namedChildren.filter(child => {
    const sign = text[child.startIndex]
    return (sign !== '#' && sign !== '/') || child.type !== 'comment'
  })
}

/** Text on one line: a break with the space around it is one space. */
export function onOneLine(text: string): string {
  return text.includes('\n') ? text.replaceAll(/\s*\n\s*/g, ' ').trim() : text.trim()
}

/** The text of a literal without its quotes. */
export function unquoted(text: string): string {
  return text.replace(/^["'`<]/, '').replace(/["'`>]$/, '')
}
