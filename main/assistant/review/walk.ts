import type { LineRange } from '../../contract/assistant.ts'
import type { Expression, FunctionStatement, Statement } from '../syntax/python/tree.ts'
import {
  blocksIn,
  eachExpression,
  eachStatement,
  expressionsIn,
  mapBlocks,
  mapStatement,
} from '../syntax/python/visit.ts'

/** An expression with the statement that it stands in. */
export interface PlacedExpression {
  readonly expression: Expression
  readonly statement: Statement
}

/** Every statement in a block and in its inner blocks, outer before inner, in the order of the text. */
export function allStatements(block: readonly Statement[]): readonly Statement[] {
  const found: Statement[] = []
  for (const statement of block) eachStatement(statement, inner => found.push(inner))
  return found
}

/** Every expression in a block and in its inner blocks, each with its innermost statement. */
export function allExpressions(block: readonly Statement[]): readonly PlacedExpression[] {
  const found: PlacedExpression[] = []
  for (const statement of allStatements(block))
    for (const top of expressionsIn(statement))
      eachExpression(top, expression => found.push({ expression, statement }))
  return found
}

/** Lines of a statement; of one that holds others only its head. */
export function linesOf(statement: Statement): LineRange {
  const first = statement.lines?.first ?? 1
  return { first, last: blocksIn(statement).length > 0 ? first : (statement.lines?.last ?? first) }
}

/** The function with one expression, known by its identity, replaced. */
export function withExpression(
  of: FunctionStatement,
  old: Expression,
  replacement: Expression,
): FunctionStatement {
  return asFunction(
    mapStatement(of, expression => (expression === old ? replacement : expression)),
    of,
  )
}

/** The function with each of its blocks, the inner ones too, as `change` makes it. */
export function withBlocks(
  of: FunctionStatement,
  change: (block: readonly Statement[]) => readonly Statement[],
): FunctionStatement {
  const within = (block: readonly Statement[]): readonly Statement[] =>
    change(block.map(statement => mapBlocks(statement, within)))
  return asFunction(mapBlocks(of, within), of)
}

function asFunction(statement: Statement, otherwise: FunctionStatement): FunctionStatement {
  return statement.kind === 'function' ? statement : otherwise
}
