import { binary, float } from '../../transform/build.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { editsOf, guesses } from '../edits.ts'
import { formulaTrials } from '../formulaTrials.ts'
import { quantitiesOf } from '../quantity.ts'
import type { Rule, Suspicion } from '../rule.ts'
import { callText } from '../sampling.ts'
import { parameterOf, type Subject } from '../subject.ts'

/** `sigma ** sqrt(T)` where the product is meant, `vol * 2` where the square is, `x ^ 0.5` which is no power in Python. */
export const powerForProduct: Rule = {
  id: 'power-for-product',
  severity: 'loss',
  title: 'A power stands where a product belongs, or the other way round',
  look: subject => [
    ...caretSuspicions(subject),
    ...guesses(
      [...editsOf(subject, otherPower), ...editsOf(subject, timeRooted(subject))],
      formulaTrials(
        subject,
        quantitiesOf(subject).filter(({ quantity }) => quantity !== 'american_price'),
      ),
      ({ was, now }) => `\`${was}\` is not \`${now}\`: every price and hedge made with it is off.`,
    ),
  ],
}

function caretSuspicions(subject: Subject): readonly Suspicion[] {
  const call = callText(subject, {})
  if (call === undefined) return []
  const trial = {
    topic: '',
    input: `${subject.function.name}(${call})`,
    actual: `reference.knows(lambda: $f(${call}), "^")`,
    expected: ['"runs"'],
    tolerance: 0,
  }
  return editsOf(subject, asPower).map(({ was, lines, fix }) => ({
    lines,
    reason: `In Python \`^\` mixes the bits of whole numbers: \`${was}\` is no power and fails on decimals.`,
    trials: [trial],
    fix,
    isGuess: false,
  }))
}

function asPower(expression: Expression): readonly Expression[] {
  return expression.kind === 'binary' && expression.operator === '^'
    ? [{ ...expression, operator: '**' }]
    : []
}

/** The root of the time where it stands bare: `sigma * T` for `sigma * sqrt(T)`. */
function timeRooted(subject: Subject): (expression: Expression) => readonly Expression[] {
  const time = parameterOf(subject, 'years', 'days', 'hours', 'minutes')
  return expression =>
    expression.kind === 'name' && expression.id === time?.name ? [binary(expression, '**', float(0.5))] : []
}

function otherPower(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'binary') return []
  const { operator, right } = expression
  if (operator === '**') {
    const isPlain = right.kind === 'constant' && ['2', '2.0', '0.5', '3'].includes(right.text)
    return isPlain ? [] : [{ ...expression, operator: '*' }]
  }
  return operator === '*' && right.kind === 'constant' && /^2(\.0)?$/.test(right.text)
    ? [{ ...expression, operator: '**' }]
    : []
}
