import { isNumber } from '../../syntax/python/kinds.ts'
import { dotted, original } from '../../syntax/python/modules.ts'
import { namesOfExpression } from '../../syntax/python/names.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn, eachStatement, partsOf } from '../../syntax/python/visit.ts'
import type { Surroundings } from '../../syntax/python/effects.ts'

// What is known of the values of an array form: numbers, arrays of numbers, and tables with one row a round.

/** What a value of an array form is. */
export interface ArrayFact {
  /** 0 for one number. */
  readonly axes: 0 | 1 | 2
  /** Whether it is a table of one column, as `x[:, None]` is. */
  readonly isColumn: boolean
  /** Whether its elements are surely numbers with fractions. */
  readonly isFloat: boolean
  /** Whether it is a view in which one element stands in many rows. */
  readonly isWindows: boolean
}

/** What is known of the names of an array form; a name that is not in it may be anything. */
export interface ArrayFacts {
  readonly names: ReadonlyMap<string, ArrayFact>
  readonly around: Surroundings
}

const NUMBER: ArrayFact = { axes: 0, isColumn: false, isFloat: false, isWindows: false }
const FLOATS: ArrayFact = { axes: 1, isColumn: false, isFloat: true, isWindows: false }
const TABLE: ArrayFact = { ...FLOATS, axes: 2 }

/** Goes through the statements of an array form and keeps what is known of each name that is bound once. */
export function factsOf(block: readonly Statement[], around: Surroundings): ArrayFacts {
  const names = new Map<string, ArrayFact>()
  for (const [id, kind] of around.kinds) if (isNumber(kind)) names.set(id, NUMBER)
  for (const id of given(block, around)) names.set(id, isTableIn(block, id) ? TABLE_GIVEN : GIVEN)
  collect(around.function.body, { names, around }, names)
  for (const id of bindingsIn(block).keys()) names.delete(id)
  collect(block, { names, around }, names)
  return { names, around }
}

/** Adds what is known of the names that a block binds once. */
function collect(block: readonly Statement[], facts: ArrayFacts, names: Map<string, ArrayFact>): void {
  const times = bindingsIn(block)
  const learn = (target: Expression, fact: ArrayFact | undefined): void => {
    if (fact && target.kind === 'name' && times.get(target.id) === 1) names.set(target.id, fact)
  }
  for (const statement of block)
    eachStatement(statement, inner => {
      const [target, ...others] = inner.kind === 'assign' ? inner.targets : []
      if (inner.kind !== 'assign' || !target || others.length > 0 || !inner.value) return
      if (target.kind === 'tuple')
        for (const part of target.elements) learn(part, partFact(inner.value, facts))
      else learn(target, madeFact(block, target, inner.value, facts))
    })
}

/** What a value is under its name: an array made of lists is a table where it is gone through by rows. */
function madeFact(
  block: readonly Statement[],
  target: Expression,
  value: Expression,
  facts: ArrayFacts,
): ArrayFact | undefined {
  const fact = factOf(value, facts)
  const isMade =
    value.kind === 'call' && value.callee.kind === 'attribute' && value.callee.attribute === 'array'
  const isTable = isMade && fact?.axes === 1 && target.kind === 'name' && isTableIn(block, target.id)
  return fact && isTable ? { ...fact, axes: 2 } : fact
}

/** What each part of a value is: a row of a table, or a number of its shape. */
function partFact(value: Expression, facts: ArrayFacts): ArrayFact | undefined {
  if (value.kind === 'attribute' && value.attribute === 'shape') return NUMBER
  const fact = factOf(value, facts)
  return fact?.axes === 2 ? { ...fact, axes: 1 } : undefined
}

const GIVEN: ArrayFact = { ...FLOATS, isFloat: false }
const TABLE_GIVEN: ArrayFact = { ...TABLE, isFloat: false }

/** What a name of an array form stands for, where it and what it is made of are bound once; any other expression as it is. */
export function definitionOf(
  expression: Expression,
  { names }: ArrayFacts,
  block: readonly Statement[],
): Expression {
  if (expression.kind !== 'name' || !names.has(expression.id)) return expression
  const statement = block.find(
    inner => inner.kind === 'assign' && inner.targets.some(target => dotted(target) === expression.id),
  )
  const value = statement?.kind === 'assign' ? statement.value : undefined
  const times = bindingsIn(block)
  const isStable =
    value && [...namesOfExpression(value).reads].every(read => names.has(read) || !times.has(read))
  return value && isStable ? value : expression
}

/** Arrays that the function was given. */
function given(block: readonly Statement[], { kinds, function: { parameters } }: Surroundings): Set<string> {
  const own = new Set(parameters.map(({ name }) => name))
  const found = new Set<string>()
  for (const statement of block)
    eachExpressionIn(statement, part => {
      if (part.kind === 'name' && own.has(part.id) && kinds.get(part.id) === 'array') found.add(part.id)
    })
  return found
}

/** Whether a given array is gone through by rows: along its last axis, or by two indices. */
function isTableIn(block: readonly Statement[], id: string): boolean {
  let found = false
  const isIt = (part: Expression) => part.kind === 'name' && part.id === id
  for (const statement of block)
    eachExpressionIn(statement, part => {
      if (part.kind === 'subscript' && isIt(part.value) && part.index.kind === 'tuple')
        found ||= !part.index.elements.some(isNone)
      if (part.kind === 'call' && part.callee.kind === 'attribute' && isIt(part.callee.value))
        found ||= part.arguments.some(({ name }) => name === 'axis')
      if (part.kind === 'attribute' && part.attribute === 'shape') found ||= isIt(part.value)
    })
  return found
}

/** How often each name is bound. */
function bindingsIn(block: readonly Statement[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  const bind = (target: Expression): void => {
    if (target.kind === 'name') times.set(target.id, (times.get(target.id) ?? 0) + 1)
    if (target.kind === 'tuple') target.elements.forEach(bind)
  }
  for (const statement of block)
    eachStatement(statement, inner => {
      if (inner.kind === 'assign') inner.targets.forEach(bind)
      if (inner.kind !== 'augmented' && inner.kind !== 'for') return
      // What is bound anew in every round is not looked at
      bind(inner.target)
      bind(inner.target)
    })
  return times
}

const ELEMENTWISE =
  /^(?:where|maximum|minimum|fmax|fmin|abs|absolute|fabs|exp|expm1|log|log2|log10|log1p|sqrt|square|power|sin|cos|tan|tanh|sinh|cosh|arctan2?|arcsin|arccos|hypot|copysign|sign|cumsum|cumprod|accumulate|erf|erfc|ndtr|ndtri|add|subtract|multiply|isnan)$/
const ALWAYS_FLOAT =
  /^(?:exp|expm1|log|log2|log10|log1p|sqrt|sin|cos|tan|tanh|sinh|cosh|arctan2?|arcsin|arccos|hypot|erf|erfc|ndtr|ndtri)$/
const REDUCING = /^(?:sum|mean|std|var|min|max|any|all|prod)$/

/** What an expression of an array form is; undefined where that cannot be told. */
export function factOf(expression: Expression, facts: ArrayFacts): ArrayFact | undefined {
  switch (expression.kind) {
    case 'name':
      return facts.names.get(expression.id)
    case 'constant':
      return { ...NUMBER, isFloat: expression.type === 'float' }
    case 'unary':
      return factOf(expression.operand, facts)
    case 'binary':
    case 'compare': {
      const joined = joinedFact(partsOf(expression), facts)
      if (!joined) return undefined
      if (expression.kind === 'compare') return { ...joined, isFloat: false }
      return { ...joined, isFloat: joined.isFloat || expression.operator === '/' }
    }
    case 'subscript':
      return factOfPart(expression, facts)
    case 'attribute':
      if (expression.attribute === 'shape') return GIVEN
      return expression.attribute === 'T' ? factOf(expression.value, facts) : undefined
    case 'call':
      return factOfCall(expression, facts)
    default:
      return undefined
  }
}

/** What is computed of several, one element at a time. */
function joinedFact(parts: readonly Expression[], facts: ArrayFacts): ArrayFact | undefined {
  const found = parts.map(part => factOf(part, facts))
  if (!found.every(fact => fact !== undefined)) return undefined
  const axes = found.reduce<0 | 1 | 2>((most, fact) => (fact.axes > most ? fact.axes : most), 0)
  const isColumn = axes === 2 && found.every(fact => fact.axes === 0 || fact.isColumn)
  return { axes, isColumn, isFloat: found.some(({ isFloat }) => isFloat), isWindows: false }
}

function factOfPart({ value, index }: Expression & { kind: 'subscript' }, facts: ArrayFacts) {
  if (value.kind === 'attribute' && value.attribute === 'shape') return NUMBER
  const fact = factOf(value, facts)
  if (!fact || fact.axes === 0) return undefined
  if (index.kind === 'slice') return { ...fact, isWindows: false }
  if (index.kind === 'tuple' && index.elements.length === 2) {
    const [first, second] = index.elements
    if (fact.axes === 1)
      return second && isNone(second) && first && isAll(first)
        ? { ...fact, axes: 2 as const, isColumn: true }
        : undefined
    // A table has no more than two axes here
    if (index.elements.some(isNone)) return undefined
    const kept = index.elements.filter(isAll).length
    return kept === 2
      ? { ...fact, isWindows: false }
      : kept === 1
        ? { ...FLOATS, isFloat: fact.isFloat }
        : { ...NUMBER, isFloat: fact.isFloat }
  }
  const chosen = factOf(index, facts)
  if (fact.axes !== 1 || !chosen || chosen.axes === 2) return undefined
  return chosen.axes === 1 ? fact : { ...NUMBER, isFloat: fact.isFloat }
}

/** `:`, or part of it, or `...`. */
function isAll(expression: Expression): boolean {
  return expression.kind === 'slice' || (expression.kind === 'constant' && expression.text === '...')
}

function isNone(expression: Expression): boolean {
  return expression.kind === 'constant' && expression.type === 'none'
}

function factOfCall(expression: Expression & { kind: 'call' }, facts: ArrayFacts): ArrayFact | undefined {
  const { callee, arguments: given } = expression
  const path = dotted(callee) ?? ''
  const [first] = given
  const { modules } = facts.around.callables
  const numpy = original(path, modules, 'numpy')
  const special = original(path, modules, 'scipy.special')
  if (numpy !== '' || special !== '') return factOfKernel(numpy || special, expression, facts)
  if (original(path, modules, 'math') !== '' || path === 'float') return { ...NUMBER, isFloat: true }
  if (path === 'len' || path === 'int') return NUMBER
  if (callee.kind !== 'attribute') return undefined
  if (callee.attribute === 'to_numpy') return first?.name === 'dtype' ? FLOATS : undefined
  const owner = factOf(callee.value, facts)
  if (!owner) return undefined
  if (callee.attribute === 'reshape' && given.length === 2) return { ...owner, axes: 2 }
  if (!REDUCING.test(callee.attribute)) return undefined
  return reduced(owner, callee.attribute, given.length > 0)
}

function factOfKernel(
  called: string,
  { arguments: given }: Expression & { kind: 'call' },
  facts: ArrayFacts,
): ArrayFact | undefined {
  const [first, second] = given
  if (called === 'frombuffer') return FLOATS
  if (called === 'array' || called === 'fromiter') {
    const type = called === 'array' && second?.name !== 'dtype' ? undefined : dotted(second?.value ?? NOTHING)
    if (type === undefined) return undefined
    return { ...FLOATS, isFloat: type === 'float' }
  }
  if (called.endsWith('sliding_window_view') || called === 'ndarray') {
    // Windows are laid over an array by its place among what `ndarray` is given
    const over = called === 'ndarray' ? given[2] : first
    const fact = over && factOf(over.value, facts)
    return fact?.axes === 1 ? { ...TABLE, isFloat: fact.isFloat, isWindows: true } : undefined
  }
  if (called === 'ndarray' && given.length === 5) {
    // Rows laid over one another in the memory of another array
    const fact = factOf(given[2]?.value ?? NOTHING, facts)
    return fact?.axes === 1 ? { ...TABLE, isFloat: fact.isFloat, isWindows: true } : undefined
  }
  const last = called.slice(called.lastIndexOf('.') + 1)
  if (!ELEMENTWISE.test(last)) return undefined
  const joined = joinedFact(
    given.filter(({ form }) => form === 'positional').map(({ value }) => value),
    facts,
  )
  return joined && { ...joined, isFloat: joined.isFloat || ALWAYS_FLOAT.test(last) }
}

const NOTHING: Expression = { kind: 'name', id: '' }

function reduced({ axes, isFloat }: ArrayFact, by: string, hasAxis: boolean): ArrayFact | undefined {
  if (hasAxis && axes !== 2) return undefined
  return { ...(hasAxis ? FLOATS : NUMBER), isFloat: isFloat || by === 'mean' || by === 'std' }
}
