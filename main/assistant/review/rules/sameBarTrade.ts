import { float, integer, method } from '../../transform/build.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { editsOf } from '../edits.ts'
import type { Rule, Trial } from '../rule.ts'
import { callText, isBars } from '../sampling.ts'
import type { Subject } from '../subject.ts'
import { hasWord } from '../words.ts'

/** A position that is taken at the close that decided it, and paid for the move into that close. */
export const sameBarTrade: Rule = {
  id: 'same-bar-trade',
  severity: 'loss',
  title: 'The strategy is paid for the bar that gave its signal',
  look: subject => {
    const isStrategy =
      hasWord(subject.words, 'strategy', 'backtest', 'pnl', 'equity', 'profit', 'performance', 'earned') &&
      !hasWord(subject.words, 'volatility', 'vol', 'drawdown', 'sharpe', 'variance', 'deviation', 'var')
    const lines = subject.function.lines
    const trials = trialsOf(subject)
    if (!isStrategy || !lines || trials.length === 0 || !subject.parameters.some(isBars)) return []
    const reason =
      'The position of a bar is known only at its close, yet it earns that very bar: it wins whichever way the bar goes. Live it earns the next one.'
    return [
      ...editsOf(subject, laterPosition).map(edit => ({
        lines: edit.lines,
        reason,
        trials,
        fix: edit.fix,
        isGuess: true,
      })),
      { lines, reason, trials, fix: undefined, isGuess: false },
    ]
  },
}

/** What the last bar earns must turn its sign with the last bar. */
function trialsOf(subject: Subject): readonly Trial[] {
  const call = callText(subject, {})
  if (call === undefined || !/reference\.prices\(\d+\)|reference\.changes/.test(call)) return []
  return [
    {
      topic: '',
      input: `${subject.function.name}(${call}), with a last bar of +3 % and of -3 %`,
      actual: `reference.wins_both_ways(lambda: $f(${call}))`,
      expected: ['False'],
      tolerance: 0,
    },
  ]
}

/** `position * returns` with the position of the bar before. */
function laterPosition(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'binary' || expression.operator !== '*') return []
  const { left, right } = expression
  return [
    ...(isSeriesLike(left) ? [{ ...expression, left: held(left) }] : []),
    ...(isSeriesLike(right) ? [{ ...expression, right: held(right) }] : []),
  ]
}

function isSeriesLike(expression: Expression): boolean {
  return expression.kind !== 'constant' && !printExpression(expression).includes('.shift(')
}

function held(position: Expression): Expression {
  return method(method(position, 'shift', [integer(1)]), 'fillna', [float(0)])
}
