import { attribute, subscript, tuple } from '../../transform/build.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import type { Rule, Trial } from '../rule.ts'
import { looseCallText } from '../sampling.ts'
import type { Subject } from '../subject.ts'
import { linesOf, withBlocks } from '../walk.ts'

/** `frame[mask]["column"] = value` writes into a copy that is thrown away. */
export const chainedAssignment: Rule = {
  id: 'chained-assignment',
  severity: 'wrong',
  title: 'The assignment goes into a copy',
  look: subject =>
    subject.statements.flatMap(statement => {
      const target =
        statement.kind === 'assign'
          ? statement.targets[0]
          : statement.kind === 'augmented'
            ? statement.target
            : undefined
      const located = target && locatedTarget(target)
      if (!located || !target) return []
      return [
        {
          lines: linesOf(statement),
          reason: `\`${printExpression(target)}\` picks rows first, which copies them, and writes into the copy; the frame stays as it was.`,
          trials: trialsOf(subject),
          fix: withBlocks(subject.function, block =>
            block.map(each =>
              each === statement || each.lines === statement.lines ? withTarget(each, located) : each,
            ),
          ),
          isGuess: false,
        },
      ]
    }),
}

/** `frame.loc[mask, "column"]` for `frame[mask]["column"]`. */
function locatedTarget(target: Expression): Expression | undefined {
  if (target.kind !== 'subscript' || target.value.kind !== 'subscript') return undefined
  const { value: frame, index: rows } = target.value
  const isMask =
    rows.kind === 'name' ||
    rows.kind === 'compare' ||
    (rows.kind === 'binary' && /[&|]/.test(rows.operator)) ||
    rows.kind === 'unary'
  const isColumn = target.index.kind === 'constant' && target.index.type === 'string'
  if (!isMask || !isColumn) return undefined
  const isLocated = frame.kind === 'attribute' && frame.attribute === 'loc'
  return subscript(isLocated ? frame : attribute(frame, 'loc'), tuple([rows, target.index]))
}

function withTarget(statement: Statement, target: Expression): Statement {
  if (statement.kind === 'assign') return { ...statement, targets: [target] }
  return statement.kind === 'augmented' ? { ...statement, target } : statement
}

function trialsOf(subject: Subject): readonly Trial[] {
  const call = looseCallText(subject)
  return [
    {
      topic: '',
      input: `${subject.function.name}(${call})`,
      actual: `$f(${call})`,
      expected: [`$mended(${call})`],
      tolerance: 1e-12,
    },
  ]
}
