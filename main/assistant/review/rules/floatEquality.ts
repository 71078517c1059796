import { binary, call, compare, float } from '../../transform/build.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import type { Role } from '../roles.ts'
import type { Rule, Trial } from '../rule.ts'
import { looseCallText } from '../sampling.ts'
import type { Subject, SubjectParameter } from '../subject.ts'
import { linesOf, withExpression } from '../walk.ts'

const PRICES: ReadonlySet<Role> = new Set<Role>(['price', 'stop', 'target', 'bid', 'ask', 'entry', 'exit', 'premium', 'spot', 'callPrice', 'putPrice']) // prettier-ignore

/** Prices compared to the last bit: 0.1 + 0.2 is not 0.3. */
export const floatEquality: Rule = {
  id: 'float-equality',
  severity: 'wrong',
  title: 'Prices are compared to the last bit',
  look: subject =>
    subject.expressions.flatMap(({ expression, statement }) => {
      if (expression.kind !== 'compare' || expression.comparators.length !== 1) return []
      const [operator, right] = [expression.operators[0], expression.comparators[0]]
      if (!right || (operator !== '==' && operator !== '!=')) return []
      const prices = [expression.left, right].map(side => priceOf(side, subject))
      const [one, other] = prices
      if (!one || (!other && !isDecimal(right)) || (isQuote(one) && isQuote(other))) return []
      const near = compare(
        call('abs', [binary(expression.left, '-', right)]),
        operator === '==' ? '<' : '>=',
        float(1e-9),
      )
      return [
        {
          lines: linesOf(statement),
          reason: `\`${printExpression(expression)}\` fails for the same price reached by another sum, so the order it guards is never sent.`,
          trials: trialsOf(subject, one, other, right),
          fix: withExpression(subject.function, expression, near),
          isGuess: false,
        },
      ]
    }),
}

function priceOf(side: Expression, subject: Subject): SubjectParameter | undefined {
  if (side.kind !== 'name') return undefined
  return subject.parameters.find(({ name, role }) => name === side.id && PRICES.has(role))
}

/** Bid and ask of one quote come as they were sent; no sum stands between them. */
function isQuote(parameter: SubjectParameter | undefined): boolean {
  return parameter?.role === 'bid' || parameter?.role === 'ask'
}

function isDecimal(expression: Expression): boolean {
  return expression.kind === 'constant' && expression.type === 'float' && !/^\d+\.0*$/.test(expression.text)
}

/** The same price, once as it is written and once as a sum of ticks, must be treated the same. */
function trialsOf(
  subject: Subject,
  one: SubjectParameter,
  other: SubjectParameter | undefined,
  right: Expression,
): readonly Trial[] {
  const written = other ? '0.3' : printExpression(right)
  const summed = other
    ? '0.1 + 0.2'
    : `sum([${written} / 3] * 3) if sum([${written} / 3] * 3) != ${written} else ${written} + 1e-15`
  const texts = [summed, written].map(text =>
    looseCallText(subject, { ...(other ? { [other.name]: '0.3' } : {}), [one.name]: text }),
  )
  const [actual, expected] = texts
  if (actual === undefined || expected === undefined) return []
  return [
    {
      topic: '',
      input: `${subject.function.name}(${actual})`,
      actual: `$f(${actual})`,
      expected: [`$f(${expected})`],
      tolerance: 1e-9,
    },
  ]
}
