import { compare } from '../../transform/build.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import type { Rule, Trial } from '../rule.ts'
import { isBars, looseCallText } from '../sampling.ts'
import type { Subject } from '../subject.ts'
import { linesOf, withExpression } from '../walk.ts'

const NAN = 'float("nan")'

/** A comparison with NaN, which is never equal to anything, not to itself. */
export const nanComparison: Rule = {
  id: 'nan-comparison',
  severity: 'wrong',
  title: 'A missing value is never found',
  look: subject =>
    subject.expressions.flatMap(({ expression, statement }) => {
      if (expression.kind !== 'compare' || expression.comparators.length !== 1) return []
      const [operator, right] = [expression.operators[0], expression.comparators[0]]
      if (!right || !isNan(right)) return []
      const isEqual = operator === '==' || operator === 'is'
      if (!isEqual && operator !== '!=' && operator !== 'is not') return []
      return [
        {
          lines: linesOf(statement),
          reason: `\`${printExpression(expression)}\` is ${isEqual ? 'never' : 'always'} true: NaN is not equal to itself, so missing quotes pass as good ones.`,
          trials: trialsOf(subject),
          // Only NaN differs from itself
          fix: withExpression(
            subject.function,
            expression,
            compare(expression.left, isEqual ? '!=' : '==', expression.left),
          ),
          isGuess: false,
        },
      ]
    }),
}

function isNan(expression: Expression): boolean {
  return /^(float\((['"])nan\2\)|(np|numpy|math)\.(nan|NaN|NAN)|pd\.NA|nan)$/i.test(
    printExpression(expression),
  )
}

/** One call for each parameter that can hold a missing value. */
function trialsOf(subject: Subject): readonly Trial[] {
  return subject.parameters.flatMap((parameter): readonly Trial[] => {
    const values = `[1.0, ${NAN}, 2.0]`
    const { kind } = parameter.kind
    const missing =
      kind === 'frame' && parameter.kind.kind === 'frame'
        ? `reference.frame({${parameter.kind.columns.map(column => `${JSON.stringify(column)}: ${values}`).join(', ')}})`
        : kind === 'series' || kind === 'array'
          ? `reference.${kind}(${values})`
          : kind === 'list' || isBars(parameter)
            ? values
            : NAN
    const call = looseCallText(subject, { [parameter.name]: missing })
    return [
      {
        topic: parameter.name,
        input: `${subject.function.name}(${call})`,
        actual: `$f(${call})`,
        expected: [`$mended(${call})`],
        tolerance: 1e-12,
      },
    ]
  })
}
