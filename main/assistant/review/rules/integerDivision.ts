import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Rule, Trial } from '../rule.ts'
import { looseCallText } from '../sampling.ts'
import type { Subject } from '../subject.ts'
import { linesOf, withExpression } from '../walk.ts'
import { hasWord, wordsOf } from '../words.ts'

const DECIMALS = [
  'mid', 'price', 'mean', 'average', 'avg', 'vwap', 'vol', 'volatility', 'theta', 'delta', 'vega', 'spread', 'years',
  'fraction', 'ratio', 'midpoint', 'middle', 'premium', 'credit', 'debit', 'return', 'rate',
] // prettier-ignore

/** `//` where a price or a rate is divided: the cents are cut off. */
export const integerDivision: Rule = {
  id: 'integer-division',
  severity: 'loss',
  title: 'A division cuts the decimals off',
  look: subject =>
    subject.expressions.flatMap(({ expression, statement }) => {
      if (expression.kind !== 'binary' || expression.operator !== '//') return []
      const target = statement.kind === 'assign' ? statement.targets[0] : undefined
      const given = target ? wordsOf(printExpression(target)) : subject.nameWords
      const isSize = hasWord(
        [...given],
        'contracts',
        'index',
        'count',
        'size',
        'lots',
        'position',
        'bucket',
        'bin',
      )
      if (!hasWord(given, ...DECIMALS) || isSize) return []
      return [
        {
          lines: linesOf(statement),
          reason: `\`${printExpression(expression)}\` is cut down to a whole number: a mid of 4.20 becomes 4.`,
          trials: trialsOf(subject),
          fix: withExpression(subject.function, expression, { ...expression, operator: '/' }),
          isGuess: false,
        },
      ]
    }),
}

function trialsOf(subject: Subject): readonly Trial[] {
  const call = looseCallText(subject)
  return [
    {
      topic: '',
      input: `${subject.function.name}(${call})`,
      actual: `$f(${call})`,
      expected: [`$mended(${call})`],
      tolerance: 1e-9,
    },
  ]
}
