import { printExpression } from '../syntax/python/printExpression.ts'
import { printStatement } from '../syntax/python/print.ts'
import type { Expression, Statement } from '../syntax/python/tree.ts'
import { mapBlocks, mapExpressions, mapParts, ofValues } from '../syntax/python/visit.ts'
import type { Draft } from './transform.ts'

/** What can be written in another way that means and costs the same. */
export type NeutralForm =
  | 'commute-operands'
  | 'turn-comparisons'
  | 'reverse-conditions'
  | 'swap-branches'
  | 'spell-out-updates'
  | 'swap-assignments'
  | 'nest-the-rest'
  | 'drop-else'
  | 'split-conditions'
  | 'name-the-result'

/**
 * One place of such a form. Any of them can be chosen together, one inside the other too, and each set of choices gives another text. Each
 * is given its node as the others have left it: an expression, a statement, or a block from a statement on.
 */
export type NeutralChoice = { readonly form: NeutralForm } & (
  | { readonly of: 'expression'; readonly node: Expression; readonly other: (now: Expression) => Expression }
  | { readonly of: 'statement'; readonly node: Statement; readonly other: (now: Statement) => Statement }
  | {
      readonly of: 'block'
      readonly node: Statement
      readonly other: (now: readonly Statement[], at: number) => readonly Statement[]
    }
)

/** Whether a choice is taken where both ways are written like that; only where there are two ways to write it in. */
type Taken = (now: string, other: string) => boolean

/** The draft with some choices taken. */
export function withChoices(draft: Draft, chosen: readonly NeutralChoice[]): Draft {
  return rewritten(draft, chosen, undefined)
}

/**
 * What all drafts come to that differ by these choices alone: of two ways of writing the one that comes first by its text, and of a way
 * that does not lead back its end.
 */
export function neutralKey(draft: Draft, choices: readonly NeutralChoice[]): Draft {
  return rewritten(draft, choices, (now, other) => other < now)
}

function rewritten(draft: Draft, chosen: readonly NeutralChoice[], isTaken: Taken | undefined): Draft {
  const expressions = new Map<Expression, (now: Expression) => Expression>()
  const statements = new Map<Statement, (now: Statement) => Statement>()
  const blocks = new Map<Statement, (now: readonly Statement[], at: number) => readonly Statement[]>()
  for (const choice of chosen)
    if (choice.of === 'expression') expressions.set(choice.node, choice.other)
    else if (choice.of === 'statement') statements.set(choice.node, choice.other)
    else blocks.set(choice.node, choice.other)

  const inExpression = (expression: Expression): Expression => {
    const now = mapParts(expression, change)
    const other = expressions.get(expression)?.(now)
    if (!other || !isTaken) return other ?? now
    return isTaken(printExpression(now), printExpression(other)) ? other : now
  }
  const change = ofValues(inExpression)
  const inStatement = (statement: Statement): Statement => {
    const now = mapBlocks(mapExpressions(statement, change), inBlock)
    const other = statements.get(statement)?.(now)
    if (!other || !isTaken || now.kind !== other.kind) return other ?? now
    return isTaken(printStatement(now), printStatement(other)) ? other : now
  }
  const inBlock = (block: readonly Statement[]): readonly Statement[] => {
    const changed = block.map(inStatement)
    let now: readonly Statement[] = changed.some((each, at) => each !== block[at]) ? changed : block
    for (let at = block.length - 1; at >= 0; at -= 1) {
      const node = block[at]
      const other = node && blocks.get(node)?.(now, at)
      if (!other) continue
      if (!isTaken || isTakenAt(now, other, at, isTaken)) now = other
    }
    return now
  }
  return { ...draft, function: { ...draft.function, body: inBlock(draft.function.body) } }
}

/** Of two blocks the shorter one is the end, of equally long ones the one whose statement comes first by its text. */
function isTakenAt(
  now: readonly Statement[],
  other: readonly Statement[],
  at: number,
  isTaken: Taken,
): boolean {
  const [was, is] = [now[at], other[at]]
  if (now.length !== other.length || !was || !is) return other.length < now.length
  return isTaken(printStatement(was), printStatement(is))
}
