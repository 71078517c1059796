import type { Expression } from '../../syntax/python/tree.ts'
import { call, integer, slice, subscript, tuple } from '../build.ts'
import type { Frame } from './frame.ts'
import type { Loom } from './loom.ts'
import {
  column,
  counter,
  elementNumbers,
  elementRows,
  field,
  indexed,
  isArray,
  told,
  windows,
} from './reading.ts'
import { reads } from './names.ts'
import { constantOf as constantIn, linearOf, timesOf } from './linear.ts'
import { arithmetic, both, chosen, compared, negated } from './operators.ts'
import { renamed, scalar, type LaneArray, type LaneElement, type LaneValue } from './value.ts'

/** An expression for all lanes at once; undefined where there is no such form. */
export function valueOf(loom: Loom, frame: Frame, expression: Expression): LaneValue | undefined {
  switch (expression.kind) {
    case 'name':
      return nameOf(loom, frame, expression)
    case 'constant':
      return constantOf(expression)
    case 'tuple':
    case 'list': {
      const elements = expression.elements.map(element => numbersOf(loom, frame, element))
      return elements.every(element => element !== undefined)
        ? { kind: 'group', form: expression.kind, elements }
        : undefined
    }
    case 'subscript':
      return subscriptOf(loom, frame, expression)
    case 'attribute': {
      const value = valueOf(loom, frame, expression.value)
      if (value?.kind === 'element') return field(loom, value, { ...expression, value: value.part })
      if (value?.kind === 'frameRow')
        return column(loom, value, { kind: 'constant', type: 'string', text: `"${expression.attribute}"` })
      if (value?.kind === 'array' && value.rank === 0) return scalar({ ...expression, value: value.code })
      return undefined
    }
    case 'call':
      return loom.forms.invoked(loom, frame, expression)
    case 'unary': {
      if (expression.operator === 'not') return truthOf(loom, frame, expression)
      const operand = numbersOf(loom, frame, expression.operand)
      if (!operand || operand.type === 'truth') return undefined
      return renamed(operand, { ...expression, operand: operand.code })
    }
    case 'binary': {
      const left = numbersOf(loom, frame, expression.left)
      const right = numbersOf(loom, frame, expression.right)
      return left && right && arithmetic(expression.operator, left, right)
    }
    case 'compare':
    case 'boolean':
      return truthOf(loom, frame, expression)
    case 'conditional': {
      const test = truthOf(loom, frame, expression.test)
      const yes = numbersOf(loom, frame, expression.body)
      const no = numbersOf(loom, frame, expression.otherwise)
      return test && yes && no && chosen(loom, test, yes, no)
    }
    default:
      return undefined
  }
}

/** An expression as numbers. */
export function numbersOf(loom: Loom, frame: Frame, expression: Expression): LaneArray | undefined {
  const value = valueOf(loom, frame, expression)
  return value && asNumbers(loom, value)
}

/** A value as numbers. */
export function asNumbers(loom: Loom, value: LaneValue): LaneArray | undefined {
  if (value.kind === 'array') return value
  if (value.kind === 'element') return elementNumbers(loom, value)
  if (value.kind === 'index') return counter(loom, value)
  return value.kind === 'list' ? value.filled : undefined
}

/** A value as rows, one a lane. */
export function asRows(loom: Loom, value: LaneValue): LaneArray | undefined {
  if (value.kind === 'array') return value.rank === 2 ? value : undefined
  return value.kind === 'element' ? elementRows(loom, value) : undefined
}

/** An expression as yes or no. */
export function truthOf(loom: Loom, frame: Frame, expression: Expression): LaneArray | undefined {
  if (expression.kind === 'boolean') {
    const values = expression.values.map(value => truthOf(loom, frame, value))
    return values.every(value => value !== undefined) ? both(expression.operator, values) : undefined
  }
  if (expression.kind === 'unary' && expression.operator === 'not') {
    const operand = truthOf(loom, frame, expression.operand)
    return operand && negated(operand)
  }
  if (expression.kind === 'compare') return comparisonOf(loom, frame, expression)
  const element = elementBelow(loom, frame, expression)
  if (element) return told(loom, element.element, element.question)
  const value = valueOf(loom, frame, expression)
  if (value?.kind === 'array' && value.type === 'truth') return value
  if (value?.kind === 'array' && value.rank === 0) return { ...value, type: 'truth' }
  const numbers = value && asNumbers(loom, value)
  return numbers && compared('!=', numbers, scalar(integer(0)))
}

function comparisonOf(
  loom: Loom,
  frame: Frame,
  expression: Expression & { kind: 'compare' },
): LaneArray | undefined {
  const asked = [expression.left, ...expression.comparators]
  const isOfWords =
    asked.some(side => side.kind === 'constant' && side.type !== 'integer' && side.type !== 'float') ||
    expression.operators.some(operator => / |^i[sn]$/.test(operator))
  if (isOfWords) return wordComparison(loom, frame, expression)
  const sides = asked.map(side => numbersOf(loom, frame, side))
  if (!sides.every(side => side !== undefined)) return undefined
  const parts = expression.operators.map((operator, at) => {
    const [left, right] = [sides[at], sides[at + 1]]
    return left && right && compared(operator, left, right)
  })
  return parts.every(part => part !== undefined) ? both('and', parts) : undefined
}

/** `row["right"] == "C"`: of a column at once, of other elements one by one. */
function wordComparison(
  loom: Loom,
  frame: Frame,
  expression: Expression & { kind: 'compare' },
): LaneArray | undefined {
  const [operator] = expression.operators
  const [right] = expression.comparators
  if (!right || expression.operators.length > 1 || right.kind !== 'constant') return undefined
  const { left } = expression
  const below = elementBelow(loom, frame, left)
  if (below) return told(loom, below.element, { ...expression, left: below.question })
  if (left.kind === 'subscript' && left.value.kind === 'name' && (operator === '==' || operator === '!=')) {
    const row = frame.values.get(left.value.id)
    if (row?.kind !== 'frameRow') return undefined
    const code = call(
      {
        kind: 'attribute',
        value: { ...expression, left: subscript(row.frame, left.index) },
        attribute: 'to_numpy',
      },
      [],
    )
    return { kind: 'array', code, rank: 1, type: 'truth', isNumpy: false }
  }
  const plain = numbersOf(loom, frame, left)
  return plain?.rank === 0 ? scalar({ ...expression, left: plain.code }, 'truth') : undefined
}

/** The element that a chain of fields begins with, and the chain with the element's own name in it. */
function elementBelow(
  loom: Loom,
  frame: Frame,
  expression: Expression,
): { readonly element: LaneElement; readonly question: Expression } | undefined {
  if (expression.kind === 'name') {
    const value = frame.values.get(expression.id)
    return value?.kind === 'element' ? { element: value, question: value.part } : undefined
  }
  if (expression.kind === 'attribute') {
    const below = elementBelow(loom, frame, expression.value)
    return below && { ...below, question: { ...expression, value: below.question } }
  }
  if (expression.kind !== 'subscript') return undefined
  if (expression.index.kind === 'constant') {
    const below = elementBelow(loom, frame, expression.value)
    return below && { ...below, question: { ...expression, value: below.question } }
  }
  return indexedElement(loom, frame, expression)
}

/** `calls[i]` for a counter that goes over the whole of `calls`. */
function indexedElement(
  loom: Loom,
  frame: Frame,
  expression: Expression & { kind: 'subscript' },
): { readonly element: LaneElement; readonly question: Expression } | undefined {
  const { value, index } = expression
  if (value.kind !== 'name' || index.kind !== 'name' || frame.values.has(value.id)) return undefined
  const counted = frame.values.get(index.id)
  if (counted?.kind !== 'index') return undefined
  // Asked for its length check; the numbers themselves are read only where something else wants them
  if (linearOf(counted.start).terms.size > 0 || linearOf(counted.start).constant !== 0) return undefined
  const part: Expression = { kind: 'name', id: loom.fresh('element') }
  loom.equate(counted.stop, call('len', [value]))
  return { element: { kind: 'element', axis: counted.axis, list: value, target: part, part }, question: part }
}

function nameOf(loom: Loom, frame: Frame, expression: Expression & { kind: 'name' }): LaneValue | undefined {
  const value = frame.values.get(expression.id)
  // What the loop itself fills may not be read ahead of it
  if (value || frame.assigned.has(expression.id) || loom.filled.has(expression.id)) return value
  return scalar(expression)
}

function constantOf(expression: Expression & { kind: 'constant' }): LaneArray | undefined {
  if (expression.type === 'integer') return scalar(expression, 'whole')
  if (expression.type === 'float') return scalar(expression, 'float')
  if (expression.type === 'boolean') return scalar(expression, 'truth')
  return scalar(expression)
}

function subscriptOf(
  loom: Loom,
  frame: Frame,
  expression: Expression & { kind: 'subscript' },
): LaneValue | undefined {
  const { index } = expression
  if (expression.value.kind === 'name' && loom.stored.has(expression.value.id))
    return movingSubscript(loom, frame, expression.value, index)
  const located = locatedRow(loom, frame, expression)
  if (located) return located
  const value = valueOf(loom, frame, expression.value)
  if (value?.kind === 'element') {
    if (index.kind !== 'constant') return undefined
    return field(loom, value, subscript(value.part, index))
  }
  if (value?.kind === 'frameRow') return index.kind === 'constant' ? column(loom, value, index) : undefined
  if (value?.kind !== 'array') return undefined
  if (value.rank === 2) {
    const at = numbersOf(loom, frame, index)
    if (at?.rank !== 0) return undefined
    return { ...value, rank: 1, code: subscript(value.code, tuple([slice(), at.code])) }
  }
  if (value.rank !== 0) return undefined
  return movingSubscript(loom, frame, value.code, index)
}

/** `trades.iloc[i]` for a counter of all rows of a data frame: the row. */
function locatedRow(
  loom: Loom,
  frame: Frame,
  { value: located, index }: Expression & { kind: 'subscript' },
): LaneValue | undefined {
  if (located.kind !== 'attribute' || located.attribute !== 'iloc' || index.kind !== 'name') return undefined
  const counted = frame.values.get(index.id)
  const table = numbersOf(loom, frame, located.value)
  if (counted?.kind !== 'index' || counted.axis !== 1 || table?.rank !== 0) return undefined
  if (constantIn(linearOf(counted.start)) !== 0) return undefined
  loom.equate(counted.stop, call('len', [table.code]))
  return { kind: 'frameRow', frame: table.code }
}

/** `list[i]`, `list[i - 1]`, `list[i - n:i]`, `table[i, s]`, or a list at a place that is the same in all lanes. */
function movingSubscript(
  loom: Loom,
  frame: Frame,
  list: Expression,
  index: Expression,
): LaneValue | undefined {
  const moving = [...frame.values.entries()].find(
    ([called, value]) => value.kind === 'index' && reads(index, called),
  )
  if (!moving) {
    const at = index.kind === 'slice' ? undefined : numbersOf(loom, frame, index)
    if (list.kind === 'name' && loom.filled.has(list.id)) return undefined
    if (at?.rank === 0) return scalar(subscript(list, at.code))
    // Places out of an array are whole numbers, or NumPy says so
    if (!at || !(at.isNumpy || at.type === 'whole') || at.isShared === true || !isArray(loom, list))
      return undefined
    return { kind: 'array', code: subscript(list, at.code), rank: at.rank, type: 'free', isNumpy: true }
  }
  const [called, counted] = moving
  const isStored = list.kind === 'name' && loom.filled.has(list.id)
  if (isStored && index.kind !== 'tuple') return undefined
  if (counted.kind !== 'index') return undefined
  if (index.kind === 'slice') {
    if (!index.lower || !index.upper || index.step || counted.axis !== 1) return undefined
    return windows(loom, list, counted, index.lower, index.upper)
  }
  if (index.kind === 'tuple') return tableColumn(loom, frame, list, index.elements, called)
  return timesOf(linearOf(index), called) === 1 ? indexed(loom, list, counted, index) : undefined
}

/** `table[i, s]` for a counter of all rows of an array. */
function tableColumn(
  loom: Loom,
  frame: Frame,
  table: Expression,
  places: readonly Expression[],
  called: string,
): LaneArray | undefined {
  const [row, place] = places
  const counted = frame.values.get(called)
  if (row?.kind !== 'name' || row.id !== called || !place || places.length !== 2) return undefined
  if (counted?.kind !== 'index' || counted.axis !== 1 || table.kind !== 'name') return undefined
  if (!isArray(loom, table)) return undefined
  const at = numbersOf(loom, frame, place)
  if (at?.rank !== 0) return undefined
  loom.equate(counted.stop, call('len', [table]))
  return {
    kind: 'array',
    code: subscript(table, tuple([slice(), at.code])),
    rank: 1,
    type: 'free',
    isNumpy: true,
  }
}
