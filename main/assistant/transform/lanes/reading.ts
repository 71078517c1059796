import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { call, clause, comprehension, integer, method, name, slice, subscript } from '../build.ts'
import { constantOf, linearOf, plus, timesOf, written, type Linear } from './linear.ts'
import { singular, type Loom } from './loom.ts'
import type { LaneArray, LaneElement, LaneFrameRow, LaneIndex } from './value.ts'

// Inputs of the array form: every sequence, field and column that the loop reads is read once, whole, before anything is computed.

/** What the loop hands out, as numbers: the whole sequence as an array of floats. */
export function elementNumbers(loom: Loom, element: LaneElement): LaneArray {
  if (printExpression(element.target) === printExpression(element.part)) {
    const like = element.part.kind === 'name' ? element.part.id : singular(element.list)
    return sequence(loom, element.list, like, element.axis)
  }
  return field(loom, element, element.part)
}

/** What the loop hands out, as rows of equal length: a matrix with one row a lane. */
export function elementRows(loom: Loom, element: LaneElement): LaneArray | undefined {
  if (element.axis !== 1 || printExpression(element.target) !== printExpression(element.part))
    return undefined
  const isNumpy = isArray(loom, element.list)
  return loom.leaf(`rows ${printExpression(element.list)}`, `${singular(element.list)}_rows`, () => ({
    kind: 'array',
    code: isNumpy ? element.list : toFloats(loom, element.list),
    rank: 2,
    type: 'free',
    isNumpy,
  }))
}

/** A field of what the loop hands out, `position["strike"]` or `position.strike`: read from every element. */
export function field(loom: Loom, element: LaneElement, read: Expression): LaneArray {
  const values = comprehension(read, [clause(element.target, element.list)])
  return loom.leaf(`field ${printExpression(values)}`, fieldName(read), () => {
    const code = toFloats(loom, values)
    loom.floats.set(printExpression(values), values)
    return {
      kind: 'array',
      code,
      rank: element.axis,
      type: 'free',
      isNumpy: false,
      isShared: element.axis === 2,
    }
  })
}

/** A yes or no that Python tells of every element: `position["right"] == "C"`. */
export function told(loom: Loom, element: LaneElement, question: Expression): LaneArray {
  const isTruth = question.kind === 'compare'
  const answers = comprehension(isTruth ? question : call('bool', [question]), [
    clause(element.target, element.list),
  ])
  return loom.leaf(`told ${printExpression(answers)}`, isTruth ? 'holds' : fieldName(question), () => ({
    kind: 'array',
    code: call(`${loom.moduleName('numpy')}.array`, [answers], { dtype: name('bool') }),
    rank: element.axis,
    type: 'truth',
    isNumpy: false,
    isShared: element.axis === 2,
  }))
}

/** A column of a data frame as floats. */
export function column(loom: Loom, row: LaneFrameRow, key: Expression): LaneArray {
  const read = subscript(row.frame, key)
  return loom.leaf(`column ${printExpression(read)}`, fieldName(read), () => ({
    kind: 'array',
    code: method(read, 'to_numpy', [], { dtype: name('float') }),
    rank: 1,
    type: 'float',
    isNumpy: false,
  }))
}

/** `sequence[index]` where the index moves with the loop; undefined where that is no plain read. */
export function indexed(
  loom: Loom,
  list: Expression,
  index: LaneIndex,
  at: Expression,
): LaneArray | undefined {
  const place = linearOf(at)
  if (timesOf(place, index.name) !== 1) return undefined
  const offset = plus(place, linearOf(name(index.name)), -1)
  const whole = (): LaneArray => sequence(loom, list, singular(list), index.axis)
  if (isWhole(index) && constantOf(offset) === 0) {
    loom.equate(index.stop, call('len', [list]))
    return whole()
  }
  const values = whole()
  const part = sliceOf(loom, list, index, offset)
  const key = part ?? shifted(loom, index, offset)
  if (!key) return undefined
  return { ...values, code: subscript(values.code, key) }
}

/** The counter itself, as an array. */
export function counter(loom: Loom, index: LaneIndex): LaneArray {
  return loom.leaf(`counter ${index.name} ${index.axis}`, `${index.name}_array`, () => ({
    kind: 'array',
    code: call(
      `${loom.moduleName('numpy')}.arange`,
      isZero(index.start) ? [index.stop] : [index.start, index.stop],
    ),
    rank: index.axis,
    type: 'whole',
    isNumpy: false,
    isShared: index.axis === 2,
  }))
}

/** `sequence[i - window:i]` where that goes through all full windows: a matrix with one window a lane, of no memory of its own. */
export function windows(
  loom: Loom,
  list: Expression,
  index: LaneIndex,
  lower: Expression,
  upper: Expression,
): LaneArray | undefined {
  const width = plus(linearOf(upper), linearOf(lower), -1)
  if (timesOf(width, index.name) !== 0 || timesOf(linearOf(lower), index.name) !== 1) return undefined
  const shift = plus(linearOf(name(index.name)), linearOf(index.start), -1)
  const first = plus(linearOf(lower), shift, -1)
  const last = plus(plus(linearOf(upper), linearOf(name(index.name)), -1), linearOf(index.stop), 1)
  const end = plus(last, linearOf(call('len', [list])), -1)
  const size = written(width)
  if (constantOf(first) !== 0 || constantOf(end) !== 1 || !size) return undefined
  const values = sequence(loom, list, singular(list), 1)
  const view = `${loom.moduleName('numpy')}.lib.stride_tricks.sliding_window_view`
  return loom.leaf(`windows ${printExpression(values.code)} ${printExpression(size)}`, 'windows', () => ({
    ...values,
    code: call(view, [values.code, size]),
    rank: 2,
  }))
}

/** A whole sequence as an array of floats; one that is an array already is taken as it is. */
export function sequence(loom: Loom, list: Expression, like: string, rank: 1 | 2): LaneArray {
  const isNumpy = isArray(loom, list)
  const isShared = rank === 2
  if (isNumpy) return { kind: 'array', code: list, rank, type: 'free', isNumpy, isShared }
  return loom.leaf(`numbers ${printExpression(list)} ${rank}`, like, () => {
    loom.floats.set(printExpression(list), list)
    return { kind: 'array', code: toFloats(loom, list), rank, type: 'free', isNumpy, isShared }
  })
}

/** How many rounds a loop over `range` has. */
export function lengthOf(index: LaneIndex): Expression {
  const count = plus(linearOf(index.stop), linearOf(index.start), -1)
  return written(count) ?? { kind: 'binary', operator: '-', left: index.stop, right: index.start }
}

/** Whether a sequence is an array already; one that is given must then be one. */
export function isArray(loom: Loom, list: Expression): boolean {
  if (list.kind !== 'name' || !loom.arrays.has(list.id)) return false
  if (list.id in loom.context.parameters) loom.given.add(list.id)
  return true
}

function toFloats(loom: Loom, list: Expression): Expression {
  return call(`${loom.moduleName('numpy')}.array`, [list], { dtype: name('float') })
}

function isZero(expression: Expression): boolean {
  return constantOf(linearOf(expression)) === 0
}

function isWhole(index: LaneIndex): boolean {
  return isZero(index.start)
}

/** `start + offset:stop + offset` where the loop runs to the end of a sequence, give or take a number: no wrap, no short read. */
export function sliceOf(
  loom: Loom,
  list: Expression,
  index: LaneIndex,
  offset: Linear,
): Expression | undefined {
  const from = constantOf(plus(linearOf(index.start), offset, 1))
  const stop = linearOf(index.stop)
  const [anchor, ...others] = stop.terms.values()
  if (!anchor || others.length > 0 || anchor.times !== 1 || from === undefined || from < 0) return undefined
  const size = constantOf(offset)
  const to = size === undefined ? 1 : size + stop.constant
  if (to > 0) return undefined
  loom.equate(anchor.term, call('len', [list]))
  return slice(from === 0 ? undefined : integer(from), to === 0 ? undefined : integer(to))
}

function shifted(loom: Loom, index: LaneIndex, offset: Linear): Expression | undefined {
  const by = written(offset)
  if (!by) return undefined
  const rounds = counter(loom, index).code
  return constantOf(offset) === 0 ? rounds : { kind: 'binary', operator: '+', left: rounds, right: by }
}

/** What a field is called: `strike` for `position["strike"]` and `position.strike`. */
function fieldName(read: Expression): string {
  if (read.kind === 'attribute') return read.attribute
  if (read.kind === 'subscript' && read.index.kind === 'constant') {
    const word = /^["']([a-z]\w*)["']$/.exec(read.index.text)?.[1]
    if (word !== undefined) return word
  }
  return read.kind === 'name' ? read.id : 'field'
}
