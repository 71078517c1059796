import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { call, method, name, perform, raise, subscript, when } from '../build.ts'
import { numbersOf } from './expression.ts'
import type { Effect, Frame } from './frame.ts'
import type { Loom } from './loom.ts'
import { isSimple } from './shape.ts'

type Grouped = Effect & { kind: 'group' }

/** `totals[key] = totals.get(key, 0.0) + value` as an effect of the lanes; undefined where it is something else. */
export function groupedAssignment(
  loom: Loom,
  frame: Frame,
  target: Expression & { kind: 'subscript' },
  given: Expression,
): Effect | undefined {
  if (given.kind !== 'binary' || given.operator !== '+' || target.value.kind !== 'name') return undefined
  const { left } = given
  const [key, start] = left.kind === 'call' ? left.arguments : []
  if (left.kind !== 'call' || !start || !isZero(start.value)) return undefined
  if (printExpression(left.callee) !== `${target.value.id}.get` || !key) return undefined
  if (printExpression(key.value) !== printExpression(target.index)) return undefined
  return effectOf(loom, frame, target.value.id, target.index, given.right)
}

/** `if key in totals: totals[key] += value else: totals[key] = value`. */
export function groupedBranch(
  loom: Loom,
  frame: Frame,
  { test, body, otherwise }: Statement & { kind: 'if' },
): Effect | undefined {
  if (test.kind !== 'compare' || test.operators.length !== 1) return undefined
  const [operator] = test.operators
  const [add, fill] = operator === 'in' ? [body, otherwise] : operator === 'not in' ? [otherwise, body] : []
  const [dictionary] = test.comparators
  const [added, filled] = [add?.[0], fill?.[0]]
  if (dictionary?.kind !== 'name' || add?.length !== 1 || fill?.length !== 1) return undefined
  if (added?.kind !== 'augmented' || added.operator !== '+' || filled?.kind !== 'assign' || !filled.value)
    return undefined
  const place = `${dictionary.id}[${printExpression(test.left)}]`
  const [target] = filled.targets
  const isSame =
    printExpression(added.target) === place &&
    target !== undefined &&
    printExpression(target) === place &&
    printExpression(added.value) === printExpression(filled.value)
  return isSame ? effectOf(loom, frame, dictionary.id, test.left, added.value) : undefined
}

/**
 * The sums by key, keys in the order in which they come first, as a dictionary has them. `np.bincount` adds in the order of the lanes,
 * as the loop does.
 */
export function grouped(
  loom: Loom,
  { dictionary, key, value, mask }: Grouped,
): readonly Statement[] | undefined {
  if (key.rank !== 1 || value.rank !== 1 || mask || key.type === 'truth') return undefined
  if ((key.type === 'free' || value.type === 'free') && !(key.isNumpy && value.isNumpy))
    loom.needsFloats = true
  const numpy = loom.moduleName('numpy')
  const keys = isSimple(key.code) ? key.code : loom.emit('keys', key.code)
  // NaN is a key of its own each time, and what is in the dictionary already would have to be added to
  const isNan = call(`${numpy}.isnan`, [method(keys, 'sum')])
  loom.perform(
    when({ kind: 'boolean', operator: 'or', values: [name(dictionary), isNan] }, [raise(name('ValueError'))]),
  )
  const [unique, first, group] = ['unique', 'first', 'group'].map(each => loom.fresh(`${each}_keys`))
  if (unique === undefined || first === undefined || group === undefined) return undefined
  const yes: Expression = { kind: 'constant', type: 'boolean', text: 'True' }
  const found = call(`${numpy}.unique`, [keys], { return_index: yes, return_inverse: yes })
  loom.perform({
    above: [],
    beside: '',
    lines: undefined,
    kind: 'assign',
    targets: [{ kind: 'tuple', elements: [name(unique), name(first), name(group)] }],
    annotation: undefined,
    value: found,
  })
  const sums = loom.emit('sums', call(`${numpy}.bincount`, [name(group), value.code]))
  const order = loom.emit('order', method(name(first), 'argsort'))
  const pairs = call('zip', [
    method(subscript(name(unique), order), 'tolist'),
    method(subscript(sums, order), 'tolist'),
  ])
  return [perform(method(name(dictionary), 'update', [pairs]))]
}

function effectOf(
  loom: Loom,
  frame: Frame,
  dictionary: string,
  keyed: Expression,
  given: Expression,
): Effect | undefined {
  const key = numbersOf(loom, frame, keyed)
  const value = numbersOf(loom, frame, given)
  if (frame.calls.length > 0 || frame.values.has(dictionary) || !loom.locals.has(dictionary)) return undefined
  return key && value && { kind: 'group', dictionary, key, value, mask: undefined }
}

function isZero(start: Expression): boolean {
  return start.kind === 'constant' && /^0(\.0*)?$/.test(start.text)
}
