import { mayRead } from '../../syntax/python/liveness.ts'
import { localNames, namesOfExpression, namesOfTarget } from '../../syntax/python/names.ts'
import { keyOf, replaceInExpression, replacing } from '../../syntax/python/replace.ts'
import type { ComprehensionClause, Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpression } from '../../syntax/python/visit.ts'
import { assign, call, clause, comprehension } from '../build.ts'
import {
  fitsComprehension,
  isOnlyOfLoop,
  isReadLater,
  loopsIn,
  startOf,
  withResult,
  type ForLoop,
  type LoopPlace,
} from './loops.ts'
import type { Draft, Transform, TransformSite } from '../transform.ts'

/** A loop that only fills a list, set or dictionary becomes a comprehension. */
export const comprehend: Transform = {
  name: 'comprehend',
  family: 'comprehend',
  title: 'A comprehension instead of a loop that fills a collection',
  why: 'The loop does nothing but fill the collection, in the same order; a comprehension does that without looking up and calling a method in every pass.',
  reorders: false,
  sites,
}

/** What a loop makes in every pass, and over what it goes. */
export interface Gathered {
  readonly element: Expression
  readonly clauses: readonly ComprehensionClause[]
}

type Form = 'list' | 'set' | 'dict'

/** One step of filling: what is put in, and under which key in a dictionary. */
interface Filling {
  readonly form: Form
  readonly into: string
  readonly key: Expression | undefined
  readonly element: Expression
}

function sites(draft: Draft): readonly TransformSite[] {
  return loopsIn(draft.function).flatMap(found => {
    const filled = fillingOf(found)
    if (!filled) return []
    const start = startOf(filled.into, found)
    if (!start || !isEmpty(start.value, filled.form)) return []
    const { place, at } = found
    return [
      {
        at,
        apply: () => {
          const { form, key, element, clauses } = filled
          const whole = wholeOf(filled)
          const isCopy = whole && form !== 'dict' && !localNames(draft.function).has(form)
          const made = assign(
            filled.into,
            isCopy ? call(form, [whole]) : { kind: 'comprehension', form, key, element, clauses },
          )
          return { ...draft, function: place.rebuild(withResult(found, start.at, made)) }
        },
      },
    ]
  })
}

function fillingOf(found: LoopPlace): (Filling & Gathered) | undefined {
  const { loop } = found
  const last = innermost(loop.body)
  const filling = last && asFilling(last)
  if (!filling) return undefined
  const { form, into } = filling
  // The key travels with the element, so that one walk through the loop finds both
  const gathered = gather(found, statement => {
    const step = asFilling(statement)
    if (step?.form !== form || step.into !== into) return undefined
    return step.key ? { kind: 'tuple', elements: [step.key, step.element] } : step.element
  })
  if (!gathered || usesAny(gathered, into)) return undefined
  const { element, clauses } = gathered
  if (form !== 'dict') return { form, into, key: undefined, element, clauses }
  const [key, value] = element.kind === 'tuple' ? element.elements : []
  return key && value ? { form, into, key, element: value, clauses } : undefined
}

/**
 * A loop as the clauses of a comprehension, where each pass ends in one statement from which `elementIn` takes the element; undefined
 * where the loop does more than that, or leaves behind names that are used after it.
 */
export function gather(
  found: LoopPlace,
  elementIn: (statement: Statement) => Expression | undefined,
): Gathered | undefined {
  const gathered = gatherLoop(found.loop, found, elementIn)
  if (!gathered) return undefined
  const parts = [
    gathered.element,
    ...gathered.clauses.flatMap(({ iterable, conditions }) => [iterable, ...conditions]),
  ]
  const targetsStay = gathered.clauses.every(({ target }) => isOnlyOfLoop(target, found))
  return targetsStay && parts.every(fitsComprehension) ? gathered : undefined
}

function gatherLoop(
  loop: ForLoop,
  found: LoopPlace,
  elementIn: (statement: Statement) => Expression | undefined,
): Gathered | undefined {
  if (loop.otherwise.length > 0) return undefined
  const inner = gatherBlock(loop.body, found, elementIn)
  if (!inner) return undefined
  const head = clause(loop.target, loop.iterable, together(inner.conditions))
  return { element: inner.element, clauses: [head, ...inner.clauses] }
}

/** Several conditions as one. */
function together(conditions: readonly Expression[]): readonly Expression[] {
  return conditions.length > 1 ? [{ kind: 'boolean', operator: 'and', values: conditions }] : conditions
}

interface Inner extends Gathered {
  /** Conditions on the clause around. */
  readonly conditions: readonly Expression[]
}

function gatherBlock(
  block: readonly Statement[],
  found: LoopPlace,
  elementIn: (statement: Statement) => Expression | undefined,
): Inner | undefined {
  const [first, ...rest] = block
  if (!first) return undefined
  if (rest.length > 0) return gatherAfter(first, rest, found, elementIn)
  const element = elementIn(first)
  if (element) return { element, clauses: [], conditions: [] }
  if (first.kind === 'for') {
    const inner = gatherLoop(first, found, elementIn)
    return inner && { ...inner, conditions: [] }
  }
  if (first.kind !== 'if') return undefined
  const body = gatherBlock(first.body, found, elementIn)
  if (!body) return undefined
  if (first.otherwise.length === 0) return { ...body, conditions: [first.test, ...body.conditions] }
  const otherwise = gatherBlock(first.otherwise, found, elementIn)
  if (
    !otherwise ||
    ![body, otherwise].every(({ clauses, conditions }) => clauses.length + conditions.length === 0)
  )
    return undefined
  const chosen: Expression = {
    kind: 'conditional',
    test: first.test,
    body: body.element,
    otherwise: otherwise.element,
  }
  return { element: chosen, clauses: [], conditions: [] }
}

/** What stands before the last statement: `if …: continue`, or a name that is used once right after. */
function gatherAfter(
  first: Statement,
  rest: readonly Statement[],
  found: LoopPlace,
  elementIn: (statement: Statement) => Expression | undefined,
): Inner | undefined {
  const inner = gatherBlock(rest, found, elementIn)
  if (!inner) return undefined
  if (
    first.kind === 'if' &&
    first.otherwise.length === 0 &&
    first.body.length === 1 &&
    first.body[0]?.kind === 'continue'
  )
    return { ...inner, conditions: [opposite(first.test), ...inner.conditions] }
  if (first.kind !== 'assign' || first.annotation || !first.value) return undefined
  const [target, ...others] = first.targets
  if (target?.kind !== 'name' || others.length > 0) return undefined
  return inlined(inner, target, first.value, found)
}

/** The element with a name in it replaced by its value, if it is used there once and nowhere else. */
function inlined(
  inner: Inner,
  target: Expression & { kind: 'name' },
  value: Expression,
  found: LoopPlace,
): Inner | undefined {
  const elsewhere = [
    ...inner.conditions,
    ...inner.clauses.flatMap(({ iterable, conditions }) => [iterable, ...conditions]),
  ]
  const isElsewhere = elsewhere.some(part => namesOfExpression(part).reads.has(target.id))
  const isHidden = inner.clauses.length > 0
  const isCarried = mayRead(found.loop.body, target.id) || isReadLater(target.id, found)
  if (isElsewhere || isHidden || isCarried || timesRead(inner.element, target.id) !== 1) return undefined
  return { ...inner, element: replaceInExpression(inner.element, replacing(target, value)) }
}

function timesRead(expression: Expression, id: string): number {
  let times = 0
  eachExpression(expression, part => {
    if (part.kind === 'name' && part.id === id) times += 1
    if (part.kind === 'lambda' || part.kind === 'comprehension' || part.kind === 'verbatim')
      times += namesOfExpression(part).reads.has(id) ? 2 : 0
  })
  return times
}

/** The negation of a condition, without a double one. */
export function opposite(test: Expression): Expression {
  return test.kind === 'unary' && test.operator === 'not'
    ? test.operand
    : { kind: 'unary', operator: 'not', operand: test }
}

function usesAny({ element, clauses }: Gathered, id: string): boolean {
  const parts = [element, ...clauses.flatMap(({ iterable, conditions }) => [iterable, ...conditions])]
  if (clauses.some(({ target }) => namesOfTarget(target).writes.has(id))) return true
  return parts.some(part => namesOfExpression(part).reads.has(id))
}

/** The first statement that says what a pass ends in. */
function innermost(block: readonly Statement[]): Statement | undefined {
  const last = block.at(-1)
  return last?.kind === 'if' || last?.kind === 'for' ? innermost(last.body) : last
}

/** `into.append(element)`, `into.add(element)` or `into[key] = element`. */
function asFilling(statement: Statement): Filling | undefined {
  if (statement.kind === 'assign') {
    const [target, ...others] = statement.targets
    if (target?.kind !== 'subscript' || target.value.kind !== 'name' || others.length > 0 || !statement.value)
      return undefined
    if (target.index.kind === 'slice') return undefined
    return { form: 'dict', into: target.value.id, key: target.index, element: statement.value }
  }
  const value = statement.kind === 'expression' ? statement.value : undefined
  if (value?.kind !== 'call' || value.callee.kind !== 'attribute' || value.callee.value.kind !== 'name')
    return undefined
  const [only, ...others] = value.arguments
  const form = FORMS[value.callee.attribute]
  if (!form || only?.form !== 'positional' || others.length > 0) return undefined
  return { form, into: value.callee.value.id, key: undefined, element: only.value }
}

const FORMS: Readonly<Record<string, Form>> = { append: 'list', add: 'set' }

function isEmpty(value: Expression, form: Form): boolean {
  if (value.kind === 'list') return form === 'list' && value.elements.length === 0
  if (value.kind === 'dict') return form === 'dict' && value.entries.length === 0
  if (value.kind !== 'call' || value.callee.kind !== 'name' || value.arguments.length > 0) return false
  return value.callee.id === form
}

/** What was gathered as one expression: the iterable itself where every element of it is taken as it is. */
export function manyOf(gathered: Gathered, form: 'list' | 'generator'): Expression {
  return wholeOf(gathered) ?? comprehension(gathered.element, gathered.clauses, form)
}

/** The iterable of which every element is taken as it is; undefined where something is done with them. */
function wholeOf({ element, clauses }: Gathered): Expression | undefined {
  const [only, ...others] = clauses
  const isWhole =
    only && others.length === 0 && only.conditions.length === 0 && keyOf(only.target) === keyOf(element)
  return isWhole ? only.iterable : undefined
}
