import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import type { Rule, Suspicion, Trial } from '../rule.ts'
import { callText, isBars } from '../sampling.ts'
import type { Subject } from '../subject.ts'
import { linesOf, withExpression } from '../walk.ts'
import { hasWord, wordsOf } from '../words.ts'

/** How many bars the shorter market has, and how many more the longer one. */
const SHORTS = Array.from({ length: 15 }, (_, index) => 45 - index)
const LONG = 60

/** A value of a bar that is made with later bars: what was known then would have given another one. */
export const lookAhead: Rule = {
  id: 'look-ahead',
  severity: 'loss',
  title: 'A bar knows what comes after it',
  look: subject => {
    if (isMeantToLookAhead(subject) || !subject.parameters.some(isBars)) return []
    return hintsOf(subject).map(({ expression, lines, reason, replacement }) => ({
      lines,
      reason,
      trials: trialsOf(subject),
      fix: replacement && withExpression(subject.function, expression, replacement),
      isGuess: false,
    }))
  },
}

/** The answer about the first bars must be the same whether or not the later bars are there. */
function trialsOf(subject: Subject): readonly Trial[] {
  const long = callText(subject, {}, {}, LONG)
  if (long === undefined) return []
  const { name } = subject.function
  const trials = SHORTS.flatMap((count): readonly Trial[] => {
    const short = callText(subject, {}, {}, count)
    if (short === undefined) return []
    return [
      {
        topic: String(count),
        input: `${name}(${long}), its first ${String(count)} bars`,
        actual: `reference.cut($f(${long}), $f(${short}), ${String(LONG - count)})`,
        expected: [`$f(${short})`],
        tolerance: 1e-9,
      },
    ]
  })
  const isSignal = hasWord(
    subject.nameWords,
    'signal',
    'signals',
    'entry',
    'entries',
    'position',
    'positions',
  )
  return isSignal && long.includes('reference.prices(') ? [...trials, lastBarTrial(subject, long)] : trials
}

/** A list that is one bar short says at place i what bar i + 1 did, where its last value turns with the last bar alone. */
function lastBarTrial(subject: Subject, call: string): Trial {
  return {
    topic: 'last',
    input: `${subject.function.name}(${call}), its last signal when the bar after it rises and when it falls`,
    actual: `reference.ahead(lambda: $f(${call}), ${String(LONG)})`,
    expected: ['"the same signal"'],
    tolerance: 0,
  }
}

interface Hint {
  readonly expression: Expression
  readonly replacement: Expression | undefined
  readonly lines: Suspicion['lines']
  readonly reason: string
}

function hintsOf(subject: Subject): readonly Hint[] {
  return subject.expressions.flatMap(({ expression, statement }) => {
    const hint = hintOf(expression, subject)
    return hint ? [{ expression, lines: linesOf(statement), ...hint }] : []
  })
}

function hintOf(expression: Expression, subject: Subject): Pick<Hint, 'reason' | 'replacement'> | undefined {
  const text = printExpression(expression)
  if (expression.kind === 'subscript')
    return /(^|\W)\w+ \+ [\w]+\]?$/.test(printExpression(expression.index))
      ? { reason: `\`${text}\` is a bar that has not traded yet.`, replacement: undefined }
      : undefined
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined
  const { attribute } = expression.callee
  if (attribute === 'shift' && /shift\((periods=)?-/.test(text))
    return { reason: `\`${text}\` brings tomorrow's bar to today.`, replacement: undefined }
  if (attribute === 'rolling' && /center=True/.test(text))
    return {
      reason: `\`${text}\` is centred: half of every window lies in the future.`,
      replacement: {
        ...expression,
        arguments: expression.arguments.filter(({ name }) => name !== 'center'),
      },
    }
  if (/^(bfill|backfill)$/.test(attribute) || /method=.(bfill|backfill)/.test(text))
    return { reason: `\`${text}\` fills a gap with what came after it.`, replacement: undefined }
  if (
    /^(mean|std|min|max|median|quantile|rank|fit|fit_transform|polyfit|linregress|lstsq|detrend|filtfilt|savgol_filter|fft|rfft)$/.test(
      attribute,
    ) &&
    isWholeSample(expression, subject)
  )
    return {
      reason: `\`${text}\` is taken over the whole history, also what came after each bar.`,
      replacement: undefined,
    }
  return undefined
}

/** A figure of all bars at once, in a function that is about bars in time. */
function isWholeSample(expression: Extract<Expression, { kind: 'call' }>, subject: Subject): boolean {
  const { callee } = expression
  if (callee.kind !== 'attribute') return false
  const base = callee.value
  const isDirect = base.kind === 'name' || (base.kind === 'subscript' && base.value.kind === 'name')
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
  return (
    isDirect && isAboutTime && !hasWord(subject.words, 'cross', 'sectional', 'summary', 'sharpe', 'report')
  )
}

function moduleWords({ module }: Subject): readonly string[] {
  const first = module.body[0]
  const isText = first?.kind === 'expression' && first.value.kind === 'constant'
  return isText ? wordsOf(printExpression(first.value)) : []
}

/** Whether it says of itself that it gives what came later: what a model is trained towards, never what it is given. */
function isMeantToLookAhead({ nameWords, words }: Subject): boolean {
  const isInput = hasWord(
    nameWords,
    'feature',
    'features',
    'signal',
    'signals',
    'entry',
    'entries',
    'indicator',
  )
  return (
    hasWord(
      nameWords,
      'label',
      'labels',
      'target',
      'targets',
      'forward',
      'future',
      'outcome',
      'ahead',
      'next',
    ) ||
    (!isInput && hasWord(words, 'label', 'labels', 'target', 'targets', 'forward', 'future'))
  )
}
