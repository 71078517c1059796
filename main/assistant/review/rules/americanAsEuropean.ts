import { formulaTrials } from '../formulaTrials.ts'
import { quantitiesOf, rightOf } from '../quantity.ts'
import type { Rule } from '../rule.ts'
import { parameterOf } from '../subject.ts'

/** An American option without its early exercise, where that is worth something: puts, and calls on what pays dividends. */
export const americanAsEuropean: Rule = {
  id: 'american-as-european',
  severity: 'loss',
  title: 'An American option is priced as a European one',
  look: subject => {
    const lines = subject.function.lines
    const quantities = quantitiesOf(subject).filter(({ quantity }) => quantity === 'american_price')
    const isWorthless =
      rightOf(subject) === 'call' && !parameterOf(subject, 'dividend', 'right', 'isCall', 'isPut')
    const trials = formulaTrials(subject, quantities)
    if (!lines || trials.length === 0 || isWorthless) return []
    return [
      {
        lines,
        reason:
          'The holder may exercise early. Deep in the money this price falls below what exercise pays at once, so shorts look cheap to hold.',
        trials,
        fix: undefined,
        isGuess: false,
      },
    ]
  },
}
