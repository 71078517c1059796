import { changesOf, isUnchangedBy, mayRaise, type Surroundings } from '../../syntax/python/effects.ts'
import { isOwn } from '../../syntax/python/callables.ts'
import { kindOf, type Kind } from '../../syntax/python/kinds.ts'
import { freshName, namesOfStatement } from '../../syntax/python/names.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn, eachStatement, mapBlocks, mapStatement } from '../../syntax/python/visit.ts'
import { assign, call, method, name, perform } from '../build.ts'
import { placesIn, siteOf, splice } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { DraftContext, Transform, TransformSite } from '../transform.ts'

/** Looking for a value in a list that does not change becomes looking it up in a set. */
export const lookUpInSet: Transform = {
  name: 'look-up-in-set',
  family: 'algorithm',
  title: 'A set instead of searching a list',
  why: 'The list stays as it is while the loop runs and holds numbers or text, so a set made of it once answers the same question without going through it.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    if (around.locals.has('set')) return []
    return placesIn(draft.function).flatMap(place =>
      place.block.flatMap((statement, index) => {
        if (statement.kind !== 'for' && statement.kind !== 'while') return []
        const changes = changesOf([statement], around)
        return listsSearched(statement, around, context)
          .filter(id => isUnchangedBy(name(id), changes, around) && !changes.objects.has(id))
          .map((id): TransformSite => ({
            at: `${siteOf(place, index)}:${id}`,
            apply: () => {
              const known = freshName(`${id}_set`, draft.function.body, around.locals)
              const made = { ...assign(known, call('set', [name(id)])), above: statement.above }
              const next = { ...swapMembership(statement, id, known), above: [] }
              return { ...draft, function: place.rebuild(splice(place.block, index, 1, made, next)) }
            },
          }))
      }),
    )
  },
}

/** A list that is asked before each append whether it has the value gets a set beside it. */
export const rememberSeen: Transform = {
  name: 'remember-seen',
  family: 'algorithm',
  title: 'A set of what was seen beside the list',
  why: 'Every value that goes into the list goes into the set too, so both answer the same; the values are keys, numbers or text, which a set can hold.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    const { body } = draft.function
    return ownLists(draft.function).flatMap(id => {
      const uses = usesOf(id, body)
      const appended = uses.appended.filter(value => isKeyLike(value, around))
      const isComplete =
        uses.isKnown &&
        uses.searched.length > 0 &&
        uses.appended.length > 0 &&
        appended.length === uses.appended.length
      if (!isComplete || !uses.searched.every(value => isKeyLike(value, around))) return []
      return [{ at: id, apply: () => ({ ...draft, function: withSeen(draft.function, id, around) }) }]
    })
  },
}

/** A literal list that is only searched becomes a literal set. */
export const literalSet: Transform = {
  name: 'literal-set',
  family: 'algorithm',
  title: 'A literal set instead of a literal list to search',
  why: 'A set of constants is made once, when the code is compiled, and finds a number or text without comparing with each.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    const isFit = (expression: Expression): boolean => isLiteralSearch(expression, around)
    let count = 0
    for (const statement of draft.function.body)
      eachExpressionIn(statement, part => (count += isFit(part) ? 1 : 0))
    if (count === 0) return []
    const change = (part: Expression): Expression => {
      if (part.kind !== 'compare' || !isFit(part)) return part
      const comparators = part.comparators.map((right): Expression =>
        right.kind === 'list' || right.kind === 'tuple' ? { kind: 'set', elements: right.elements } : right,
      )
      return { ...part, comparators }
    }
    const body = () => draft.function.body.map(statement => mapStatement(statement, change))
    return [{ at: 'all', apply: () => ({ ...draft, function: { ...draft.function, body: body() } }) }]
  },
}

function isLiteralSearch(expression: Expression, around: Surroundings): boolean {
  if (expression.kind !== 'compare' || expression.operators.length !== 1) return false
  const [operator] = expression.operators
  const [right] = expression.comparators
  if ((operator !== 'in' && operator !== 'not in') || (right?.kind !== 'list' && right?.kind !== 'tuple'))
    return false
  const isPlain = right.elements.length > 2 && right.elements.every(part => part.kind === 'constant')
  const kind = kindOf(expression.left, around.kinds, around.callables.modules)
  return isPlain && (kind === 'string' || kind === 'integer' || kind === 'float')
}

const HASHABLE: ReadonlySet<Kind> = new Set<Kind>(['float', 'integer', 'boolean', 'string'])

/** Names of parameters with hashable elements that a loop searches for hashable values. */
function listsSearched(loop: Statement, around: Surroundings, context: DraftContext): readonly string[] {
  const ids = new Map<string, boolean>()
  eachExpressionIn(loop, expression => {
    if (expression.kind !== 'compare' || expression.operators.length !== 1) return
    const [right] = expression.comparators
    if (
      !expression.operators.some(operator => operator === 'in' || operator === 'not in') ||
      right?.kind !== 'name'
    )
      return
    const kind = around.kinds.get(right.id)
    const { elements = [] } = context.parameters[right.id] ?? {}
    const isFit =
      (kind === 'list' || kind === 'tuple') &&
      elements.length > 0 &&
      elements.every(element => HASHABLE.has(element))
    ids.set(right.id, (ids.get(right.id) ?? true) && isFit && isKeyLike(expression.left, around))
  })
  return [...ids].flatMap(([id, isFit]) => (isFit ? [id] : []))
}

/** Whether a value is one that a dictionary may have as a key: a number or text, or a field of a record by its name. */
export function isKeyLike(value: Expression, around: Surroundings): boolean {
  const kind = kindOf(value, around.kinds, around.callables.modules)
  if (kind !== undefined) return HASHABLE.has(kind)
  if (value.kind === 'subscript') return value.index.kind === 'constant' && value.index.type === 'string'
  if (value.kind === 'tuple') return value.elements.every(part => isKeyLike(part, around))
  if (value.kind === 'call') return !mayRaise(value, around)
  return value.kind === 'attribute' || value.kind === 'name'
}

function swapMembership(statement: Statement, id: string, known: string): Statement {
  return mapStatement(statement, part => {
    if (part.kind !== 'compare' || part.operators.length !== 1) return part
    const [right] = part.comparators
    const isSearch = part.operators.some(operator => operator === 'in' || operator === 'not in')
    return isSearch && right?.kind === 'name' && right.id === id
      ? { ...part, comparators: [name(known)] }
      : part
  })
}

/** Lists that the function begins empty itself. */
function ownLists(statement: FunctionStatement): readonly string[] {
  return statement.body.flatMap(inner => {
    const [target] = inner.kind === 'assign' ? inner.targets : []
    const isEmpty =
      inner.kind === 'assign' && inner.value?.kind === 'list' && inner.value.elements.length === 0
    return isEmpty && target?.kind === 'name' && isOwn(target.id, statement) ? [target.id] : []
  })
}

interface Uses {
  readonly appended: readonly Expression[]
  readonly searched: readonly Expression[]
  /** Whether nothing but appending may change the list: it is bound once and has no other method called. */
  readonly isKnown: boolean
}

function usesOf(id: string, body: readonly Statement[]): Uses {
  const appended: Expression[] = []
  const searched: Expression[] = []
  let bound = 0
  let isKnown = true
  for (const statement of body)
    eachStatement(statement, inner => {
      if ((inner.kind === 'assign' || inner.kind === 'augmented') && namesOfStatement(inner).writes.has(id))
        bound += 1
      // Under another name the list could be changed unseen
      if (inner.kind === 'assign' && inner.value?.kind === 'name' && inner.value.id === id) isKnown = false
      const value = appendedTo(inner, id)
      if (value) appended.push(value)
    })
  for (const statement of body)
    eachExpressionIn(statement, part => {
      if (part.kind === 'compare' && part.comparators.some(right => right.kind === 'name' && right.id === id))
        searched.push(part.left)
      const isOther =
        part.kind === 'call' &&
        part.callee.kind === 'attribute' &&
        part.callee.value.kind === 'name' &&
        part.callee.value.id === id
      if (isOther && part.callee.kind === 'attribute' && part.callee.attribute !== 'append') isKnown = false
      const isPassed =
        part.kind === 'call' && part.arguments.some(({ value }) => value.kind === 'name' && value.id === id)
      if (isPassed && !(part.callee.kind === 'name' && READERS.has(part.callee.id))) isKnown = false
      if (part.kind === 'subscript' && part.value.kind === 'name' && part.value.id === id) isKnown = false
    })
  return { appended, searched, isKnown: isKnown && bound === 1 }
}

/** Builtin functions that read a list and leave it. */
const READERS: ReadonlySet<string> = new Set([
  'len',
  'sorted',
  'sum',
  'min',
  'max',
  'list',
  'tuple',
  'enumerate',
  'zip',
  'reversed',
  'set',
])

/** The value that a statement appends to a list of that name. */
function appendedTo(statement: Statement, id: string): Expression | undefined {
  if (statement.kind !== 'expression' || statement.value.kind !== 'call') return undefined
  const { callee, arguments: given } = statement.value
  if (callee.kind !== 'attribute' || callee.attribute !== 'append' || keyOf(callee.value) !== keyOf(name(id)))
    return undefined
  const [only, ...others] = given
  return only?.form === 'positional' && others.length === 0 ? only.value : undefined
}

function withSeen(statement: FunctionStatement, id: string, around: Surroundings): FunctionStatement {
  const known = freshName(`seen_${id}`, statement.body, around.locals)
  const inBlock = (block: readonly Statement[]): readonly Statement[] =>
    block.flatMap(inner => {
      const value = appendedTo(inner, id)
      if (value) return [inner, perform(method(name(known), 'add', [value]))]
      const next = mapBlocks(inner, inBlock)
      const isStart =
        inner.kind === 'assign' && inner.targets.some(target => target.kind === 'name' && target.id === id)
      return isStart ? [next, assign(known, call('set'))] : [next]
    })
  const body = inBlock(statement.body.map(inner => swapMembership(inner, id, known)))
  return { ...statement, body }
}
