import { conductOf, isOwn, type Callables } from './callables.ts'
import { isCollection, isNumber, kindOf, type Kinds } from './kinds.ts'
import { dotted, isImported, original } from './modules.ts'
import { namesOfExpression, namesOfStatement, namesOfTarget, overlap } from './names.ts'
import type { Expression, FunctionStatement, Statement } from './tree.ts'
import { blocksIn, eachExpression, expressionsIn, partsOf, someExpression } from './visit.ts'

/** What is known around an expression. */
export interface Surroundings {
  readonly callables: Callables
  readonly kinds: Kinds
  /** Names that are local to the function, which hide builtins of the same name. */
  readonly locals: ReadonlySet<string>
  /** Local names that may have no value yet where they are read, so that reading them may raise. */
  readonly uncertain: ReadonlySet<string>
  readonly function: FunctionStatement
}

/**
 * Whether evaluating an expression changes nothing, so that it may be evaluated more or less often. Operators and attributes are
 * taken to compute, as those of numbers, arrays and records do; iterators are told by their kind.
 */
export function isPure(expression: Expression, around: Surroundings): boolean {
  if (expression.kind === 'verbatim')
    return /^[rR]?[fF]["']/.test(expression.text) && !expression.text.includes('(')
  if (expression.kind === 'named') return false
  if (expression.kind === 'call') {
    const conduct = conductOf(expression.callee, around.callables, around.locals)
    if (conduct === 'unknown' || conduct === 'changesReceiver') return false
    if (expression.arguments.some(({ name }) => name === 'out')) return false
    if (expression.arguments.some(({ value }) => isIterator(value, around))) return false
  }
  return partsOf(expression).every(part => isPure(part, around))
}

/**
 * Whether evaluating an expression may raise. Sums and products of numbers do not; quotients, powers, indices, attributes and calls
 * may.
 */
export function mayRaise(expression: Expression, around: Surroundings): boolean {
  const kindIn = (part: Expression) => kindOf(part, around.kinds, around.callables.modules)
  const areNumbers = (parts: readonly Expression[]) => parts.every(part => isNumber(kindIn(part)))
  switch (expression.kind) {
    case 'name':
      return around.uncertain.has(expression.id)
    case 'constant':
    case 'lambda':
      return false
    case 'tuple':
    case 'list':
    case 'conditional':
    case 'boolean':
      return partsOf(expression).some(part => mayRaise(part, around))
    case 'unary':
      return (
        mayRaise(expression.operand, around) ||
        (expression.operator !== 'not' && !areNumbers([expression.operand]))
      )
    case 'binary': {
      const { operator, left, right } = expression
      if (mayRaise(left, around) || mayRaise(right, around)) return true
      if (operator === '+' || operator === '-' || operator === '*') return !areNumbers([left, right])
      return !(operator === '/' && areNumbers([left, right]) && isNotZero(right))
    }
    case 'compare': {
      const operands = [expression.left, ...expression.comparators]
      if (operands.some(part => mayRaise(part, around))) return true
      return (
        !areNumbers(operands) &&
        expression.operators.some(
          operator => !operator.startsWith('is') && operator !== '==' && operator !== '!=',
        )
      )
    }
    case 'attribute':
      return !isOfModule(expression, around)
    case 'call': {
      const inside = partsOf(expression).slice(1)
      if (inside.some(part => mayRaise(part, around))) return true
      const conduct = conductOf(expression.callee, around.callables, around.locals)
      const name = dotted(expression.callee)
      const [first] = expression.arguments
      if (name === 'len' && first) return !isCollection(kindIn(first.value))
      if (name === 'abs' || name === 'float' || name === 'min' || name === 'max')
        return around.locals.has(name) || !areNumbers(inside) || inside.length === 0
      return conduct !== 'calm'
    }
    default:
      return true
  }
}

/** What statements may change: names they bind, and objects, by the local name that alone holds them. */
export interface Changes {
  readonly names: ReadonlySet<string>
  /** Names by which objects are changed in place. */
  readonly objects: ReadonlySet<string>
  /** Whether objects that others hold too may be changed, which may go by any name. */
  readonly others: boolean
}

/** What running statements may change. */
export function changesOf(block: readonly Statement[], around: Surroundings): Changes {
  const each = block.map(statement => changesBy(statement, around))
  const [only] = each
  if (only && each.length === 1) return only
  return {
    names: new Set(each.flatMap(({ names }) => [...names])),
    objects: new Set(each.flatMap(({ objects }) => [...objects])),
    others: each.some(({ others }) => others),
  }
}

const known = new WeakMap<Surroundings, WeakMap<Statement, Changes>>()

/** What one statement may change; found once, whichever block asks for it. */
function changesBy(statement: Statement, around: Surroundings): Changes {
  const kept = known.get(around) ?? new WeakMap<Statement, Changes>()
  known.set(around, kept)
  const before = kept.get(statement)
  if (before) return before
  const own = ownChanges(statement, around)
  const inner = changesOf(blocksIn(statement).flat(), around)
  const changes: Changes = {
    names: namesOfStatement(statement).writes,
    objects: inner.objects.size > 0 ? new Set([...own.objects, ...inner.objects]) : own.objects,
    others: own.others || inner.others,
  }
  kept.set(statement, changes)
  return changes
}

/** What the passes of a loop may change: what its body does, and the names that it binds anew for each. */
export function changesOfPasses(
  loop: Extract<Statement, { kind: 'for' | 'while' }>,
  around: Surroundings,
): Changes {
  const changes = changesOf(loop.body, around)
  if (loop.kind === 'while') return changes
  const { writes } = namesOfTarget(loop.target)
  const storesElsewhere = someExpression(
    loop.target,
    ({ kind }) => kind === 'attribute' || kind === 'subscript',
  )
  return {
    ...changes,
    names: new Set([...changes.names, ...writes]),
    others: changes.others || storesElsewhere,
  }
}

/** The objects that what stands straight in a statement may change. */
function ownChanges(statement: Statement, around: Surroundings): Pick<Changes, 'objects' | 'others'> {
  const objects = new Set<string>()
  let others = STRANGE.has(statement.kind)
  const change = (holder: Expression) => {
    const root = rootOf(holder)
    if (root !== undefined) objects.add(root)
    if (root === undefined || !isOwn(root, around.function)) others = true
  }
  for (const target of storedIn(statement))
    eachExpression(target, part => {
      if (part.kind === 'attribute' || part.kind === 'subscript') change(part.value)
    })
  const isInPlace = statement.kind === 'augmented' && statement.target.kind === 'name'
  if (isInPlace && !isImmutable(statement.target, around)) change(statement.target)
  for (const expression of expressionsIn(statement))
    eachExpression(expression, part => {
      if (part.kind === 'verbatim' && !isPure(part, around)) others = true
      if (part.kind !== 'call') return
      const conduct = conductOf(part.callee, around.callables, around.locals)
      if (conduct === 'unknown') others = true
      if (conduct === 'changesReceiver' && part.callee.kind === 'attribute') change(part.callee.value)
      for (const { value } of part.arguments) if (isIterator(value, around)) change(value)
    })
  return { objects, others }
}

/** Whether an expression has the same value before, in and after statements that make such changes. */
export function isUnchangedBy(expression: Expression, changes: Changes, around: Surroundings): boolean {
  const { reads } = namesOfExpression(expression)
  if (overlap(reads, changes.names) || overlap(reads, changes.objects)) return false
  return !changes.others || !looksInside(expression, around)
}

/** Whether the value depends on what is inside of an object that others may change, not on names and numbers alone. */
function looksInside(expression: Expression, around: Surroundings): boolean {
  const kindIn = (part: Expression) => kindOf(part, around.kinds, around.callables.modules)
  if (expression.kind === 'attribute' && isOfModule(expression, around)) return false
  if (expression.kind === 'call') {
    const values = expression.arguments.map(({ value }) => value)
    if (values.every(value => isNumber(kindIn(value)))) return isMethod(expression.callee, around)
    return !isNumeric(expression.callee, around) || values.some(value => looksInside(value, around))
  }
  if (['attribute', 'subscript', 'comprehension', 'verbatim', 'starred'].includes(expression.kind))
    return true
  return partsOf(expression).some(part => looksInside(part, around))
}

/** Whether what is called hangs on an object, which it may ask for anything. */
function isMethod(callee: Expression, around: Surroundings): boolean {
  return callee.kind === 'attribute' && !isOfModule(callee, around)
}

/** Functions of numbers alone. What is an array in them is named, and changes of it are told by its name. */
function isNumeric(callee: Expression, { callables, locals }: Surroundings): boolean {
  const name = dotted(callee) ?? ''
  if (original(name, callables.modules, 'math') || original(name, callables.modules, 'numpy')) return true
  return /^(?:abs|float|int|round|bool)$/.test(name) && !locals.has(name)
}

/** Whether an attribute is one of an imported module, as `math.pi`. */
export function isOfModule(expression: Expression, { callables, locals }: Surroundings): boolean {
  const name = dotted(expression)
  const root = name?.split('.')[0] ?? ''
  if (name === undefined || locals.has(root)) return false
  return name.includes('.') && isImported(name.slice(0, name.lastIndexOf('.')), callables.modules)
}

/** Whether going through a value may use it up. */
function isIterator(value: Expression, around: Surroundings): boolean {
  return kindOf(value, around.kinds, around.callables.modules) === 'generator' && value.kind === 'name'
}

function isImmutable(expression: Expression, around: Surroundings): boolean {
  const kind = kindOf(expression, around.kinds, around.callables.modules)
  return isNumber(kind) || kind === 'string' || kind === 'tuple'
}

function isNotZero(expression: Expression): boolean {
  return expression.kind === 'constant' && Number(expression.text.replaceAll('_', '')) !== 0
}

function rootOf(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.id
  if (expression.kind === 'attribute' || expression.kind === 'subscript') return rootOf(expression.value)
  return undefined
}

/** Statements that may do anything. */
const STRANGE: ReadonlySet<Statement['kind']> = new Set<Statement['kind']>([
  'verbatim',
  'with',
  'global',
  'nonlocal',
  'class',
  'delete',
])

function storedIn(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'assign':
    case 'delete':
      return statement.targets
    case 'augmented':
    case 'for':
      return [statement.target]
    default:
      return []
  }
}
