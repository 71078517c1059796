import { printExpression } from '../syntax/python/printExpression.ts'
import type { Expression, FunctionStatement } from '../syntax/python/tree.ts'
import type { Suspicion, Trial } from './rule.ts'
import { readSubject, type Subject } from './subject.ts'
import { linesOf, withExpression } from './walk.ts'

/** A function with one of its expressions written otherwise. */
export interface Edit {
  /** What stood there and what stands there now. */
  readonly was: string
  readonly now: string
  readonly lines: Suspicion['lines']
  readonly fix: FunctionStatement
}

/** Every way to write one expression of the body otherwise; `rewrite` gives what may stand in an expression's place. */
export function editsOf(
  subject: Subject,
  rewrite: (expression: Expression) => readonly Expression[],
): readonly Edit[] {
  return subject.expressions.flatMap(({ expression, statement }) =>
    rewrite(expression).map(replacement => ({
      was: printExpression(expression),
      now: printExpression(replacement),
      lines: linesOf(statement),
      fix: withExpression(subject.function, expression, replacement),
    })),
  )
}

/** Every two such edits at once, where each alone mends nothing; told as the first of them. */
export function pairsOf(
  subject: Subject,
  rewrite: (expression: Expression) => readonly Expression[],
): readonly Edit[] {
  return editsOf(subject, rewrite).flatMap(({ fix, ...first }) =>
    editsOf(readSubject(subject.module, subject.path, fix), rewrite)
      .filter(second => second.now !== first.was)
      .map(second => ({ ...first, fix: second.fix })),
  )
}

/** One suspicion an edit, believed only where the edit makes every trial pass; none without trials. */
export function guesses(
  edits: readonly Edit[],
  trials: readonly Trial[],
  reason: (edit: Edit) => string,
): readonly Suspicion[] {
  if (trials.length === 0) return []
  return edits.map(edit => ({
    lines: edit.lines,
    reason: reason(edit),
    trials,
    fix: edit.fix,
    isGuess: true,
  }))
}

/** The expression with `+` for `-` or the other way round, or without the minus before it. */
export function otherSign(expression: Expression): readonly Expression[] {
  if (expression.kind === 'binary' && (expression.operator === '+' || expression.operator === '-'))
    return [{ ...expression, operator: expression.operator === '+' ? '-' : '+' }]
  if (expression.kind === 'unary' && expression.operator === '-') return [expression.operand]
  return otherArgument(expression)
}

/** A call of one argument with that argument negated: `N(-d1)` for `N(d1)`, `exp(-x)` for `exp(x)`. */
export function otherArgument(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'call' || expression.arguments.length !== 1) return []
  return expression.arguments.flatMap(given =>
    given.form === 'positional' && (given.value.kind === 'name' || given.value.kind === 'binary')
      ? [{ ...expression, arguments: [{ ...given, value: negated(given.value) }] }]
      : [],
  )
}

/** The comparison the other way round, and with or without equality. */
export function otherComparison(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'compare' || expression.operators.length !== 1) return []
  const turned = { '<': ['>', '<='], '>': ['<', '>='], '<=': ['>=', '<'], '>=': ['<=', '>'] } as const
  const [operator] = expression.operators
  if (operator !== '<' && operator !== '>' && operator !== '<=' && operator !== '>=') return []
  return turned[operator].map(other => ({ ...expression, operators: [other] }))
}

function negated(operand: Expression): Expression {
  return { kind: 'unary', operator: '-', operand }
}
