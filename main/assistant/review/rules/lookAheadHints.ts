import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import type { Suspicion } from '../rule.ts'
import type { Subject } from '../subject.ts'
import { linesOf } from '../walk.ts'
import { hasWord, wordsOf } from '../words.ts'

/** An expression that may bring later bars to an earlier one. */
export interface Hint {
  readonly expression: Expression
  readonly lines: Suspicion['lines']
  readonly reason: string
  /** What stands for it where it can be had without the later bars. */
  readonly replacement: Expression | undefined
}

type Call = Extract<Expression, { kind: 'call' }>

/** A call of a method that may look ahead. */
interface Ahead {
  readonly isIt: (method: string, text: string) => boolean
  readonly why: string
  readonly mend?: (call: Call) => Expression
  /** Whether it only tells something where the function is about bars in time. */
  readonly isOfAll?: boolean
}

const WHOLE = new Set([
  'mean', 'std', 'min', 'max', 'median', 'quantile', 'rank', 'fit', 'fit_transform', 'polyfit', 'linregress', 'lstsq',
  'detrend', 'filtfilt', 'savgol_filter', 'fft', 'rfft',
]) // prettier-ignore

const CALLS: readonly Ahead[] = [
  {
    isIt: (method, text) => method === 'shift' && /shift\((periods=)?-/.test(text),
    why: "brings tomorrow's bar to today",
  },
  {
    isIt: (method, text) => method === 'rolling' && text.includes('center=True'),
    why: 'is centred: half of every window lies in the future',
    mend: call => ({ ...call, arguments: call.arguments.filter(({ name }) => name !== 'center') }),
  },
  {
    isIt: (method, text) => /^(bfill|backfill)$/.test(method) || /method=.(bfill|backfill)/.test(text),
    why: 'fills a gap with what came after it',
  },
  {
    isIt: method => WHOLE.has(method),
    why: 'is taken over the whole history, also what came after each bar',
    isOfAll: true,
  },
]

/** Every such expression in the body of a function. */
export function hintsOf(subject: Subject): readonly Hint[] {
  return subject.expressions.flatMap(({ expression, statement }) =>
    hintsAt(expression, subject).map(hint => ({ expression, lines: linesOf(statement), ...hint })),
  )
}

function hintsAt(expression: Expression, subject: Subject): readonly Pick<Hint, 'reason' | 'replacement'>[] {
  const text = printExpression(expression)
  if (expression.kind === 'subscript') {
    const isNext = /(^|\W)\w+ \+ \w+\]?$/.test(printExpression(expression.index))
    return isNext ? [{ reason: `\`${text}\` is a bar that has not traded yet.`, replacement: undefined }] : []
  }
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return []
  const { attribute, value } = expression.callee
  return CALLS.filter(
    ({ isIt, isOfAll }) => isIt(attribute, text) && (isOfAll !== true || isWhole(value, subject)),
  ).map(({ why, mend }) => ({ reason: `\`${text}\` ${why}.`, replacement: mend?.(expression) }))
}

/** Whether a figure of all of it is one of the whole history: of a name or a column, in a function about bars in time. */
function isWhole(value: Expression, subject: Subject): boolean {
  const isDirect = value.kind === 'name' || (value.kind === 'subscript' && value.value.kind === 'name')
  const words = [
    ...subject.words,
    ...subject.parameters.flatMap(({ name }) => wordsOf(name)),
    ...moduleWords(subject),
  ]
  const isAboutTime = hasWord(
    words,
    'price', 'prices', 'close', 'closes', 'bars', 'series', 'signal', 'signals', 'feature', 'features', 'backtest',
    'backtests', 'strategy', 'indicator', 'indicators', 'history', 'returns',
  ) // prettier-ignore
  const isFigure = hasWord(subject.words, 'cross', 'sectional', 'summary', 'sharpe', 'report')
  return isDirect && isAboutTime && !isFigure
}

function moduleWords({ module }: Subject): readonly string[] {
  const first = module.body[0]
  const isText = first?.kind === 'expression' && first.value.kind === 'constant'
  return isText ? wordsOf(printExpression(first.value)) : []
}
