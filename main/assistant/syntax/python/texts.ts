import type { Argument, Expression, Parameter, PythonModule, Statement } from './tree.ts'

// What nodes look like when printed. Nodes never change, so a text holds as long as its node: the reader leaves the text as it was
// written, the printer leaves what it made, and a variant that shares most of its nodes costs only what is new in it.

/** How an expression is printed. */
export interface ExpressionText {
  readonly text: string
  /** How tightly the text holds together (`strength.ts`). */
  readonly strength: number
  /** Whether it was written in parentheses, which are kept where it is an operand. */
  readonly enclosed: boolean
  /** Whether it is as it was written. */
  readonly isWritten: boolean
}

/** How a statement is printed; its first line without indentation, the others with that of where it stood. */
export interface StatementText {
  readonly text: string
  readonly indentation: string
}

/** How the head of a function or class was written, decorators and all, up to its colon; holds while the parts are the same. */
export interface HeadText extends StatementText {
  readonly parts: readonly unknown[]
}

export const expressionTexts = new WeakMap<Expression, ExpressionText>()
export const statementTexts = new WeakMap<Statement, StatementText>()
export const headTexts = new WeakMap<readonly Parameter[] | readonly Argument[], HeadText>()
export const moduleTexts = new WeakMap<PythonModule, string>()

/** The statement with other lines above it; its own text stays as it was written. */
export function withAbove(statement: Statement, above: readonly string[]): Statement {
  const moved = { ...statement, above }
  const text = statementTexts.get(statement)
  if (text) statementTexts.set(moved, text)
  return moved
}
