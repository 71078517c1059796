import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import type { Rule, Trial } from '../rule.ts'
import { callText } from '../sampling.ts'
import { parameterOf, type Subject } from '../subject.ts'
import { linesOf } from '../walk.ts'

/** A division by the spread, which is zero whenever the market is locked. */
export const zeroSpread: Rule = {
  id: 'zero-spread',
  severity: 'wrong',
  title: 'A locked market divides by zero',
  look: subject =>
    subject.expressions.flatMap(({ expression, statement }) => {
      if (expression.kind !== 'binary' || !['/', '//', '%'].includes(expression.operator)) return []
      if (!isSpread(expression.right, subject)) return []
      return [
        {
          lines: linesOf(statement),
          reason: `\`${printExpression(expression.right)}\` is zero when bid and ask meet, as they do in fast markets and at the close.`,
          trials: trialsOf(subject),
          fix: undefined,
          isGuess: false,
        },
      ]
    }),
}

/** Whether it is ask less bid, written out or by a name that was given it. */
function isSpread(expression: Expression, subject: Subject): boolean {
  if (expression.kind === 'name') {
    return subject.statements.some(
      statement =>
        statement.kind === 'assign' &&
        statement.targets.some(target => target.kind === 'name' && target.id === expression.id) &&
        statement.value?.kind === 'binary' &&
        isSpread(statement.value, subject),
    )
  }
  if (expression.kind !== 'binary') return false
  // Half a spread is none as well
  if (expression.operator === '/' || expression.operator === '*')
    return [expression.left, expression.right].some(side => side.kind === 'binary' && isSpread(side, subject))
  if (expression.operator !== '-') return false
  return /ask|offer/i.test(printExpression(expression.left)) && /bid/i.test(printExpression(expression.right))
}

function trialsOf(subject: Subject): readonly Trial[] {
  const [bid, ask] = [parameterOf(subject, 'bid'), parameterOf(subject, 'ask')]
  const records = subject.parameters.find(({ kind }) => kind.kind === 'record')
  const sizes = Object.fromEntries(
    subject.parameters.filter(({ name }) => /size/i.test(name)).map(({ name }) => [name, '10.0']),
  )
  const locked =
    bid && ask
      ? { [bid.name]: '4.2', [ask.name]: '4.2' }
      : records?.kind.kind === 'record'
        ? {
            [records.name]: `{${records.kind.columns.map(column => `${JSON.stringify(column)}: 4.2`).join(', ')}}`,
          }
        : undefined
  const call = locked && callText(subject, { price: '4.2', entry: '4.2' }, { ...sizes, ...locked })
  if (call === undefined) return []
  return [
    {
      topic: '',
      input: `${subject.function.name}(${call})`,
      actual: `reference.divides(lambda: $f(${call}))`,
      expected: ['"a number"'],
      tolerance: 0,
    },
  ]
}
