import { editsOf, guesses, otherComparison, otherSign, pairsOf } from '../edits.ts'
import type { Rule, Suspicion, Trial } from '../rule.ts'
import { callText } from '../sampling.ts'
import { parameterOf, type Subject, type SubjectParameter } from '../subject.ts'
import { hasWord } from '../words.ts'

/** A stop on the wrong side of the entry, or a test of it the wrong way round: it fires at once, or never. */
export const stopSide: Rule = {
  id: 'stop-side',
  severity: 'loss',
  title: 'The stop stands on the wrong side',
  look: subject => {
    const trials = [...levelTrials(subject), ...hitTrials(subject)]
    const lines = subject.function.lines
    if (trials.length === 0 || !lines) return []
    const reason =
      'A long is stopped below its entry, a short above it. As it stands one of them is stopped at once or runs without a stop.'
    const whole: Suspicion = { lines, reason, trials, fix: undefined, isGuess: false }
    return [
      ...guesses(
        [
          ...editsOf(subject, otherSign),
          ...editsOf(subject, otherComparison),
          ...pairsOf(subject, otherComparison),
        ],
        trials,
        () => reason,
      ),
      whole,
    ]
  },
}

/** How each side is written for the parameter that says it. */
function sidesOf(parameter: SubjectParameter): readonly (readonly ['long' | 'short', string])[] {
  if (parameter.role === 'isShort') return [['long', 'False'], ['short', 'True']] // prettier-ignore
  if (parameter.role === 'isLong') return [['long', 'True'], ['short', 'False']] // prettier-ignore
  const { kind } = parameter
  if (kind.kind !== 'string') return [['long', '1'], ['short', '-1']] // prettier-ignore
  const long = kind.options.find(option => /^(long|buy|b|l)/i.test(option))
  const short = kind.options.find(option => /^(short|sell|s)/i.test(option))
  return [
    ['long', JSON.stringify(long ?? cased('long', 'buy', short))],
    ['short', JSON.stringify(short ?? cased('short', 'sell', long))],
  ]
}

/** The name of the other side in the words and case of the one that is written. */
function cased(position: string, order: string, other: string | undefined): string {
  if (other === undefined) return position
  const word = /^(buy|sell)/i.test(other) ? order : position
  return other === other.toUpperCase() ? word.toUpperCase() : word
}

/** A function that gives the price of a stop, or of a target. */
function levelTrials(subject: Subject): readonly Trial[] {
  const side = parameterOf(subject, 'isShort', 'isLong', 'side')
  const entry = parameterOf(subject, 'entry', 'price', 'spot')
  const isStop = hasWord(subject.words, 'stop', 'stops')
  const isTarget = hasWord(subject.nameWords, 'target') || subject.nameWords.join(' ').includes('take profit')
  if (!side || !entry || isStop === isTarget || parameterOf(subject, 'stop', 'target')) return []
  return sidesOf(side).flatMap(([name, text]) => {
    const call = callText(
      subject,
      { percent: '0.1', distance: '2.0' },
      { [side.name]: text, [entry.name]: '100.0' },
    )
    const isBelow = (name === 'long') === isStop
    return call === undefined
      ? []
      : [
          {
            topic: name,
            input: `${subject.function.name}(${call}) ${isBelow ? 'below' : 'above'} the entry`,
            actual: `$f(${call}) ${isBelow ? '<' : '>'} 100.0`,
            expected: ['True'],
            tolerance: 0,
          },
        ]
  })
}

/** A function that says whether a stop is hit. */
function hitTrials(subject: Subject): readonly Trial[] {
  const side = parameterOf(subject, 'isShort', 'isLong', 'side')
  const stop = parameterOf(subject, 'stop')
  const price = parameterOf(subject, 'price', 'spot', 'exit')
  const isTest = hasWord(
    subject.words,
    'hit',
    'stopped',
    'triggered',
    'out',
    'touched',
    'reached',
    'breached',
  )
  if (!side || !stop || !price || !isTest || parameterOf(subject, 'entry')) return []
  return sidesOf(side).flatMap(([name, text]) =>
    (['90.0', '110.0'] as const).flatMap(at => {
      const call = callText(subject, {}, { [side.name]: text, [stop.name]: '100.0', [price.name]: at })
      const isHit = (name === 'long') === (at === '90.0')
      return call === undefined
        ? []
        : [
            {
              topic: name,
              input: `${subject.function.name}(${call})`,
              actual: `bool($f(${call}))`,
              expected: [isHit ? 'True' : 'False'],
              tolerance: 0,
            },
          ]
    }),
  )
}
