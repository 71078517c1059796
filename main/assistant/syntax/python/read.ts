import type { Node } from 'web-tree-sitter'
import type { Grammars } from '../grammars.ts'
import { reindent } from './layout.ts'
import { partsOf, readArguments, readExpression, readParameters, textOf } from './readExpression.ts'
import { closeClause, closeHead, closeStatement, indentationAt, takeAbove, type Reading } from './reading.ts'
import { readSimple } from './readSimple.ts'
import { headTexts, moduleTexts, statementTexts } from './texts.ts'
import type { Expression, PythonModule, Statement, StatementForm } from './tree.ts'

/** The tree of a Python source. Nothing is lost: what is not understood, or does not parse, is verbatim. */
export function readPython(grammars: Grammars, source: string): PythonModule {
  return grammars.withTree('python', source, root => readModule(root, source))
}

/** The tree of a source that is parsed already. */
export function readModule(root: Node, source: string): PythonModule {
  const reading: Reading = { source, position: 0, end: 0, lastLine: 0, pending: [] }
  const body = readStatements(reading, partsOf(root))
  const below = takeAbove(reading, source.length)
  const rest = source.slice(source.lastIndexOf('\n') + 1).trim()
  const module = {
    body,
    below: rest.startsWith('#') && reading.position < source.length ? [...below, rest] : below,
  }
  moduleTexts.set(module, source)
  return module
}

function readStatements(reading: Reading, nodes: readonly Node[]): Statement[] {
  return nodes.map(node => readStatement(reading, node))
}

/** The statements of a block, whose head is read. */
function readBlock(reading: Reading, node: Node | null | undefined): Statement[] {
  return node ? readStatements(reading, partsOf(node)) : []
}

/** What a compound statement says, and the comment beside its head; undefined where it is of a form that is not known. */
type CompoundReader = (reading: Reading, node: Node) => Compound | undefined

interface Compound {
  readonly form: StatementForm
  readonly beside: string
}

const COMPOUND: Readonly<Record<string, CompoundReader>> = {
  if_statement: readIf,
  for_statement: readFor,
  while_statement: readWhile,
  with_statement: readWith,
  try_statement: readTry,
  function_definition: readFunction,
  class_definition: readClass,
  decorated_definition: (reading, node) => {
    const definition = node.childForFieldName('definition')
    return definition ? COMPOUND[definition.type]?.(reading, definition) : undefined
  },
}

function readStatement(reading: Reading, node: Node): Statement {
  const { source } = reading
  const indentation = indentationAt(reading, node.startIndex)
  const above = takeAbove(reading, node.startIndex)
  const first = node.startPosition.row + 1
  const compound = isReadable(node) ? COMPOUND[node.type]?.(reading, node) : undefined
  const form = compound?.form ?? (node.hasError ? undefined : readSimple(node, source))
  const trimmed = textOf(node, source).trimEnd()
  const beside =
    compound?.beside ?? closeStatement(reading, node.startIndex + trimmed.length, lastLineOf(node, trimmed))
  const written: StatementForm = form ?? { kind: 'verbatim', text: reindent(trimmed, indentation, '') }
  const statement: Statement = { ...written, above, beside, lines: { first, last: reading.lastLine } }
  statementTexts.set(statement, { text: source.slice(node.startIndex, reading.end), indentation })
  return statement
}

/** Whether a node can be looked into: it holds no error, or only in the body of a function or class. */
function isReadable(node: Node): boolean {
  if (!node.hasError) return true
  if (node.type === 'decorated_definition') {
    const definition = node.childForFieldName('definition')
    return (
      node.children.every(child => child.type !== 'decorator' || !child.hasError) &&
      !!definition &&
      isReadable(definition)
    )
  }
  if (node.type !== 'function_definition' && node.type !== 'class_definition') return false
  return node.children.every(child => child.type === 'block' || !child.hasError)
}

function lastLineOf(node: Node, text: string): number {
  return node.startPosition.row + text.split('\n').length
}

function readIf(reading: Reading, node: Node): Compound | undefined {
  const condition = node.childForFieldName('condition')
  if (!condition) return undefined
  const test = readExpression(condition, reading.source)
  const beside = closeHead(reading, node)
  const body = readBlock(reading, node.childForFieldName('consequence'))
  const alternatives = node.childrenForFieldName('alternative').flatMap(part => part ?? [])
  return { form: { kind: 'if', test, body, otherwise: readAlternatives(reading, alternatives) }, beside }
}

/** `elif` is an `if` alone in what happens otherwise. */
function readAlternatives(reading: Reading, [clause, ...rest]: readonly Node[]): Statement[] {
  if (!clause) return []
  const condition = clause.childForFieldName('condition')
  if (clause.type !== 'elif_clause' || !condition) return readElse(reading, clause)
  const above = takeAbove(reading, clause.startIndex)
  const first = clause.startPosition.row + 1
  const test = readExpression(condition, reading.source)
  const beside = closeHead(reading, clause)
  const body = readBlock(reading, clause.childForFieldName('consequence'))
  const otherwise = readAlternatives(reading, rest)
  return [{ kind: 'if', test, body, otherwise, above, beside, lines: { first, last: reading.lastLine } }]
}

function readElse(reading: Reading, clause: Node | null | undefined): Statement[] {
  if (!clause) return []
  closeClause(reading, clause)
  return readBlock(reading, clause.childForFieldName('body') ?? partsOf(clause).at(-1))
}

function readFor(reading: Reading, node: Node): Compound | undefined {
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')]
  if (!left || !right || node.children[0]?.type === 'async') return undefined
  const target = readExpression(left, reading.source)
  const iterable = readExpression(right, reading.source)
  const beside = closeHead(reading, node)
  const body = readBlock(reading, node.childForFieldName('body'))
  const otherwise = readElse(reading, node.childForFieldName('alternative'))
  return { form: { kind: 'for', target, iterable, body, otherwise }, beside }
}

function readWhile(reading: Reading, node: Node): Compound | undefined {
  const condition = node.childForFieldName('condition')
  if (!condition) return undefined
  const test = readExpression(condition, reading.source)
  const beside = closeHead(reading, node)
  const body = readBlock(reading, node.childForFieldName('body'))
  const otherwise = readElse(reading, node.childForFieldName('alternative'))
  return { form: { kind: 'while', test, body, otherwise }, beside }
}

function readWith(reading: Reading, node: Node): Compound | undefined {
  const clause = partsOf(node).find(({ type }) => type === 'with_clause')
  if (!clause || node.children[0]?.type === 'async') return undefined
  const items = partsOf(clause).map(part =>
    readNamed(part.childForFieldName('value') ?? part, reading.source),
  )
  const beside = closeHead(reading, node)
  return { form: { kind: 'with', items, body: readBlock(reading, node.childForFieldName('body')) }, beside }
}

/** `value as target`. */
function readNamed(node: Node, source: string): { value: Expression; target: Expression | undefined } {
  const [value] = partsOf(node)
  const alias = node.type === 'as_pattern' ? node.childForFieldName('alias') : null
  if (!value || !alias) return { value: readExpression(node, source), target: undefined }
  return { value: readExpression(value, source), target: readExpression(alias, source) }
}

function readTry(reading: Reading, node: Node): Compound | undefined {
  const clauses = partsOf(node)
  const except = clauses.filter(({ type }) => type === 'except_clause')
  if (except.some(clause => clause.children[1]?.type === '*' || partsOf(clause).length > 2)) return undefined
  const beside = closeHead(reading, node)
  const body = readBlock(reading, node.childForFieldName('body'))
  const handlers = except.map(clause => {
    const { value: type, target } = readHandled(clause, reading.source)
    closeClause(reading, clause)
    return { type, name: target, body: readBlock(reading, partsOf(clause).at(-1)) }
  })
  const otherwise = readElse(
    reading,
    clauses.find(({ type }) => type === 'else_clause'),
  )
  const last = readElse(
    reading,
    clauses.find(({ type }) => type === 'finally_clause'),
  )
  return { form: { kind: 'try', body, handlers, otherwise, last }, beside }
}

function readHandled(clause: Node, source: string): { value: Expression | undefined; target: string } {
  const type = clause.childForFieldName('value')
  if (!type) return { value: undefined, target: '' }
  const { value, target } = readNamed(type, source)
  return {
    value,
    target: target?.kind === 'name' ? target.id : textOf(clause.childForFieldName('alias'), source),
  }
}

function readFunction(reading: Reading, node: Node): Compound | undefined {
  const { source } = reading
  const parameters = readParameters(node.childForFieldName('parameters'), source)
  if (!parameters || node.childForFieldName('type_parameters')) return undefined
  const name = textOf(node.childForFieldName('name'), source)
  const type = node.childForFieldName('return_type')
  const returns = type ? readExpression(type, source) : undefined
  const decorators = readDecorators(node, source)
  const isAsync = node.children[0]?.type === 'async'
  rememberHead(reading, node, parameters, [name, returns, decorators, isAsync])
  const beside = closeHead(reading, node)
  const body = readBlock(reading, node.childForFieldName('body'))
  return { form: { kind: 'function', name, parameters, returns, decorators, isAsync, body }, beside }
}

function readClass(reading: Reading, node: Node): Compound | undefined {
  const { source } = reading
  if (node.childForFieldName('type_parameters')) return undefined
  const list = node.childForFieldName('superclasses')
  const bases = list ? (readArguments(list, source) ?? []) : []
  const name = textOf(node.childForFieldName('name'), source)
  const decorators = readDecorators(node, source)
  rememberHead(reading, node, bases, [name, decorators])
  const beside = closeHead(reading, node)
  return {
    form: {
      kind: 'class',
      name,
      bases,
      decorators,
      body: readBlock(reading, node.childForFieldName('body')),
    },
    beside,
  }
}

function readDecorators(definition: Node, source: string): Expression[] {
  const around = definition.parent?.type === 'decorated_definition' ? partsOf(definition.parent) : []
  return around
    .filter(({ type }) => type === 'decorator')
    .flatMap(decorator => partsOf(decorator).slice(0, 1))
    .map(part => readExpression(part, source))
}

function rememberHead(
  reading: Reading,
  node: Node,
  key: WeakKey & Parameters<typeof headTexts.set>[0],
  parts: readonly unknown[],
): void {
  const colon = node.children.find(({ type }) => type === ':')
  const start = node.parent?.type === 'decorated_definition' ? node.parent.startIndex : node.startIndex
  if (!colon) return
  const text = reading.source.slice(start, colon.endIndex)
  headTexts.set(key, { text, indentation: indentationAt(reading, start), parts })
}
