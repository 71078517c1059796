import type { Node } from 'web-tree-sitter'
import { binaryOperator, hasComma, partsOf, readExpression, textOf } from './readExpression.ts'
import { wordsOf } from './reading.ts'
import type { Expression, ImportedName, StatementForm } from './tree.ts'

type SimpleReader = (node: Node, source: string) => StatementForm | undefined

const READERS: Readonly<Record<string, SimpleReader>> = {
  expression_statement: readExpressionStatement,
  return_statement: (node, source) => {
    const [value, ...rest] = readParts(node, source)
    return rest.length === 0 ? { kind: 'return', value } : undefined
  },
  delete_statement: (node, source) => {
    const [listed] = partsOf(node)
    const targets = listed?.type === 'expression_list' ? readParts(listed, source) : readParts(node, source)
    return { kind: 'delete', targets }
  },
  raise_statement: (node, source) => {
    const cause = node.childForFieldName('cause')
    const [value, ...rest] = partsOf(node).filter(part => part.startIndex !== cause?.startIndex)
    if (rest.length > 0 || value?.type === 'expression_list') return undefined
    return {
      kind: 'raise',
      value: value && readExpression(value, source),
      from: cause ? readExpression(cause, source) : undefined,
    }
  },
  assert_statement: (node, source) => {
    const [test, message, ...rest] = readParts(node, source)
    return test && rest.length === 0 ? { kind: 'assert', test, message } : undefined
  },
  pass_statement: () => ({ kind: 'pass' }),
  break_statement: () => ({ kind: 'break' }),
  continue_statement: () => ({ kind: 'continue' }),
  global_statement: (node, source) => ({ kind: 'global', names: namesIn(node, source) }),
  nonlocal_statement: (node, source) => ({ kind: 'nonlocal', names: namesIn(node, source) }),
  import_statement: (node, source) => ({ kind: 'import', names: importedNames(node, source) }),
  import_from_statement: readImportFrom,
  future_import_statement: readImportFrom,
}

/** What a statement of one line says; undefined where it is of a form that is not known. */
export function readSimple(node: Node, source: string): StatementForm | undefined {
  return READERS[node.type]?.(node, source)
}

function readParts(node: Node, source: string): Expression[] {
  return partsOf(node).map(part => readExpression(part, source))
}

function namesIn(node: Node, source: string): string[] {
  return partsOf(node).map(part => textOf(part, source))
}

function readExpressionStatement(node: Node, source: string): StatementForm | undefined {
  const [first] = partsOf(node)
  if (first?.type === 'assignment') return readAssignment(first, source)
  if (first?.type === 'augmented_assignment') return readAugmented(first, source)
  const values = readParts(node, source)
  if (hasComma(node)) return { kind: 'expression', value: { kind: 'tuple', elements: values } }
  const [value] = values
  return value && { kind: 'expression', value }
}

/** `a = b = value`; the parser nests the second in the first. */
function readAssignment(node: Node, source: string): StatementForm | undefined {
  const left = node.childForFieldName('left')
  const right = node.childForFieldName('right')
  const type = node.childForFieldName('type')
  if (!left) return undefined
  const target = readExpression(left, source)
  if (type) {
    if (right?.type === 'assignment' || left.type === 'tuple_pattern') return undefined
    const annotation = readExpression(type, source)
    return {
      kind: 'assign',
      targets: [target],
      annotation,
      value: right ? readExpression(right, source) : undefined,
    }
  }
  if (!right) return undefined
  if (right.type !== 'assignment')
    return { kind: 'assign', targets: [target], annotation: undefined, value: readExpression(right, source) }
  const inner = readAssignment(right, source)
  if (inner?.kind !== 'assign' || inner.annotation) return undefined
  return { ...inner, targets: [target, ...inner.targets] }
}

function readAugmented(node: Node, source: string): StatementForm | undefined {
  const [left, right] = [node.childForFieldName('left'), node.childForFieldName('right')]
  const operator = binaryOperator(textOf(node.childForFieldName('operator'), source).slice(0, -1))
  if (!left || !right || !operator) return undefined
  return {
    kind: 'augmented',
    target: readExpression(left, source),
    operator,
    value: readExpression(right, source),
  }
}

function importedNames(node: Node, source: string): ImportedName[] {
  return node.childrenForFieldName('name').map(part => {
    const alias = part?.type === 'aliased_import' ? part.childForFieldName('alias') : null
    const name = part?.type === 'aliased_import' ? part.childForFieldName('name') : part
    return { name: wordsOf(name ?? null, source), alias: wordsOf(alias, source) }
  })
}

function readImportFrom(node: Node, source: string): StatementForm {
  const module =
    node.type === 'future_import_statement'
      ? '__future__'
      : wordsOf(node.childForFieldName('module_name'), source)
  const isStar = partsOf(node).some(({ type }) => type === 'wildcard_import')
  const names = isStar ? [{ name: '*', alias: '' }] : importedNames(node, source)
  return { kind: 'importFrom', module, names }
}
