import {
  changesOf,
  isOfModule,
  isPure,
  isUnchangedBy,
  mayRaise,
  type Surroundings,
} from '../../syntax/python/effects.ts'
import { keyOf, replaceInBlock, replacing } from '../../syntax/python/replace.ts'
import type { Expression, FunctionStatement, Statement } from '../../syntax/python/tree.ts'
import { blocksIn, partsOf } from '../../syntax/python/visit.ts'
import { assign, name } from '../build.ts'
import { eachEvaluation, type Evaluation } from '../evaluations.ts'
import { nameFor } from '../naming.ts'
import { placesIn, siteOf, type Place } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { isShareable } from './hoist.ts'

/** Common subexpression elimination (Aho, Lam, Sethi, Ullman, Compilers, section 9.1.4) within a block. */
export const shareExpressions: Transform = {
  name: 'share-expressions',
  family: 'share',
  title: 'What is needed twice is computed once',
  why: 'Nothing changes what these expressions depend on between the places where they stand, so all of them have one value.',
  reorders: false,
  sites,
}

/** An expression that is evaluated more than once in a stretch of statements in which its value stays the same. */
interface Shared {
  readonly expression: Expression
  readonly first: number
  readonly last: number
  readonly times: number
}

const MOST_SITES = 8

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  return placesIn(draft.function).flatMap(place => {
    const found = sharedIn(place, surroundingsOf(draft, context))
    if (found.length === 0) return []
    const at = siteOf(place, 0)
    const single = found.slice(0, MOST_SITES).map((shared, number): TransformSite => ({
      at: `${at}:${String(number)}`,
      apply: () => ({ ...draft, function: apply(place, shared, draft.function) }),
    }))
    if (found.length < 2) return single
    return [{ at, apply: () => ({ ...draft, function: applyAll(draft, context, place.path) }) }, ...single]
  })
}

/** Shares one expression after the other in a block, what saves most first. */
function applyAll(draft: Draft, context: DraftContext, path: string): FunctionStatement {
  let next = draft.function
  for (let round = 0; round < MOST_SITES; round += 1) {
    const place = placesIn(next).find(candidate => candidate.path === path)
    const [best] = place ? sharedIn(place, surroundingsOf({ ...draft, function: next }, context)) : []
    if (!place || !best) return next
    next = apply(place, best, next)
  }
  return next
}

function apply(
  place: Place,
  { expression, first, last }: Shared,
  statement: FunctionStatement,
): FunctionStatement {
  const id = nameFor(expression, statement, new Set())
  const stretch = replaceInBlock(place.block.slice(first, last + 1), replacing(expression, name(id)))
  const [head, ...rest] = stretch
  const made = { ...assign(id, expression), above: head?.above ?? [] }
  const next = head ? [made, { ...head, above: [] }, ...rest] : [made]
  return place.rebuild(place.block.toSpliced(first, last + 1 - first, ...next))
}

/** The places of one expression in a block. */
interface Occurrences {
  readonly evaluations: Evaluation[]
  readonly at: number[]
}

/** What may be shared in a block, what saves most first. */
function sharedIn({ block }: Place, around: Surroundings): readonly Shared[] {
  const found = [...occurrencesIn(block, around)].flatMap(({ evaluations, at }) => {
    const [evaluation] = evaluations
    const [first] = at
    // Most expressions occur once, and are not looked at more closely
    if (!evaluation || first === undefined || at.length < 2) return []
    const { expression, isCertain } = evaluation
    if (!isCandidate(expression, around) || !evaluations.every(one => isShareable(one, around))) return []
    if (!isCertain && mayRaise(expression, around)) return []
    const last = lastUnchanged(block, expression, at, around)
    const times = at.filter(position => position <= last).length
    return times > 1 ? [{ expression, first, last, times }] : []
  })
  const largest = found.filter(one => !found.some(other => other !== one && isInside(one, other)))
  return largest.toSorted((one, other) => saving(other) - saving(one))
}

function occurrencesIn(block: readonly Statement[], around: Surroundings): Iterable<Occurrences> {
  const seen = new Map<string, Occurrences>()
  block.forEach((statement, index) => {
    if (statement.kind === 'while') return
    eachEvaluation([statement], around, evaluation => {
      const { kind } = evaluation.expression
      if (kind === 'name' || kind === 'constant' || kind === 'lambda') return false
      const key = keyOf(evaluation.expression)
      const before = seen.get(key) ?? { evaluations: [], at: [] }
      before.evaluations.push(evaluation)
      before.at.push(index)
      seen.set(key, before)
      return true
    })
  })
  return seen.values()
}

function isCandidate(expression: Expression, around: Surroundings): boolean {
  switch (expression.kind) {
    case 'attribute':
      return !isOfModule(expression, around) && isPure(expression, around)
    case 'unary':
      return (
        expression.operand.kind !== 'constant' &&
        expression.operand.kind !== 'name' &&
        isPure(expression, around)
      )
    case 'binary':
    case 'call':
    case 'subscript':
    case 'compare':
      return isPure(expression, around) && !partsOf(expression).every(({ kind }) => kind === 'constant')
    default:
      return false
  }
}

/** The last of the statements up to which the value is that of the first; -1 where it changes within the first itself. */
function lastUnchanged(
  block: readonly Statement[],
  expression: Expression,
  at: readonly number[],
  around: Surroundings,
): number {
  const [first = 0] = at
  let last = -1
  for (const position of at) {
    const between = block.slice(first, position)
    const final = block[position]
    const whole = final && blocksIn(final).length > 0 ? [...between, final] : between
    if (!isUnchangedBy(expression, changesOf(whole, around), around)) break
    last = position
  }
  return last
}

/** Whether an expression occurs as often as a larger one that it is part of, which saves more. */
function isInside(one: Shared, other: Shared): boolean {
  return other.times >= one.times && keyOf(other.expression).includes(keyOf(one.expression))
}

function saving({ expression, times }: Shared): number {
  return (times - 1) * weight(expression)
}

function weight(expression: Expression): number {
  const own = expression.kind === 'call' ? 4 : 1
  return own + partsOf(expression).reduce((sum, part) => sum + weight(part), 0)
}
