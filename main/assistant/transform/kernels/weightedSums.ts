import type { Expression } from '../../syntax/python/tree.ts'
import { binary, call, integer, method, text } from '../build.ts'
import type { Transform } from '../transform.ts'
import { factOf, type ArrayFact, type ArrayFacts } from './arrayFacts.ts'
import { sitesOfRule } from './rewriting.ts'

/** `(weights * table).sum(axis=-1)` as `table @ weights`: no array is made that is only added up. */
export const weightedSums: Transform = {
  name: 'weighted-sums',
  family: 'algorithm',
  title: 'A product that is only added up is never written down',
  why: 'A sum of products is an inner product, which multiplies and adds in one pass; a factor that all terms share is multiplied once.',
  reorders: true,
  sites: (draft, context) => sitesOfRule(draft, context, asProduct),
}

/** One factor of what is added up. */
interface Factor {
  readonly expression: Expression
  readonly isDivisor: boolean
  readonly fact: ArrayFact
}

function asProduct(expression: Expression, facts: ArrayFacts): Expression | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined
  const { callee, arguments: given } = expression
  const [axis, ...others] = given
  if (callee.attribute !== 'sum' || others.length > 0) return undefined
  if (axis && (axis.name !== 'axis' || !isLast(axis.value))) return undefined
  const factors = factorsOf(callee.value, false, facts)
  if (!factors || factors.length < 2) return undefined
  const made = floating(factors)
  return made && (axis ? sumOfRows(made, facts) : sumOfAll(made))
}

/**
 * The factors, one array of which holds numbers with fractions: truths and whole numbers have an inner product of another kind. A factor
 * that is such a number makes an array of them; undefined where there is none.
 */
function floating(factors: readonly Factor[]): readonly Factor[] | undefined {
  if (factors.some(({ fact }) => fact.isFloat && fact.axes > 0)) return factors
  const number = factors.find(({ fact, isDivisor }) => fact.isFloat && !isDivisor)
  const array = factors.findLast(({ fact, isDivisor }) => fact.axes > 0 && !fact.isColumn && !isDivisor)
  if (!number || !array) return undefined
  const made = { ...array, expression: binary(array.expression, '*', number.expression) }
  return factors.flatMap(factor => (factor === number ? [] : factor === array ? [made] : [factor]))
}

/** `(a * b * 2.0).sum()` as `a @ b * 2.0`. */
function sumOfAll(factors: readonly Factor[]): Expression | undefined {
  if (factors.some(({ fact }) => fact.axes === 2)) return undefined
  const numbers = factors.filter(({ fact }) => fact.axes === 0)
  const [first, ...rest] = factors.filter(({ fact }) => fact.axes === 1)
  if (!first || first.isDivisor) return undefined
  const second = rest.findIndex(({ isDivisor }) => !isDivisor)
  const divided = second < 0 ? productOf([first, ...rest]) : undefined
  const sum = divided
    ? method(divided, 'sum')
    : binary(first.expression, '@', productOf([rest[second], ...rest.toSpliced(second, 1)]))
  if (divided && numbers.length === 0) return undefined
  return times(sum, numbers)
}

/** `(weights * table).sum(axis=-1)` as `table @ weights`, and two tables by `einsum`. */
function sumOfRows(factors: readonly Factor[], facts: ArrayFacts): Expression | undefined {
  const [tables, rows] = [
    factors.filter(({ fact }) => fact.axes === 2 && !fact.isColumn),
    factors.filter(({ fact }) => fact.axes === 1),
  ]
  const columns = factors.filter(({ fact }) => fact.isColumn)
  const numbers = factors.filter(({ fact }) => fact.axes === 0)
  const [table, ...others] = tables
  if (!table || table.isDivisor || rows[0]?.isDivisor || columns.some(({ isDivisor }) => isDivisor))
    return undefined
  // A view of windows has no product of its own
  if (tables.length === 1 && table.fact.isWindows) return undefined
  const once = columns.map(column => ({ ...column, expression: alone(column.expression) }))
  const rest = [...numbers, ...once]
  if (rows.length > 0) return times(binary(productOf(tables), '@', productOf(rows)), rest)
  const numpy = numpyOf(facts)
  if (others.length === 0) return rest.length === 0 ? undefined : times(rowSums(table.expression), rest)
  if (!numpy || others[0]?.isDivisor) return undefined
  const both = [text('ij,ij->i'), table.expression, productOf(others)]
  return times(call(`${numpy}.einsum`, both), rest)
}

function rowSums(table: Expression): Expression {
  return method(table, 'sum', [], { axis: integer(-1) })
}

function numpyOf({ around }: ArrayFacts): string | undefined {
  return around.callables.modules['numpy']
}

/** `x[:, None]` as `x`, and a column under a name as its only one. */
function alone(column: Expression): Expression {
  if (column.kind === 'subscript' && column.index.kind === 'tuple') return column.value
  const whole: Expression = { kind: 'slice', lower: undefined, upper: undefined, step: undefined }
  return { kind: 'subscript', value: column, index: { kind: 'tuple', elements: [whole, integer(0)] } }
}

/** The factors of a product, from left to right; undefined where it cannot be told what they are. */
function factorsOf(
  expression: Expression,
  isDivisor: boolean,
  facts: ArrayFacts,
): readonly Factor[] | undefined {
  if (expression.kind === 'binary') {
    const { operator, left, right } = expression
    if (operator === '*' || operator === '/') {
      const first = factorsOf(left, isDivisor, facts)
      const second = factorsOf(right, operator === '/' ? !isDivisor : isDivisor, facts)
      return first && second && [...first, ...second]
    }
    const isSquare = operator === '**' && right.kind === 'constant' && right.text === '2'
    if (isSquare && left.kind === 'name') {
      const factor = factorsOf(left, isDivisor, facts)
      return factor && [...factor, ...factor]
    }
  }
  const fact = factOf(expression, facts)
  return fact && [{ expression, isDivisor, fact }]
}

/** The product of factors, the first of which divides nothing. */
function productOf(factors: readonly (Factor | undefined)[]): Expression {
  const [first, ...rest] = factors.filter(factor => factor !== undefined)
  return times(first?.expression ?? integer(1), rest)
}

function times(product: Expression, factors: readonly Factor[]): Expression {
  return factors.reduce(
    (made, { expression, isDivisor }) => binary(made, isDivisor ? '/' : '*', expression),
    product,
  )
}

function isLast(axis: Expression): boolean {
  return axis.kind === 'unary' && axis.operand.kind === 'constant' && axis.operand.text === '1'
}
