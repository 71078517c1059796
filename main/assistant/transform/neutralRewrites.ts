import type { CompareOperator, Expression, Statement } from '../syntax/python/tree.ts'
import { binary, compare } from './build.ts'

// Rewritings that keep both meaning and cost. A node that is not of the kind they are for is given back as it is.

/** Comparisons and what they are the other way round. */
export const TURNED: ReadonlyMap<CompareOperator, CompareOperator> = new Map([
  ['<', '>'],
  ['>', '<'],
  ['<=', '>='],
  ['>=', '<='],
  ['==', '=='],
  ['!=', '!='],
  ['is', 'is'],
  ['is not', 'is not'],
])

/** `right * left` for `left * right`. */
export function commuted(node: Expression): Expression {
  return node.kind === 'binary' ? { ...node, left: node.right, right: node.left } : node
}

/** `right > left` for `left < right`. */
export function turned(node: Expression): Expression {
  if (node.kind !== 'compare') return node
  const [operator] = node.operators
  const [right] = node.comparators
  const other = operator && TURNED.get(operator)
  return other && right ? compare(right, other, node.left) : node
}

/** `b and a` for `a and b`. */
export function reversed(node: Expression): Expression {
  return node.kind === 'boolean' ? { ...node, values: node.values.toReversed() } : node
}

/** `b if not test else a` for `a if test else b`. */
export function swapped(node: Expression): Expression {
  if (node.kind !== 'conditional') return node
  return { ...node, test: negated(node.test), body: node.otherwise, otherwise: node.body }
}

/** The same for a statement with two branches. */
export function branchesSwapped(node: Statement): Statement {
  if (node.kind !== 'if') return node
  return { ...node, test: negated(node.test), body: node.otherwise, otherwise: node.body, lines: undefined }
}

/** `x = x + y` for `x += y`. */
export function spelledOut(node: Statement): Statement {
  if (node.kind !== 'augmented') return node
  const { above, beside, target, operator, value } = node
  return {
    kind: 'assign',
    above,
    beside,
    lines: undefined,
    targets: [target],
    annotation: undefined,
    value: binary(target, operator, value),
  }
}

/** The block with a statement behind the next one. */
export function withNextFirst(block: readonly Statement[], at: number): readonly Statement[] {
  const [statement, next] = [block[at], block[at + 1]]
  return statement && next ? block.with(at, next).with(at + 1, statement) : block
}

/** What comes after a branch that is left, put under `else`. */
export function restNested(block: readonly Statement[], at: number): readonly Statement[] {
  const statement = block[at]
  if (statement?.kind !== 'if') return block
  return [...block.slice(0, at), { ...statement, otherwise: block.slice(at + 1), lines: undefined }]
}

/** The other way round: what is under `else` after a branch that is left, put behind it. */
export function elseDropped(block: readonly Statement[], at: number): readonly Statement[] {
  const statement = block[at]
  if (statement?.kind !== 'if') return block
  const alone: Statement = { ...statement, otherwise: [], lines: undefined }
  return [...block.slice(0, at), alone, ...statement.otherwise, ...block.slice(at + 1)]
}

/** `if a:` with `if b:` inside for `if a and b:`. */
export function conditionsSplit(node: Statement): Statement {
  if (node.kind !== 'if' || node.test.kind !== 'boolean') return node
  const [first, ...others] = node.test.values
  const [second] = others
  if (!first || !second) return node
  const rest: Expression = others.length === 1 ? second : { ...node.test, values: others }
  const inner: Statement = { ...node, test: rest, above: [], beside: '', lines: undefined }
  return { ...node, test: first, body: [inner], lines: undefined }
}

/** `name = value` and `return name` for `return value`. */
export function resultNamed(name: string): (block: readonly Statement[], at: number) => readonly Statement[] {
  return (block, at) => {
    const statement = block[at]
    if (statement?.kind !== 'return' || !statement.value) return block
    const [target, { above, value }]: [Expression, typeof statement] = [{ kind: 'name', id: name }, statement]
    const made = { above, beside: '', lines: undefined }
    const named: Statement = { ...made, kind: 'assign', targets: [target], annotation: undefined, value }
    return block.toSpliced(at, 1, named, { ...statement, above: [], lines: undefined, value: target })
  }
}

function negated(operand: Expression): Expression {
  return { kind: 'unary', operator: 'not', operand }
}
