import type { Expression } from '../syntax/python/tree.ts'
import { partsOf } from '../syntax/python/visit.ts'
import { pathOf } from '../transform/lanes/arrayNames.ts'
import { HINGE_SUMS } from '../transform/algorithms/hingeSums.ts'
import { NEAREST } from '../transform/algorithms/nearestSorted.ts'
import { ROOT_OF_MANY, ROOT_OF_ONE } from '../transform/algorithms/rootFinders.ts'
import type { DraftContext } from '../transform/transform.ts'
import type { Work } from './costTable.ts'

/** How many axes a value has as an array; 0 for everything that is no array. */
export type Shape = 0 | 1 | 2

/** Remembers what a name holds; only arrays are remembered. */
export function setShape(shapes: Map<string, Shape>, name: string, shape: Shape): void {
  if (shape === 0) shapes.delete(name)
  else shapes.set(name, shape)
}

/** Where the work of an expression is counted. */
export interface Counter {
  readonly context: DraftContext
  /** What is known of names. */
  readonly shapes: Map<string, Shape>
  work(kind: Work, times: number, depth: number): void
  /** What names were bound to that are called: `log` to `math.log`, a remembering form to what it remembers. */
  readonly aliases: Map<string, Expression>
  /** The work of a function of the module; undefined where it has none of that name. */
  callee(name: string): Float64Array | undefined
  include(work: Float64Array, depth: number): void
}

const TRANSCENDENTAL =
  /^(exp|log|log2|log10|log1p|expm1|sqrt|sin|cos|tan|power|hypot|arctan2?|std|var|cumsum|accumulate)$/
const SPECIAL = /^(erf|erfc|ndtr|ndtri|gamma|gammaln)$/
const SCALAR_RESULT = /^(count_nonzero|size|argmax|argmin|searchsorted)$/

const GOING_THROUGH = /^(sum|min|max|any|all|list|tuple|set|dict|zip|map|enumerate|Counter|reversed)$/

/** Counts an expression that stands so deep in loops, and gives its shape. */
export function countExpression(counter: Counter, expression: Expression, depth: number): Shape {
  const count = (inner: Expression | undefined): Shape => (inner ? countExpression(counter, inner, depth) : 0)
  switch (expression.kind) {
    case 'name':
      counter.work('load', 1, depth)
      return counter.shapes.get(expression.id) ?? 0
    case 'constant':
      counter.work('load', 1, depth)
      return 0
    case 'verbatim':
      // An f-string formats what is in its braces
      counter.work('builtin', (expression.text.match(/\{/g)?.length ?? 0) + 0.2, depth)
      return 0
    case 'attribute': {
      counter.work('attribute', 1, depth)
      const shape = count(expression.value)
      return expression.attribute === 'T' ? shape : 0
    }
    case 'subscript':
      return subscriptOf(counter, expression, depth)
    case 'unary':
    case 'binary':
    case 'compare':
    case 'boolean':
      return operationOf(counter, expression, depth)
    case 'conditional':
      count(expression.test)
      counter.work('branch', 1, depth)
      return max(
        [expression.body, expression.otherwise].map(way => countExpression(halved(counter), way, depth)),
      )
    case 'comprehension':
      return comprehensionOf(counter, expression, depth)
    case 'call':
      return callOf(counter, expression, depth)
    case 'starred':
    case 'named':
      return count(expression.value)
    case 'tuple':
    case 'list':
    case 'set':
    case 'dict':
    case 'lambda':
      counter.work('container', 1, depth)
      if (expression.kind !== 'lambda') partsOf(expression).forEach(count)
      return 0
    case 'slice':
      partsOf(expression).forEach(count)
      return 0
  }
}

/** Counts half of what it is told: of two ways one is taken. */
function halved(counter: Counter): Counter {
  return {
    ...counter,
    work: (kind, times, depth) => counter.work(kind, times / 2, depth),
    include: (work, depth) =>
      counter.include(
        work.map(amount => amount / 2),
        depth,
      ),
  }
}

function operationOf(
  counter: Counter,
  expression: Expression & { kind: 'unary' | 'binary' | 'compare' | 'boolean' },
  depth: number,
): Shape {
  const shapes = partsOf(expression).map(part => countExpression(counter, part, depth))
  if (expression.kind === 'compare' && searchesList(counter, expression))
    counter.work('comparison', 0.5, depth + 1)
  if (expression.kind === 'compare') {
    const isText = expression.comparators.some(one => one.kind === 'constant' && one.type === 'string')
    return elementwise(counter, shapes, 'comparison', isText ? 'special' : 'element', depth)
  }
  if (expression.kind === 'boolean') return elementwise(counter, shapes, 'branch', 'element', depth)
  // The opposite of a test is the same jump the other way
  if (expression.kind === 'unary' && expression.operator === 'not') return 0
  if (expression.kind === 'binary' && expression.operator === '@') return innerProduct(counter, shapes, depth)
  if (expression.kind === 'unary' || expression.operator !== '**')
    return elementwise(counter, shapes, 'arithmetic', 'element', depth)
  return elementwise(counter, shapes, 'power', isSquare(expression) ? 'element' : 'transcendental', depth)
}

/** A product that is added up as it is made: the last axis of one with the first of the other. */
function innerProduct(counter: Counter, shapes: readonly Shape[], depth: number): Shape {
  const [left = 0, right = 0] = shapes
  counter.work('kernel', 1, depth)
  counter.work('element', ADDED, depth + max(shapes))
  return left === 2 && right === 2 ? 2 : left === 2 || right === 2 ? 1 : 0
}

/** An element that is only added to others, in a row with them, as a share of one that is written. */
const ADDED = 0.3

/** Whether a value is looked for in a list, from one element to the next. */
function searchesList(
  counter: Counter,
  { operators, comparators }: Expression & { kind: 'compare' },
): boolean {
  const [operator] = operators
  const [right] = comparators
  if ((operator !== 'in' && operator !== 'not in') || right?.kind !== 'name') return false
  const { types = [] } = counter.context.parameters[right.id] ?? {}
  return types.includes('list') || types.includes('tuple') || counter.aliases.get(right.id)?.kind === 'list'
}

function elementwise(
  counter: Counter,
  shapes: readonly Shape[],
  scalar: Work,
  element: Work,
  depth: number,
): Shape {
  const shape = max(shapes)
  if (shape === 0) counter.work(scalar, 1, depth)
  else kernel(counter, element, shape, depth)
  return shape
}

function kernel(counter: Counter, element: Work, shape: Shape, depth: number): void {
  counter.work('kernel', 1, depth)
  counter.work(element, 1, depth + shape)
}

function subscriptOf(counter: Counter, expression: Expression & { kind: 'subscript' }, depth: number): Shape {
  const shape = countExpression(counter, expression.value, depth)
  const { index } = expression
  const places = countExpression(counter, index, depth)
  if (index.kind === 'slice') {
    // A slice of an array is a view; one of a list is a copy
    if (shape === 0) counter.work('load', 1, depth + 1)
    counter.work('subscript', 1, depth)
    return shape
  }
  if (shape === 0) {
    counter.work('subscript', 1, depth)
    return 0
  }
  if (places > 0) kernel(counter, 'element', places, depth)
  else counter.work('subscript', 5, depth)
  if (index.kind === 'tuple') return index.elements.some(isNone) ? 2 : 1
  return places > 0 ? places : shape === 2 ? 1 : 0
}

function isNone(expression: Expression): boolean {
  return expression.kind === 'constant' && expression.type === 'none'
}

function comprehensionOf(
  counter: Counter,
  expression: Expression & { kind: 'comprehension' },
  depth: number,
): Shape {
  counter.work('container', 1, depth)
  let deeper = depth
  for (const clause of expression.clauses) {
    countExpression(counter, clause.iterable, deeper)
    if (!isFoundByKey(clause.iterable)) deeper += 1
    counter.work('round', 1, deeper)
    if (isFrameLoop(clause.iterable)) counter.work('frameRow', 1, deeper)
    for (const condition of clause.conditions) countExpression(counter, condition, deeper)
  }
  if (expression.form === 'generator') counter.work('generator', 1, deeper)
  else counter.work('assignment', 1, deeper)
  if (expression.key) countExpression(counter, expression.key, deeper)
  countExpression(counter, expression.element, deeper)
  return 0
}

/** `rows.get(key, ())`, in which there is about one row. */
export function isFoundByKey(iterable: Expression): boolean {
  if (iterable.kind !== 'call' || iterable.callee.kind !== 'attribute') return false
  const fallback = iterable.arguments[1]?.value
  return iterable.callee.attribute === 'get' && fallback?.kind === 'tuple' && fallback.elements.length === 0
}

function callOf(counter: Counter, expression: Expression & { kind: 'call' }, depth: number): Shape {
  const shapes = expression.arguments.map(({ value }) => countExpression(counter, value, depth))
  // Each element of `*values` is an argument
  for (const { form } of expression.arguments) if (form === 'star') counter.work('load', 1, depth + 1)
  const callee = aliased(counter, expression.callee)
  const path = pathOf(callee, counter.context)
  const last = /\w+$/.exec(path)?.[0] ?? ''
  const shape = max(shapes)
  if (/^(numpy|scipy|np|special)\b[\w.]*$/.test(path))
    return kernelOf(counter, path, last, expression, shape, depth)
  if (callee.kind === 'attribute') {
    const owner = countExpression(counter, callee.value, depth)
    // A series that is compared makes another one
    if (last === 'to_numpy' && callee.value.kind === 'compare') counter.work('frameColumn', 1, depth)
    return methodOf(counter, last, owner, { depth, isByColumn: isAlongFirst(expression) })
  }
  if (callee.kind === 'name') {
    const own = counter.callee(callee.id)
    if (own) {
      counter.work('call', 1, depth)
      counter.include(own, depth)
      return 0
    }
  }
  // Whoever goes through an array has NumPy make a number of each element
  if (shape > 0 && GOING_THROUGH.test(last)) counter.work('conversion', 1, depth + 1)
  builtinOf(counter, last, expression, depth)
  return last === HINGE_SUMS || last === NEAREST || last === ROOT_OF_MANY ? 1 : 0
}

/** What is really called. */
function aliased({ aliases }: Counter, callee: Expression): Expression {
  return callee.kind === 'name' ? (aliases.get(callee.id) ?? callee) : callee
}

/** Whether a loop makes an object of every row of a data frame. */
export function isFrameLoop(iterable: Expression): boolean {
  return (
    iterable.kind === 'call' &&
    iterable.callee.kind === 'attribute' &&
    iterable.callee.attribute === 'iterrows'
  )
}

function kernelOf(
  counter: Counter,
  path: string,
  last: string,
  expression: Expression & { kind: 'call' },
  given: Shape,
  depth: number,
): Shape {
  // The keys are sorted; pandas has a table of them instead, which takes longer to begin
  if (last === 'unique') counter.work('conversion', 2, depth + 1)
  if (last === 'frombuffer') {
    kernel(counter, 'element', 1, depth)
    return 1
  }
  if (/^(array|asarray|fromiter)$/.test(last)) {
    const isArray = given > 0
    kernel(counter, isArray ? 'element' : 'conversion', isArray ? given : 1, depth)
    return isArray ? given : 1
  }
  if (/^(zeros|ones|empty|full|arange|linspace)(_like)?$/.test(last)) {
    const isTable = expression.arguments[0]?.value.kind === 'tuple'
    kernel(counter, 'element', isTable ? 2 : 1, depth)
    return isTable ? 2 : 1
  }
  if (last === 'sliding_window_view' || last === 'ndarray') {
    counter.work('kernel', last === 'ndarray' ? 0.5 : 12, depth)
    return 2
  }
  if (last === 'errstate') return 0
  const element = TRANSCENDENTAL.test(last) ? 'transcendental' : SPECIAL.test(last) ? 'special' : 'element'
  const hasAxis = expression.arguments.some(({ name }) => name === 'axis')
  // It cannot tell beforehand which side comes next, and makes arrays of its numbers
  if (last === 'where') kernel(counter, 'element', given, depth)
  if (last === 'einsum') return innerProduct(counter, [given, 1], depth)
  kernel(counter, element, given, depth)
  if (SCALAR_RESULT.test(last)) return 0
  if (/^(sum|mean|std|var|min|max|any|all|prod|dot)$/.test(last)) return hasAxis && given === 2 ? 1 : 0
  return path.startsWith('numpy.random') ? 1 : given
}

/** `.sum(axis=0)`. */
function isAlongFirst({ arguments: given }: Expression & { kind: 'call' }): boolean {
  return given.some(({ name, value }) => name === 'axis' && value.kind === 'constant' && value.text === '0')
}

function methodOf(
  counter: Counter,
  last: string,
  owner: Shape,
  { depth, isByColumn }: { readonly depth: number; readonly isByColumn: boolean },
): Shape {
  if (owner > 0) {
    if (last === 'view') {
      counter.work('builtin', 4, depth)
      return owner
    }
    if (last === 'tolist') {
      counter.work('builtin', 5, depth)
      counter.work('conversion', 0.5, depth + owner)
      return 0
    }
    if (last === 'reshape') {
      counter.work('builtin', 10, depth)
      return owner
    }
    counter.work('kernel', 1, depth)
    if (TRANSCENDENTAL.test(last)) counter.work('transcendental', isByColumn ? 0.7 : 1, depth + owner)
    else counter.work('element', isByColumn ? ADDED : 1, depth + owner)
    if (/^(sum|mean|std|var|min|max|any|all|argmax|argmin|prod)$/.test(last)) return owner === 2 ? 1 : 0
    return owner
  }
  if (last === 'factorize') {
    counter.work('kernel', 8, depth)
    counter.work('conversion', 1, depth + 1)
    return 1
  }
  if (last === 'to_numpy') {
    counter.work('frameCell', 2, depth)
    return 1
  }
  if (/^(apply|groupby|rolling|map)$/.test(last)) {
    counter.work('frameColumn', 1, depth)
    if (last === 'apply') counter.work('frameRow', 0.4, depth + 1)
    return 0
  }
  if (/^(extend|sort|copy|count|index|join)$/.test(last)) counter.work('load', 1, depth + 1)
  if (last === 'cdf' || last === 'pdf' || last === 'ppf') counter.work('frameColumn', 2, depth)
  counter.work('builtin', 1, depth)
  return 0
}

function builtinOf(
  counter: Counter,
  last: string,
  { arguments: given }: Expression & { kind: 'call' },
  depth: number,
): void {
  const [first] = given
  const isMany = given.length === 1 && first !== undefined && first.value.kind !== 'comprehension'
  if (GOING_THROUGH.test(last) && isMany) counter.work('round', 1.5, depth + 1)
  // What a search for a root does between the evaluations
  if (last === ROOT_OF_ONE) counter.work('arithmetic', 100, depth)
  if (last === ROOT_OF_MANY) counter.work('kernel', 250, depth)
  if (last === HINGE_SUMS || last === NEAREST) {
    counter.work('kernel', 16, depth)
    counter.work('element', 40, depth + 1)
  }
  if (last === 'sorted') counter.work('sorted', 1, depth + 1)
  if (last === 'value_at_rank') {
    counter.work('kernel', 3, depth)
    counter.work('conversion', 2, depth + 1)
  }
  counter.work('builtin', /^(min|max)$/.test(last) ? 3 : 1, depth)
}

function isSquare({ right }: Expression & { kind: 'binary' }): boolean {
  return right.kind === 'constant' && right.text === '2'
}

function max(shapes: readonly Shape[]): Shape {
  return shapes.reduce<Shape>((most, shape) => (shape > most ? shape : most), 0)
}
