import { binary, name } from '../../transform/build.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { editsOf, guesses } from '../edits.ts'
import { formulaTrials } from '../formulaTrials.ts'
import { quantitiesOf } from '../quantity.ts'
import type { Rule, Suspicion } from '../rule.ts'
import { parameterOf, type Subject } from '../subject.ts'

/** A payoff that never takes the strike off the spot. */
export const payoffWithoutStrike: Rule = {
  id: 'payoff-without-strike',
  severity: 'loss',
  title: 'The payoff leaves the strike out',
  look: subject => {
    const trials = formulaTrials(
      subject,
      quantitiesOf(subject).filter(({ quantity }) => quantity === 'payoff' || quantity === 'profit'),
    )
    if (trials.length === 0) return []
    const reason = 'An option pays what lies between spot and strike; this pays something else at expiry.'
    return [
      ...guesses(editsOf(subject, overStrike(subject)), trials, () => reason),
      ...unread(subject).map((lines): Suspicion => ({
        lines,
        reason,
        trials,
        fix: undefined,
        isGuess: false,
      })),
    ]
  },
}

/** `max(…, 0)` of spot less strike, and of strike less spot. */
function overStrike(subject: Subject): (expression: Expression) => readonly Expression[] {
  const spot = parameterOf(subject, 'spot', 'price', 'exit')
  const strike = parameterOf(subject, 'strike')
  return expression => {
    if (!spot || !strike || expression.kind !== 'call') return []
    const { callee } = expression
    const isLargest =
      (callee.kind === 'name' && callee.id === 'max') ||
      (callee.kind === 'attribute' && callee.attribute === 'maximum')
    if (!isLargest) return []
    const [one, other] = [name(spot.name), name(strike.name)]
    return expression.arguments.flatMap((given, index) =>
      given.value.kind === 'constant'
        ? []
        : [binary(one, '-', other), binary(other, '-', one)].map(value => ({
            ...expression,
            arguments: expression.arguments.with(index, { ...given, value }),
          })),
    )
  }
}

function unread(subject: Subject) {
  const strike = parameterOf(subject, 'strike')
  const lines = subject.function.lines
  return strike && !strike.isRead && lines ? [lines] : []
}
