import type { Node } from 'web-tree-sitter'
import type { CallSite, CodeFile, CodeFunction } from './code.ts'
import { CPP } from './cppDialect.ts'
import { onOneLine, type Dialect, type FunctionParts, type NodeRole } from './dialect.ts'
import { commentText } from './docstring.ts'
import { languageOf, type Grammar, type Grammars } from './grammars.ts'
import { PYTHON } from './pythonDialect.ts'
import { TYPESCRIPT } from './typescriptDialect.ts'
import { rolesOf, walkRoles } from './walkRoles.ts'

const DIALECTS: Readonly<Record<Grammar, Dialect>> = {
  python: PYTHON,
  typescript: TYPESCRIPT,
  tsx: TYPESCRIPT,
  cpp: CPP,
}

/** Longest text of an argument that is kept; what is longer says little about a value. */
const LONGEST_ARGUMENT = 400

/** The names at the end of what is called: all of `math.exp`, `sum` of `np.array(x).sum`, `greeks` of `books[0]->greeks`. */
const CALLEE = /[\w$\u0080-\uffff]+(?:\s*(?:\?\.|\.|->|::)\s*[\w$\u0080-\uffff]+)*$/

/** Longest end of what is called that is searched for names. */
const LONGEST_CALLEE = 200

/**
 * Reads what a file holds: its functions, whom it calls with what, and what it imports. Any text is read; what the parser could
 * not make sense of is missing and `hasErrors` says so.
 */
export function readCode(grammars: Grammars, grammar: Grammar, text: string): CodeFile {
  const dialect = DIALECTS[grammar]
  const roles = rolesOf(grammars.language(grammar), dialect)
  return grammars.withTree(grammar, text, root => {
    const reading = new Reading(text, dialect)
    walkRoles(root, text, roles, (role, node, depth, ended) => reading.enter(role, node, depth, ended))
    return { language: languageOf(grammar), ...reading.finish(), hasErrors: root.hasError }
  })
}

/** Something that has a name and lies around the node that is read. */
interface OpenScope {
  readonly depth: number
  readonly path: string
  /** The names that are called in it, where it is a function. */
  readonly calls: Set<string> | undefined
}

/** Comments one under the other: where they begin and end, and the row of their last line. */
interface CommentBlock {
  readonly start: number
  readonly end: number
  readonly lastRow: number
}

/** A file in the middle of being read. */
class Reading {
  readonly #text: string
  readonly #dialect: Dialect
  readonly #functions: (Omit<CodeFunction, 'calls'> & { readonly calls: Set<string> })[] = []
  readonly #callSites: CallSite[] = []
  readonly #imports = new Set<string>()
  readonly #scopes: OpenScope[] = []
  #wrapper: { readonly node: Node; readonly depth: number } | undefined
  #comment: CommentBlock | undefined

  constructor(text: string, dialect: Dialect) {
    this.#text = text
    this.#dialect = dialect
  }

  /** Takes the next node of a role; `ended` is the least depth at which something ended since the one before. */
  enter(role: NodeRole, node: Node, depth: number, ended: number): void {
    while ((this.#scopes.at(-1)?.depth ?? -1) >= ended) this.#scopes.pop()
    if (this.#wrapper && this.#wrapper.depth >= ended) this.#wrapper = undefined
    if (role === 'comment') this.#noteComment(node)
    else if (role === 'wrapper') this.#enterWrapper(node, depth)
    else if (role === 'definition') this.#define(node, depth)
    else if (role === 'call') this.#noteCall(node)
    else this.#noteImports(node)
  }

  /** What was read. */
  finish(): Pick<CodeFile, 'imports' | 'functions' | 'callSites'> {
    return {
      imports: [...this.#imports].filter(name => name !== ''),
      functions: this.#functions.map(found => ({ ...found, calls: [...found.calls] })),
      callSites: this.#callSites,
    }
  }

  /** The outermost of wrappers that lie straight in one another is where what they wrap begins. */
  #enterWrapper(node: Node, depth: number): void {
    if (node.type === 'export_statement') this.#noteImports(node)
    const isInWrapper = this.#wrapper !== undefined && this.#wrapper.depth === depth - 1
    const outermost = isInWrapper && this.#wrapper ? this.#wrapper.node : node
    this.#wrapper = { node: outermost, depth }
  }

  #define(node: Node, depth: number): void {
    const definition = this.#dialect.definition(node, this.#text)
    if (!definition || definition.name === '') return
    const around = this.#scopes.at(-1)
    const path = around ? `${around.path}.${definition.name}` : definition.name
    const calls = definition.kind === 'function' ? new Set<string>() : undefined
    if (definition.kind === 'function' && calls) this.#addFunction(depth, path, definition, calls)
    this.#scopes.push({ depth, path, calls })
  }

  #addFunction(depth: number, name: string, parts: FunctionParts, calls: Set<string>): void {
    const { node } = parts
    const isWrapped = this.#wrapper !== undefined && this.#wrapper.depth === depth - 1
    const whole = isWrapped && this.#wrapper ? this.#wrapper.node : node
    // A second function of one declaration begins where it stands
    this.#wrapper = undefined
    const end = Math.max(node.endIndex, parts.headEnd)
    const firstRow = whole.startPosition.row
    this.#functions.push({
      name,
      lines: { first: firstRow + 1, last: Math.max(firstRow, node.endPosition.row) + 1 },
      signature: this.#headOf(whole.type === 'decorated_definition' ? node : whole, parts),
      docstring: parts.docstring === '' ? this.#commentAbove(firstRow) : parts.docstring,
      parameters: parts.parameters,
      calls,
      source: this.#text.slice(whole.startIndex, end).replaceAll('\r\n', '\n'),
    })
  }

  /** The head on one line, without comments among its parameters, and without what leads over to the body. */
  #headOf(node: Node, { headEnd, parameterList }: FunctionParts): string {
    let head = ''
    let from = node.startIndex
    for (const child of parameterList?.namedChildren ?? []) {
      if (child.type !== 'comment') continue
      head += this.#text.slice(from, child.startIndex)
      from = child.endIndex
    }
    head += this.#text.slice(from, Math.max(from, headEnd))
    return onOneLine(
      head.replaceAll(/([([{])\s*\n\s*/g, '$1').replaceAll(/,?\s*\n\s*(?=[)\]}])/g, ''),
    ).replace(/\s*(=>|:)?\s*$/, '')
  }

  /** Comments that stand alone on their lines, straight above a row or at its beginning. */
  #commentAbove(row: number): string {
    const comment = this.#comment
    if (!comment || (comment.lastRow !== row - 1 && comment.lastRow !== row)) return ''
    return commentText(this.#text.slice(comment.start, comment.end))
  }

  #noteComment(node: Node): void {
    const start = node.startIndex
    const row = node.startPosition.row
    const lineStart = this.#text.lastIndexOf('\n', start - 1) + 1
    if (this.#text.slice(lineStart, start).trim() !== '') return
    const isNext = this.#comment?.lastRow === row - 1
    this.#comment = {
      start: isNext && this.#comment ? this.#comment.start : start,
      end: node.endIndex,
      lastRow: node.endPosition.row,
    }
  }

  #noteCall(node: Node): void {
    const parts = this.#dialect.call(node, this.#text)
    if (!parts) return
    const callee = calleeOf(this.#text.slice(node.startIndex, parts.calleeEnd))
    if (callee === undefined) return
    if (callee === 'import' || callee === 'require') return this.#noteImports(node)
    this.#callSites.push({
      callee,
      line: parts.argumentList.startPosition.row + 1,
      arguments: parts.arguments.map(shortened),
    })
    for (const scope of this.#scopes) scope.calls?.add(callee)
  }

  #noteImports(node: Node): void {
    for (const name of this.#dialect.imports(node, this.#text)) this.#imports.add(name.replaceAll(/\s/g, ''))
  }
}

/** What is called, dotted; undefined where it has no name, as in `handlers[key](x)`. */
function calleeOf(written: string): string | undefined {
  const end = written.slice(-LONGEST_CALLEE).trimEnd().replace(/\?\.$/, '')
  const plain = end.endsWith('>') ? end.replace(/<[^()]*>$/, '') : end
  return CALLEE.exec(plain)?.[0].replaceAll(/\s*(?:\?\.|->|::|\.)\s*/g, '.')
}

function shortened(argument: string): string {
  const line = onOneLine(argument)
  return line.length <= LONGEST_ARGUMENT ? line : `${line.slice(0, LONGEST_ARGUMENT)}…`
}
