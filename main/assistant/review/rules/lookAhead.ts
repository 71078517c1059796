import type { Rule, Trial } from '../rule.ts'
import { callText, isBars } from '../sampling.ts'
import type { Subject } from '../subject.ts'
import { withExpression } from '../walk.ts'
import { hasWord } from '../words.ts'
import { hintsOf } from './lookAheadHints.ts'

/** How many bars the shorter markets have, and how many the longer one. */
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

/** Names of what a model is given, and of what it is trained towards. */
const INPUTS = ['feature', 'features', 'signal', 'signals', 'entry', 'entries', 'indicator']
const LABELS = ['label', 'labels', 'target', 'targets', 'forward', 'future']

/** Whether it says of itself that it gives what came later. */
function isMeantToLookAhead({ nameWords, words }: Subject): boolean {
  if (hasWord(nameWords, ...LABELS, 'outcome', 'ahead', 'next')) return true
  return !hasWord(nameWords, ...INPUTS) && hasWord(words, ...LABELS)
}
