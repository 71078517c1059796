import { dotted } from '../../syntax/python/modules.ts'
import { namesOfExpression } from '../../syntax/python/names.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpression, eachStatement, expressionsIn } from '../../syntax/python/visit.ts'

/** What may be done with a name. */
export interface Accepted {
  /** How many mentions straight in a statement are accepted for what the statement is. */
  statement(statement: Statement): number
  /** Whether an expression with one mention is accepted wherever it stands. */
  expression(expression: Expression): boolean
}

/** Whether all mentions of a name in a block are accepted ones. */
export function areMentions(block: readonly Statement[], wanted: string, accepted: Accepted): boolean {
  let left = 0
  for (const statement of block)
    eachStatement(statement, inner => {
      if (inner.kind === 'function' || inner.kind === 'class') left = Infinity
      left -= accepted.statement(inner)
      for (const whole of expressionsIn(inner))
        eachExpression(whole, part => {
          if (isNamed(part, wanted)) left += 1
          // What is not looked into may do anything with it
          else if (part.kind === 'verbatim' && namesOfExpression(part).reads.has(wanted)) left = Infinity
          else if (accepted.expression(part)) left -= 1
        })
    })
  return left === 0
}

/** Whether an expression is a certain name. */
export function isNamed(expression: Expression | undefined, wanted: string): boolean {
  return expression?.kind === 'name' && expression.id === wanted
}

/** Whether an expression is `len(list)`. */
export function isLengthOf(expression: Expression, list: string): boolean {
  if (expression.kind !== 'call' || dotted(expression.callee) !== 'len') return false
  const [only, ...others] = expression.arguments
  return others.length === 0 && only?.form === 'positional' && isNamed(only.value, list)
}
