import { changesOf, type Surroundings } from '../syntax/python/effects.ts'
import type { Expression, Statement } from '../syntax/python/tree.ts'
import { blocksIn, expressionsIn, mapParts, ofValues, someStatement } from '../syntax/python/visit.ts'

/** An expression where it is evaluated. */
export interface Evaluation {
  readonly expression: Expression
  /** Whether it is evaluated whenever the block is, with nothing seen from outside before it. */
  readonly isCertain: boolean
  /** What its value goes to: the expression or the statement around it. */
  readonly consumer: Expression | Statement
}

/**
 * Goes through the values that a block evaluates, the outer first, in order of statements. `visit` says whether to look inside. Functions
 * defined in it are left out, since they run later.
 */
export function eachEvaluation(
  block: readonly Statement[],
  around: Surroundings,
  visit: (evaluation: Evaluation) => boolean,
  isCertain = true,
): void {
  let certain = isCertain
  for (const statement of block) {
    if (statement.kind === 'function' || statement.kind === 'class') continue
    inStatement(statement, around, visit, certain)
    if (mayLeave(statement) || changesOf([statement], around).others) certain = false
  }
}

/** Whether a statement may leave the block that it stands in before its end. */
export function mayLeave(statement: Statement): boolean {
  return someStatement(
    [statement],
    ({ kind }) =>
      kind === 'break' || kind === 'continue' || kind === 'return' || kind === 'raise' || kind === 'verbatim',
  )
}

function inStatement(
  statement: Statement,
  around: Surroundings,
  visit: (evaluation: Evaluation) => boolean,
  certain: boolean,
): void {
  const values =
    statement.kind === 'assign' && statement.annotation
      ? [statement.value ?? statement.annotation]
      : expressionsIn(statement)
  const inValue = ofValues(part => {
    inExpression({ expression: part, isCertain: certain, consumer: statement }, visit)
    return part
  })
  const targets = new Set<Expression>(
    statement.kind === 'assign' || statement.kind === 'delete'
      ? statement.targets
      : statement.kind === 'for' || statement.kind === 'augmented'
        ? [statement.target]
        : [],
  )
  for (const value of values) (targets.has(value) ? inValue.target : inValue.value)(value)
  // What stands in `try` or `with` may raise there without harm, so that nothing in a block counts as certain
  for (const block of blocksIn(statement)) eachEvaluation(block, around, visit, false)
}

function inExpression(evaluation: Evaluation, visit: (evaluation: Evaluation) => boolean): void {
  if (!visit(evaluation)) return
  const { expression, isCertain } = evaluation
  const lazy = lazyParts(expression)
  mapParts(
    expression,
    ofValues(part => {
      inExpression({ expression: part, isCertain: isCertain && !lazy(part), consumer: expression }, visit)
      return part
    }),
  )
}

/** Which parts of an expression are evaluated only sometimes, or more than once. */
export function lazyParts(expression: Expression): (part: Expression) => boolean {
  switch (expression.kind) {
    case 'boolean':
      return part => part !== expression.values[0]
    case 'conditional':
      return part => part !== expression.test
    case 'compare':
      return part => part !== expression.left && part !== expression.comparators[0]
    case 'comprehension':
      return part => part !== expression.clauses[0]?.iterable
    case 'lambda':
      return part => part === expression.body
    default:
      return () => false
  }
}
