import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression } from '../../syntax/python/tree.ts'

/** What the expressions of an array form stand for. */
export interface Meaning {
  /** What a name was made of; every other expression is itself. */
  of(expression: Expression): Expression
  /** Which function of NumPy is called: `where` for `np.where`; empty for every other. */
  kernel(callee: Expression): string
}

/** The two sides of a difference that is cut off at zero: `max(left - right, 0)`. */
export interface Kink {
  readonly left: Expression
  readonly right: Expression
}

/** Reads `np.where(0.0 > table, 0.0, table)` and its like; undefined for every other expression. */
export function kinkIn(expression: Expression, meaning: Meaning): Kink | undefined {
  const whole = meaning.of(expression)
  if (whole.kind !== 'call') return undefined
  const [first, second, third] = whole.arguments.map(({ value }) => value)
  if (!first || !second) return undefined
  const kernel = meaning.kernel(whole.callee)
  if (/^(maximum|fmax)$/.test(kernel)) {
    const cut = isZero(second) ? first : isZero(first) ? second : undefined
    return cut && differenceIn(cut, meaning)
  }
  return kernel === 'where' && third ? chosenIn(first, second, third, meaning) : undefined
}

/** The larger of a difference and zero, chosen by comparing the two. */
function chosenIn(test: Expression, yes: Expression, no: Expression, meaning: Meaning): Kink | undefined {
  const [operator, ...others] = test.kind === 'compare' ? test.operators : []
  const [right] = test.kind === 'compare' ? test.comparators : []
  if (test.kind !== 'compare' || !right || others.length > 0 || !/^[<>]=?$/.test(operator ?? ''))
    return undefined
  const [more, less] = operator?.startsWith('>') === true ? [test.left, right] : [right, test.left]
  if (keyOf(more) !== keyOf(yes) || keyOf(less) !== keyOf(no)) return undefined
  const cut = isZero(yes) ? no : isZero(no) ? yes : undefined
  return cut && differenceIn(cut, meaning)
}

function differenceIn(expression: Expression, meaning: Meaning): Kink | undefined {
  const whole = meaning.of(expression)
  if (whole.kind !== 'binary' || whole.operator !== '-') return undefined
  return { left: whole.left, right: whole.right }
}

/** Weights and a table, as `(weights * table).sum(axis=-1)` or `table @ weights` adds them up; both ways where either may be which. */
export function weightedIn(expression: Expression): readonly (readonly [Expression, Expression])[] {
  if (expression.kind === 'binary' && expression.operator === '@')
    return [[expression.right, expression.left]]
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return []
  const { callee, arguments: given } = expression
  const [axis, ...others] = given
  const isAlong = axis?.name === 'axis' && axis.value.kind === 'unary' && isOne(axis.value.operand)
  const { value: product } = callee
  if (callee.attribute !== 'sum' || !isAlong || others.length > 0) return []
  if (product.kind !== 'binary' || product.operator !== '*') return []
  return [
    [product.left, product.right],
    [product.right, product.left],
  ]
}

function isOne(expression: Expression): boolean {
  return expression.kind === 'constant' && expression.text === '1'
}

function isZero(expression: Expression): boolean {
  return expression.kind === 'constant' && Number(expression.text) === 0
}
