import type { Rule, Trial } from '../rule.ts'
import { callText, isBars } from '../sampling.ts'
import type { Subject } from '../subject.ts'
import { hasWord } from '../words.ts'

/** A drawdown that is measured to a low before its peak, or from a peak after its low. */
export const drawdownOrder: Rule = {
  id: 'drawdown-order',
  severity: 'wrong',
  title: 'The drawdown does not run from a peak to a later low',
  look: subject => {
    const lines = subject.function.lines
    const trials = trialsOf(subject)
    if (!lines || trials.length === 0) return []
    return [
      {
        lines,
        reason:
          'A drawdown is what was lost since the highest point until then. Highest less lowest of the whole curve counts a rise as a loss.',
        trials,
        fix: undefined,
        isGuess: false,
      },
    ]
  },
}

function trialsOf(subject: Subject): readonly Trial[] {
  const [curve, ...others] = subject.parameters.filter(isBars)
  const isLargest = hasWord(subject.words, 'max', 'maximum', 'largest', 'worst', 'deepest')
  if (!curve || others.length > 0 || !isLargest || !hasWord(subject.nameWords, 'drawdown', 'mdd')) return []
  if (curve.kind.kind === 'frame' || /ret|pnl|profit|trade/i.test(curve.name)) return []
  // A rise, a small fall, a larger rise and a fall again
  const values = '[100.0, 140.0, 126.0, 180.0, 171.0, 200.0, 150.0, 220.0]'
  const isListed = curve.kind.kind === 'list' || curve.kind.kind === 'unknown'
  const made = isListed ? values : `reference.${curve.kind.kind}(${values})`
  const call = callText(subject, {}, { [curve.name]: made })
  if (call === undefined) return []
  return [
    {
      topic: '',
      input: `${subject.function.name}(${call})`,
      actual: `$f(${call})`,
      expected: ['0.25', '-0.25', '50.0', '-50.0', '25.0', '-25.0'],
      tolerance: 1e-9,
    },
  ]
}
