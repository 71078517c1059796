import type { Node } from 'web-tree-sitter'
import { breaksOutsideBrackets } from './layout.ts'
import { STRENGTH, strengthOf } from './strength.ts'
import { expressionTexts } from './texts.ts'
import type {
  Argument,
  BinaryOperator,
  CompareOperator,
  ComprehensionClause,
  Expression,
  Parameter,
} from './tree.ts'

/** Reads one expression; what it does not know becomes verbatim, with its text. */
export type ExpressionReader = (node: Node, source: string) => Expression | undefined

const READERS: Readonly<Record<string, ExpressionReader>> = {
  identifier: (node, source) => ({ kind: 'name', id: textOf(node, source) }),
  true: constant('boolean'),
  false: constant('boolean'),
  none: constant('none'),
  ellipsis: constant('other'),
  integer: number('integer'),
  float: number('float'),
  string: readString,
  attribute: (node, source) => {
    const value = field(node, 'object', source)
    const attribute = textOf(node.childForFieldName('attribute'), source)
    return value && { kind: 'attribute', value, attribute }
  },
  subscript: readSubscript,
  slice: readSlice,
  call: readCall,
  unary_operator: (node, source) => {
    const operator = unaryOperator(textOf(node.childForFieldName('operator'), source))
    const operand = field(node, 'argument', source)
    return operator && operand && { kind: 'unary', operator, operand }
  },
  not_operator: (node, source) => {
    const operand = field(node, 'argument', source)
    return operand && { kind: 'unary', operator: 'not', operand }
  },
  binary_operator: (node, source) => {
    const [left, right] = [field(node, 'left', source), field(node, 'right', source)]
    const operator = binaryOperator(textOf(node.childForFieldName('operator'), source))
    return left && right && operator && { kind: 'binary', operator, left, right }
  },
  boolean_operator: readBoolean,
  comparison_operator: readComparison,
  conditional_expression: (node, source) => {
    const [body, test, otherwise, ...rest] = readAll(partsOf(node), source)
    if (!body || !test || !otherwise || rest.length > 0) return undefined
    return { kind: 'conditional', test, body, otherwise }
  },
  tuple: elements('tuple'),
  tuple_pattern: (node, source) =>
    hasComma(node) || partsOf(node).length === 0
      ? elements('tuple')(node, source)
      : readEnclosed(node, source),
  expression_list: elements('tuple'),
  pattern_list: elements('tuple'),
  list: elements('list'),
  list_pattern: elements('list'),
  set: elements('set'),
  dictionary: readDictionary,
  list_comprehension: comprehension('list'),
  set_comprehension: comprehension('set'),
  generator_expression: comprehension('generator'),
  dictionary_comprehension: comprehension('dict'),
  lambda: (node, source) => {
    const parameters = readParameters(node.childForFieldName('parameters'), source)
    const body = field(node, 'body', source)
    return parameters && body && { kind: 'lambda', parameters, body }
  },
  list_splat: readStarred,
  list_splat_pattern: readStarred,
  named_expression: (node, source) => {
    const [target, value] = [field(node, 'name', source), field(node, 'value', source)]
    return target && value && { kind: 'named', target, value }
  },
  parenthesized_expression: readEnclosed,
  type: readOnly,
  as_pattern_target: readOnly,
  generic_type: readGeneric,
}

/** The expression that a node of the parser stands for. */
export function readExpression(node: Node, source: string): Expression {
  const read = node.hasError ? undefined : READERS[node.type]?.(node, source)
  if (!read) return verbatim(node, source)
  const isWrapper = node.type === 'parenthesized_expression' || node.type === 'tuple_pattern'
  const isSame = isWrapper && read.kind !== 'tuple'
  if (read.kind === 'name' || read.kind === 'constant' || isSame || expressionTexts.has(read)) return read
  const text = textOf(node, source)
  const isBare = read.kind !== 'tuple' || !text.startsWith('(') || node.type.endsWith('_list')
  const strength = isBare ? strengthOf(read) : STRENGTH.atom
  // An expression over several lines that the brackets around it hold together is set anew where it goes elsewhere
  if (!breaksOutsideBrackets(text))
    expressionTexts.set(read, { text, strength, enclosed: false, isWritten: true })
  return read
}

/** The children that say something: no comments, no punctuation. */
export function partsOf(node: Node): readonly Node[] {
  return node.namedChildren.filter(({ type }) => type !== 'comment' && type !== 'line_continuation')
}

/** The text of a node as it is written; empty for none. */
export function textOf(node: Node | null, source: string): string {
  return node ? source.slice(node.startIndex, node.endIndex) : ''
}

/** Whether a comma is written straight in the node. */
export function hasComma(node: Node): boolean {
  return node.children.some(({ type }) => type === ',')
}

/** The parameters of a function or lambda; undefined where one is of a form that is not known. */
export function readParameters(node: Node | null, source: string): readonly Parameter[] | undefined {
  const read = node ? partsOf(node).map(part => readParameter(part, source)) : []
  const known = read.flatMap(parameter => parameter ?? [])
  return known.length === read.length ? known : undefined
}

/** The arguments of a call or class head; a lone generator is its one argument. Undefined where one is not known. */
export function readArguments(node: Node, source: string): readonly Argument[] | undefined {
  if (node.type === 'generator_expression')
    return [{ form: 'positional', name: '', value: readExpression(node, source) }]
  return partsOf(node).map(part => {
    const [first] = partsOf(part)
    if (part.type === 'list_splat' && first)
      return { form: 'star', name: '', value: readExpression(first, source) }
    if (part.type === 'dictionary_splat' && first)
      return { form: 'doubleStar', name: '', value: readExpression(first, source) }
    const value = part.type === 'keyword_argument' ? field(part, 'value', source) : undefined
    if (value) return { form: 'keyword', name: textOf(part.childForFieldName('name'), source), value }
    return { form: 'positional', name: '', value: readExpression(part, source) }
  })
}

/** The operator of that text; undefined where there is none. */
export function binaryOperator(text: string): BinaryOperator | undefined {
  const operators: readonly BinaryOperator[] = [
    '+',
    '-',
    '*',
    '/',
    '//',
    '%',
    '**',
    '@',
    '<<',
    '>>',
    '&',
    '|',
    '^',
  ]
  return operators.find(operator => operator === text)
}

function verbatim(node: Node, source: string): Expression {
  const text = textOf(node, source)
  return { kind: 'verbatim', text: breaksOutsideBrackets(text) ? `(${text})` : text }
}

function field(node: Node, name: string, source: string): Expression | undefined {
  const child = node.childForFieldName(name)
  return child ? readExpression(child, source) : undefined
}

function readAll(nodes: readonly Node[], source: string): Expression[] {
  return nodes.map(node => readExpression(node, source))
}

function constant(type: 'boolean' | 'none' | 'other'): ExpressionReader {
  return (node, source) => ({ kind: 'constant', type, text: textOf(node, source) })
}

function number(type: 'integer' | 'float'): ExpressionReader {
  return (node, source) => {
    const text = textOf(node, source)
    return { kind: 'constant', type: /j$/i.test(text) ? 'other' : type, text }
  }
}

function readString(node: Node, source: string): Expression | undefined {
  const text = textOf(node, source)
  const prefix = /^[a-z]*/i.exec(text)?.[0].toLowerCase() ?? ''
  if (prefix.includes('f')) return undefined
  return { kind: 'constant', type: prefix.includes('b') ? 'other' : 'string', text }
}

function readSubscript(node: Node, source: string): Expression | undefined {
  const value = field(node, 'value', source)
  const indices = readAll(
    node.childrenForFieldName('subscript').flatMap(part => part ?? []),
    source,
  )
  const [first] = indices
  if (!value || !first) return undefined
  const isTuple = indices.length > 1 || hasComma(node)
  return { kind: 'subscript', value, index: isTuple ? { kind: 'tuple', elements: indices } : first }
}

function readSlice(node: Node, source: string): Expression {
  const parts: (Expression | undefined)[] = [undefined, undefined, undefined]
  let place = 0
  for (const child of node.children)
    if (child.type === ':') place += 1
    else if (child.isNamed && child.type !== 'comment') parts[place] = readExpression(child, source)
  return { kind: 'slice', lower: parts[0], upper: parts[1], step: parts[2] }
}

function readCall(node: Node, source: string): Expression | undefined {
  const callee = field(node, 'function', source)
  const list = node.childForFieldName('arguments')
  const given = list ? readArguments(list, source) : undefined
  return callee && given && { kind: 'call', callee, arguments: given }
}

function unaryOperator(text: string): '-' | '+' | '~' | undefined {
  return text === '-' || text === '+' || text === '~' ? text : undefined
}

/** `a and b and c` is one node of three, as in `ast`; the parser nests it to the left. */
function readBoolean(node: Node, source: string): Expression | undefined {
  const operator = textOf(node.childForFieldName('operator'), source)
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')]
  if (!left || !right || (operator !== 'and' && operator !== 'or')) return undefined
  const isChain =
    left.type === 'boolean_operator' && textOf(left.childForFieldName('operator'), source) === operator
  const before = isChain ? readBoolean(left, source) : readExpression(left, source)
  if (!before) return undefined
  const values = isChain && before.kind === 'boolean' ? before.values : [before]
  return { kind: 'boolean', operator, values: [...values, readExpression(right, source)] }
}

const COMPARE: readonly CompareOperator[] = ['==', '!=', '<', '<=', '>', '>=', 'is', 'is not', 'in', 'not in']

function readComparison(node: Node, source: string): Expression | undefined {
  const operators: CompareOperator[] = []
  const operands: Expression[] = []
  for (const child of node.children) {
    const operator = COMPARE.find(known => known === child.type)
    if (operator) operators.push(operator)
    else if (child.isNamed && child.type !== 'comment') operands.push(readExpression(child, source))
  }
  const [left, ...comparators] = operands
  return left && operators.length === comparators.length
    ? { kind: 'compare', left, operators, comparators }
    : undefined
}

function elements(kind: 'tuple' | 'list' | 'set'): ExpressionReader {
  return (node, source) => ({ kind, elements: readAll(partsOf(node), source) })
}

function readDictionary(node: Node, source: string): Expression | undefined {
  const entries = partsOf(node).map(part => {
    const [first] = partsOf(part)
    if (part.type === 'dictionary_splat')
      return first && { key: undefined, value: readExpression(first, source) }
    const [key, value] = [field(part, 'key', source), field(part, 'value', source)]
    return key && value && { key, value }
  })
  const known = entries.flatMap(entry => entry ?? [])
  return known.length === entries.length ? { kind: 'dict', entries: known } : undefined
}

function comprehension(form: 'list' | 'set' | 'generator' | 'dict'): ExpressionReader {
  return (node, source) => {
    const body = node.childForFieldName('body')
    if (!body) return undefined
    const isPair = body.type === 'pair'
    const key = isPair ? field(body, 'key', source) : undefined
    const element = isPair ? field(body, 'value', source) : readExpression(body, source)
    const clauses = readClauses(node, source)
    return element && clauses && { kind: 'comprehension', form, key, element, clauses }
  }
}

function readClauses(node: Node, source: string): ComprehensionClause[] | undefined {
  const clauses: (ComprehensionClause & { conditions: Expression[] })[] = []
  for (const part of partsOf(node)) {
    const [first] = partsOf(part)
    if (part.type === 'for_in_clause') {
      const [target, iterable] = [field(part, 'left', source), field(part, 'right', source)]
      if (!target || !iterable || part.childrenForFieldName('right').length > 1) return undefined
      const isAsync = part.children[0]?.type === 'async'
      clauses.push({ target, iterable, conditions: [], isAsync })
    } else if (part.type === 'if_clause' && first) {
      clauses.at(-1)?.conditions.push(readExpression(first, source))
    }
  }
  return clauses
}

function readStarred(node: Node, source: string): Expression | undefined {
  const [value, ...rest] = readAll(partsOf(node), source)
  return value && rest.length === 0 ? { kind: 'starred', value } : undefined
}

function readOnly(node: Node, source: string): Expression | undefined {
  const [only, ...rest] = partsOf(node)
  return only && rest.length === 0 ? readExpression(only, source) : undefined
}

/** Parentheses say nothing in the tree; where they hold a comment they stay with the text. */
function readEnclosed(node: Node, source: string): Expression | undefined {
  const read = readOnly(node, source)
  if (!read) return undefined
  const text = textOf(node, source)
  const inner = expressionTexts.get(read)
  if (text.includes('#'))
    expressionTexts.set(read, { text, strength: STRENGTH.atom, enclosed: false, isWritten: true })
  else if (inner) expressionTexts.set(read, { ...inner, enclosed: true })
  return read
}

/** `List[float]` in an annotation is an ordinary subscript. */
function readGeneric(node: Node, source: string): Expression | undefined {
  const [value, list] = partsOf(node)
  if (!value || list?.type !== 'type_parameter') return undefined
  const [first, ...rest] = readAll(partsOf(list), source)
  if (!first) return undefined
  const isTuple = rest.length > 0 || hasComma(list)
  return {
    kind: 'subscript',
    value: readExpression(value, source),
    index: isTuple ? { kind: 'tuple', elements: [first, ...rest] } : first,
  }
}

function readParameter(node: Node, source: string): Parameter | undefined {
  const plain = { form: 'plain', annotation: undefined, fallback: undefined } as const
  if (node.type === 'identifier') return { ...plain, name: textOf(node, source) }
  if (node.type === 'keyword_separator' || node.type === 'positional_separator')
    return { ...plain, form: 'marker', name: textOf(node, source) }
  const splat = SPLATS[node.type]
  if (splat) return { ...plain, form: splat, name: textOf(partsOf(node)[0] ?? null, source) }
  const annotation = field(node, 'type', source)
  if (node.type === 'typed_parameter') {
    const [inner] = partsOf(node)
    const parameter = inner && readParameter(inner, source)
    return parameter && { ...parameter, annotation }
  }
  const name = node.childForFieldName('name')
  if (name?.type !== 'identifier') return undefined
  return { ...plain, name: textOf(name, source), annotation, fallback: field(node, 'value', source) }
}

const SPLATS: Readonly<Record<string, 'star' | 'doubleStar'>> = {
  list_splat_pattern: 'star',
  dictionary_splat_pattern: 'doubleStar',
}
