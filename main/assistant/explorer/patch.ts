import { namesOfBlock } from '../syntax/python/names.ts'
import { keyOf } from '../syntax/python/replace.ts'
import type { Expression, FunctionStatement, Statement } from '../syntax/python/tree.ts'
import { blocksIn, eachExpression, eachExpressionIn, expressionsIn, partsOf } from '../syntax/python/visit.ts'
import type { Draft } from '../transform/transform.ts'

/**
 * What a transformation changes of a function, as small as it can be told: expressions and statements that stand in place of others, and
 * statements put in. Changes that touch different things can be made together, in any order.
 */
export interface Patch {
  readonly expressions: ReadonlyMap<Expression, Expression>
  readonly statements: ReadonlyMap<Statement, readonly Statement[]>
  readonly above: ReadonlyMap<Statement, readonly Statement[]>
  readonly below: ReadonlyMap<Statement, readonly Statement[]>
  /** Everything that holds a change, from the outside in; what is changed itself is not among it. */
  readonly around: ReadonlySet<Expression | Statement>
  /** Statements of the module that it adds. */
  readonly added: readonly Statement[]
  /** Names that it brings in. */
  readonly names: ReadonlySet<string>
}

interface OpenPatch {
  readonly expressions: Map<Expression, Expression>
  readonly statements: Map<Statement, readonly Statement[]>
  readonly above: Map<Statement, readonly Statement[]>
  readonly below: Map<Statement, readonly Statement[]>
  readonly around: Set<Expression | Statement>
  /** Every place where an expression is replaced: one expression may stand in several. */
  readonly places: Expression[]
}

/** What leads from one draft to the next; undefined where the head of the function was changed, or what was added before. */
export function patchBetween(before: Draft, after: Draft): Patch | undefined {
  const isKept = before.added.every((statement, at) => statement === after.added[at])
  if (!isKept || !isSameHead(before.function, after.function)) return undefined
  const patch: OpenPatch = {
    expressions: new Map(),
    statements: new Map(),
    above: new Map(),
    below: new Map(),
    around: new Set(),
    places: [],
  }
  if (!compareBlocks(patch, before.function.body, after.function.body)) return undefined
  if (!isReplacedThroughout(patch, before.function)) return undefined
  const made = [...patch.statements, ...patch.above, ...patch.below].flatMap(([, statements]) => statements)
  const known = namesOf(before.function.body)
  const brought = new Set(namesOf(made))
  for (const expression of patch.expressions.values())
    eachExpression(expression, inner => inner.kind === 'name' && brought.add(inner.id))
  return {
    ...patch,
    added: after.added.slice(before.added.length),
    names: new Set([...brought].filter(name => !known.has(name))),
  }
}

/** Whether two changes of one draft touch different things and bring in different names. */
export function areApart(one: Patch, other: Patch): boolean {
  for (const name of one.names) if (other.names.has(name)) return false
  return isClear(one, other) && isClear(other, one)
}

/** Whether nothing that one change replaces is replaced by the other too, holds something of it or is a place for it. */
function isClear(one: Patch, other: Patch): boolean {
  for (const statement of one.statements.keys())
    if (
      other.statements.has(statement) ||
      other.around.has(statement) ||
      other.above.has(statement) ||
      other.below.has(statement)
    )
      return false
  for (const expression of one.expressions.keys())
    if (other.expressions.has(expression) || other.around.has(expression)) return false
  return true
}

function compareBlocks(patch: OpenPatch, before: readonly Statement[], after: readonly Statement[]): boolean {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1
  let end = 0
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1
  const old = before.slice(start, before.length - end)
  const made = after.slice(start, after.length - end)
  return aligned(patch, old, made) || replacedRun(patch, old, made) || beside(patch, before, start, made)
}

/** The old statements one by one, changed inside or not at all, with new ones between them. */
function aligned(patch: OpenPatch, old: readonly Statement[], made: readonly Statement[]): boolean {
  const last = old.at(-1)
  if (!last || made.length < old.length) return false
  const pairs: (readonly [Statement, number])[] = []
  for (const statement of old) {
    const from = (pairs.at(-1)?.[1] ?? -1) + 1
    const at = made.findIndex((other, place) => place >= from && isSimilar(statement, other))
    if (at < 0) return false
    pairs.push([statement, at])
  }
  let next = 0
  for (const [statement, at] of pairs) {
    const other = made[at]
    if (other) compareStatements(patch, statement, other)
    if (at > next) patch.above.set(statement, made.slice(next, at))
    next = at + 1
  }
  if (next < made.length) patch.below.set(last, made.slice(next))
  return true
}

function replacedRun(patch: OpenPatch, old: readonly Statement[], made: readonly Statement[]): boolean {
  const [first, ...rest] = old
  if (!first) return false
  patch.statements.set(first, made)
  for (const statement of rest) patch.statements.set(statement, [])
  return true
}

/** Statements are only put in: the one beside says where. */
function beside(
  patch: OpenPatch,
  block: readonly Statement[],
  start: number,
  made: readonly Statement[],
): boolean {
  if (made.length === 0) return true
  const [next, last] = [block[start], block[start - 1]]
  if (next) patch.above.set(next, made)
  else if (last) patch.below.set(last, made)
  return next !== undefined || last !== undefined
}

/** Whether two statements have the same form, so that a change between them can be told by their parts. */
function isSimilar(before: Statement, after: Statement): boolean {
  if (before === after) return true
  if (before.kind !== after.kind || before.kind === 'function' || before.kind === 'class') return false
  if (before.kind === 'augmented' && after.kind === 'augmented' && before.operator !== after.operator)
    return false
  if (boundBy(before) !== boundBy(after)) return false
  return (
    expressionsIn(before).length === expressionsIn(after).length &&
    blocksIn(before).length === blocksIn(after).length &&
    /^(expression|assign|augmented|return|if|for|while|with|try)$/.test(before.kind)
  )
}

/** What an assignment binds. */
function boundBy(statement: Statement): string {
  if (statement.kind === 'augmented') return keyOf(statement.target)
  return statement.kind === 'assign' ? statement.targets.map(keyOf).join(' = ') : ''
}

function compareStatements(patch: OpenPatch, before: Statement, after: Statement): void {
  if (before === after) return
  patch.around.add(before)
  const [parts, others] = [expressionsIn(before), expressionsIn(after)]
  for (const [at, part] of parts.entries()) {
    const other = others[at]
    if (other) compareExpressions(patch, part, other)
  }
  const [blocks, changed] = [blocksIn(before), blocksIn(after)]
  for (const [at, block] of blocks.entries()) {
    const other = changed[at]
    if (other && other !== block) compareBlocks(patch, block, other)
  }
}

function compareExpressions(patch: OpenPatch, before: Expression, after: Expression): void {
  if (before === after) return
  const [parts, others] = [partsOf(before), partsOf(after)]
  if (!isSameForm(before, after) || parts.length !== others.length || parts.length === 0) {
    const known = patch.expressions.get(before)
    if (!known || keyOf(known) === keyOf(after)) patch.places.push(before)
    patch.expressions.set(before, after)
    return
  }
  patch.around.add(before)
  for (const [at, part] of parts.entries()) {
    const other = others[at]
    if (other) compareExpressions(patch, part, other)
  }
}

const standing = new WeakMap<FunctionStatement, ReadonlyMap<Expression, number>>()

/**
 * Whether each expression is replaced, by the same, wherever it stands. One that a transformation put into several places cannot be told
 * apart from itself, so that a change of one of these places is not one of parts.
 */
function isReplacedThroughout({ expressions, places }: OpenPatch, definition: FunctionStatement): boolean {
  const times = standing.get(definition) ?? timesOf(definition)
  standing.set(definition, times)
  const replaced = new Map<Expression, number>()
  for (const place of places) replaced.set(place, (replaced.get(place) ?? 0) + 1)
  return [...expressions.keys()].every(expression => replaced.get(expression) === times.get(expression))
}

/** In how many places each expression of a function stands. */
function timesOf(definition: FunctionStatement): ReadonlyMap<Expression, number> {
  const times = new Map<Expression, number>()
  for (const statement of definition.body)
    eachExpressionIn(statement, expression => times.set(expression, (times.get(expression) ?? 0) + 1))
  return times
}

/** Whether two expressions differ in their parts at most. */
function isSameForm(before: Expression, after: Expression): boolean {
  switch (before.kind) {
    case 'binary':
      return after.kind === 'binary' && before.operator === after.operator
    case 'unary':
      return after.kind === 'unary' && before.operator === after.operator
    case 'boolean':
      return after.kind === 'boolean' && before.operator === after.operator
    case 'subscript':
    case 'conditional':
    case 'tuple':
    case 'list':
      return after.kind === before.kind
    case 'call':
      return (
        after.kind === 'call' &&
        before.arguments.every(
          ({ form, name }, at) => form === after.arguments[at]?.form && name === after.arguments[at]?.name,
        )
      )
    default:
      return false
  }
}

function isSameHead(before: FunctionStatement, after: FunctionStatement): boolean {
  return (
    before.parameters === after.parameters &&
    before.decorators === after.decorators &&
    before.name === after.name &&
    before.returns === after.returns
  )
}

function namesOf(block: readonly Statement[]): ReadonlySet<string> {
  const { reads, writes } = namesOfBlock(block)
  return new Set([...reads, ...writes])
}
