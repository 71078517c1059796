import { binary, integer } from '../../transform/build.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { editsOf, guesses } from '../edits.ts'
import type { Rule, Trial } from '../rule.ts'
import { callText } from '../sampling.ts'
import { parameterOf, type Subject } from '../subject.ts'
import { hasWord } from '../words.ts'

/** A moving average whose last window ends before the last price, or has one price too many. */
export const windowOffByOne: Rule = {
  id: 'window-off-by-one',
  severity: 'wrong',
  title: 'The window is off by one',
  look: subject => {
    const lines = subject.function.lines
    const trials = trialsOf(subject)
    if (!lines || trials.length === 0) return []
    const reason =
      'The last value is not the mean of the last prices of the window: the signal lags or leans by a bar.'
    return [
      ...guesses(editsOf(subject, oneMore), trials, () => reason),
      { lines, reason, trials, fix: undefined, isGuess: false },
    ]
  },
}

function trialsOf(subject: Subject): readonly Trial[] {
  const text = subject.nameWords.join(' ')
  const isAverage =
    /\b(sma|moving average|rolling mean|rolling average|simple average|mean of last|ma)\b/.test(text)
  const [prices, window] = [parameterOf(subject, 'prices'), parameterOf(subject, 'window')]
  const isEarlier = hasWord(
    subject.words,
    'previous',
    'prior',
    'before',
    'weighted',
    'exponential',
    'ema',
    'hull',
  )
  if (!isAverage || !prices || !window || isEarlier) return []
  const call = callText(subject, {}, { [window.name]: '5', [prices.name]: walkFor(prices.kind.kind) })
  if (call === undefined) return []
  return [
    {
      topic: '',
      input: `${subject.function.name}(${call}), its last value`,
      actual: `reference.last($f(${call}))`,
      expected: ['reference.average(reference.prices(60)[-5:])'],
      tolerance: 1e-9,
    },
  ]
}

function walkFor(kind: string): string {
  const walk = 'reference.prices(60)'
  return kind === 'series'
    ? `reference.series(${walk})`
    : kind === 'array'
      ? `reference.array(${walk})`
      : walk
}

/** The end of a range or slice one later or earlier, and its start likewise. */
function oneMore(expression: Expression): readonly Expression[] {
  if (expression.kind === 'call' && printExpression(expression.callee) === 'range')
    return expression.arguments.flatMap((given, index) =>
      (['+', '-'] as const).map(sign => ({
        ...expression,
        arguments: expression.arguments.with(index, {
          ...given,
          value: binary(given.value, sign, integer(1)),
        }),
      })),
    )
  if (expression.kind !== 'slice') return []
  const { lower, upper } = expression
  return (['+', '-'] as const).flatMap(sign => [
    ...(lower ? [{ ...expression, lower: binary(lower, sign, integer(1)) }] : []),
    ...(upper ? [{ ...expression, upper: binary(upper, sign, integer(1)) }] : []),
  ])
}
