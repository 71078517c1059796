import { isPure, type Surroundings } from '../../syntax/python/effects.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { expressionsIn, mapBlocks, mapExpressions, mapParts, ofValues } from '../../syntax/python/visit.ts'
import { lazyParts } from '../evaluations.ts'

/**
 * Where the value of a part of an expression may be kept: by a statement before, which is to be added to the list, by `:=` inside of the
 * expression, or nowhere.
 */
export type Keeping = Statement[] | 'inside' | 'nowhere'

/** What is done to every expression, the innermost first, and to a statement as a whole before that. */
export interface Rewriting {
  readonly expression: (expression: Expression, keeping: Keeping) => Expression
  /** The statement in its place of the block rewritten as a whole; undefined where its expressions are to be gone through. */
  readonly statement?: (block: readonly Statement[], at: number, before: Statement[]) => Statement | undefined
}

/** The block rewritten, with the statements that keep values straight before those that need them; the same block where nothing was. */
export function rewriteInOrder(
  block: readonly Statement[],
  around: Surroundings,
  rewriting: Rewriting,
): readonly Statement[] {
  const next = block.flatMap((_, at) => rewriteStatement(block, at, around, rewriting))
  return next.length === block.length && next.every((statement, at) => statement === block[at]) ? block : next
}

function rewriteStatement(
  block: readonly Statement[],
  at: number,
  around: Surroundings,
  rewriting: Rewriting,
): readonly Statement[] {
  const statement = block[at]
  if (!statement) return []
  if (statement.kind === 'function' || statement.kind === 'class') return [statement]
  const before: Statement[] = []
  const keeping = isStraight(statement, around) ? before : 'inside'
  const own =
    rewriting.statement?.(block, at, before) ??
    mapExpressions(
      statement,
      ofValues(value => rewriteExpression(value, keeping, rewriting)),
    )
  const changed = mapBlocks(own, within => rewriteInOrder(within, around, rewriting))
  const [first, ...rest] = before
  return first ? [{ ...first, above: statement.above }, ...rest, { ...changed, above: [] }] : [changed]
}

/** The expression rewritten, the innermost parts first. */
export function rewriteExpression(
  expression: Expression,
  keeping: Keeping,
  rewriting: Rewriting,
): Expression {
  const lazy = lazyParts(expression)
  const inner = mapParts(
    expression,
    ofValues(part => rewriteExpression(part, keepingIn(expression, part, lazy(part), keeping), rewriting)),
  )
  return rewriting.expression(inner, keeping)
}

/** Python allows no names to be given in what a comprehension goes through. */
function keepingIn(around: Expression, part: Expression, isLazy: boolean, keeping: Keeping): Keeping {
  if (keeping === 'nowhere') return keeping
  const isGoneThrough =
    around.kind === 'comprehension' && around.clauses.some(({ iterable }) => iterable === part)
  if (isGoneThrough && (isLazy || keeping === 'inside')) return 'nowhere'
  return isLazy ? 'inside' : keeping
}

/** Whether what a statement evaluates changes nothing until it is done, so that parts of it may be evaluated before. */
export function isStraight(statement: Statement, around: Surroundings): boolean {
  switch (statement.kind) {
    case 'expression': {
      const { value } = statement
      const isMethod =
        value.kind === 'call' && value.callee.kind === 'attribute' && value.callee.value.kind === 'name'
      return isMethod ? value.arguments.every(given => isPure(given.value, around)) : isPure(value, around)
    }
    case 'assign':
    case 'augmented':
    case 'return':
    case 'if':
    case 'for':
      return expressionsIn(statement).every(part => isPure(part, around))
    default:
      return false
  }
}
