import { binary, float } from '../../transform/build.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { editsOf } from '../edits.ts'
import type { Rule, Suspicion, Trial } from '../rule.ts'
import { callText } from '../sampling.ts'
import { parameterOf, type Subject } from '../subject.ts'
import { hasWord } from '../words.ts'

/** A price that is on its tick and is moved by the rounding: 0.30 / 0.05 is 5.999…, cut to 5. */
export const tickRounding: Rule = {
  id: 'tick-rounding',
  severity: 'loss',
  title: 'Rounding moves a price that is on its tick',
  look: subject => {
    const trials = trialsOf(subject)
    const lines = subject.function.lines
    if (trials.length === 0 || !lines) return []
    const reason =
      'A price that is a whole number of ticks must come back as it is. Divided by the tick it lies a hair below the whole number, and cutting loses a tick on the order.'
    const whole: Suspicion = { lines, reason, trials, fix: undefined, isGuess: false }
    return [
      ...editsOf(subject, nudged).map(edit => ({
        lines: edit.lines,
        reason,
        trials,
        fix: edit.fix,
        isGuess: true,
      })),
      whole,
    ]
  },
}

function trialsOf(subject: Subject): readonly Trial[] {
  const price = parameterOf(subject, 'price', 'bid', 'ask', 'premium', 'entry')
  const tick = parameterOf(subject, 'tick')
  const isAbout = hasWord(subject.words, 'tick', 'ticks', 'nickel', 'cent', 'penny', 'increment')
  const isRounding = hasWord(
    subject.words,
    'round',
    'rounded',
    'snap',
    'tick',
    'nearest',
    'floor',
    'multiple',
  )
  const gives = subject.statements.some(({ kind }) => kind === 'return')
  const written = tick ? '0.05' : writtenTick(subject)
  if (!price || !isAbout || !isRounding || !gives || written === undefined) return []
  const isCount = hasWord(subject.nameWords, 'ticks') && !hasWord(subject.nameWords, 'price', 'to')
  if (isCount || hasWord(subject.nameWords, 'count', 'number', 'is', 'check', 'valid')) return []
  const onTick = written === '0.05' ? ['0.3', '1.15', '4.35', '2.65'] : ['0.29', '0.57', '1.13', '4.35']
  return onTick.flatMap(at => {
    const call = callText(subject, {}, { [price.name]: at, ...(tick ? { [tick.name]: written } : {}) })
    return call === undefined
      ? []
      : [
          {
            topic: '',
            input: `${subject.function.name}(${call})`,
            actual: `$f(${call})`,
            expected: [at],
            tolerance: 1e-9,
          },
        ]
  })
}

/** The tick where it is no parameter: as it is said, or as a number in the body. */
function writtenTick(subject: Subject): string | undefined {
  const { words, docstring, expressions } = subject
  const numbers = new Set(
    expressions.flatMap(({ expression }) => (expression.kind === 'constant' ? [expression.text] : [])),
  )
  if (hasWord(words, 'nickel') || docstring.includes('0.05') || numbers.has('0.05')) return '0.05'
  const isCent = hasWord(words, 'cent', 'penny') || docstring.includes('0.01') || numbers.has('0.01')
  return isCent ? '0.01' : undefined
}

/** `int(x / tick)` and `floor(x * 20)` a hair later, `x // tick` by the whole number below the nudged ratio. */
function nudged(expression: Expression): readonly Expression[] {
  if (expression.kind === 'call') {
    const [given] = expression.arguments
    const isCut = /^(int|math\.floor|floor|np\.floor|math\.trunc)$/.test(printExpression(expression.callee))
    if (!isCut || given?.value.kind !== 'binary') return []
    return [{ ...expression, arguments: [{ ...given, value: binary(given.value, '+', float(1e-9)) }] }]
  }
  if (expression.kind !== 'binary' || expression.operator !== '//') return []
  return [{ ...expression, left: binary(expression.left, '+', float(1e-9)) }]
}
