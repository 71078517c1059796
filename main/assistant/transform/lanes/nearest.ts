import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { mapExpression } from '../../syntax/python/visit.ts'
import { call, integer, method, name, raise, subscript, when } from '../build.ts'
import { domainOf } from './domain.ts'
import { asNumbers, numbersOf } from './expression.ts'
import type { Frame, Outcome } from './frame.ts'
import type { Loom } from './loom.ts'

type For = Statement & { kind: 'for' }

/**
 * `for strike in strikes: if best is None or abs(strike - target) < abs(best - target): best = strike`, which finds the first of the
 * best: the place of the least along a second axis. Memory grows by the length of what is searched.
 */
export function nearestOf(loom: Loom, frame: Frame, { target, iterable, body }: For): Outcome | undefined {
  const [only, ...others] = body
  if (!loom.broadcasts || target.kind !== 'name' || only?.kind !== 'if' || others.length > 0) return undefined
  const found = searchedIn(only, target.id)
  if (!found || !isNone(frame, found.best)) return undefined
  const domain = domainOf(loom, frame, target, iterable, 2)
  const [bound] = domain?.bound ?? []
  if (!bound) return undefined
  const inner: Frame = { ...frame, values: new Map([...frame.values, bound]) }
  const keys = numbersOf(loom, inner, found.key)
  const values = asNumbers(loom, bound[1])
  if (keys?.rank !== 2 || keys.isShared === true || values?.rank !== 2) return undefined
  const distances = loom.emit('distances', keys.code)
  const numpy = loom.moduleName('numpy')
  // A comparison with NaN never holds, the least of an array with one is NaN
  loom.perform(when(call(`${numpy}.isnan`, [method(distances, 'sum')]), [raise(name('ValueError'))]))
  const kernel = found.operator === '<' ? 'argmin' : 'argmax'
  const place = method(distances, kernel, [], { axis: integer(-1) })
  const code = loom.emit(found.best, subscript(values.code, place))
  frame.values.set(found.best, { ...values, code, rank: 1, isShared: false })
  return { effects: [], returned: undefined, isRaised: false }
}

interface Searched {
  readonly best: string
  readonly operator: '<' | '>'
  /** What is compared, of the element. */
  readonly key: Expression
}

/** `if best is None or key(element) < key(best): best = element`. */
function searchedIn(statement: Statement & { kind: 'if' }, element: string): Searched | undefined {
  const [assigned, ...more] = statement.body
  const { test } = statement
  if (statement.otherwise.length > 0 || more.length > 0 || assigned?.kind !== 'assign') return undefined
  const [best] = assigned.targets
  const isElement = assigned.value?.kind === 'name' && assigned.value.id === element
  if (best?.kind !== 'name' || !isElement || test.kind !== 'boolean' || test.operator !== 'or')
    return undefined
  const [first, second, ...rest] = test.values
  if (!first || rest.length > 0 || printExpression(first) !== `${best.id} is None`) return undefined
  const [operator] = second?.kind === 'compare' ? second.operators : []
  if (second?.kind !== 'compare' || second.operators.length > 1 || (operator !== '<' && operator !== '>'))
    return undefined
  const [right] = second.comparators
  const ofBest = mapExpression(second.left, inner =>
    inner.kind === 'name' && inner.id === element ? best : inner,
  )
  const isSame = right !== undefined && printExpression(ofBest) === printExpression(right)
  return isSame ? { best: best.id, operator, key: second.left } : undefined
}

function isNone(frame: Frame, best: string): boolean {
  const value = frame.values.get(best)
  return value?.kind === 'array' && value.code.kind === 'constant' && value.code.type === 'none'
}
