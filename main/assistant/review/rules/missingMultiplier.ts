import { binary, integer } from '../../transform/build.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { editsOf, guesses } from '../edits.ts'
import type { Rule, Trial } from '../rule.ts'
import { callText } from '../sampling.ts'
import { parameterOf, type Subject } from '../subject.ts'
import { hasWord } from '../words.ts'

/** Profit of option contracts without the hundred shares of each. */
export const missingMultiplier: Rule = {
  id: 'missing-multiplier',
  severity: 'loss',
  title: 'The contract multiplier is forgotten',
  look: subject =>
    guesses(
      editsOf(subject, timesHundred(subject)),
      trialsOf(subject),
      () =>
        'One contract is a hundred shares: this profit, and every limit held against it, is a hundredth of the money.',
    ),
}

function trialsOf(subject: Subject): readonly Trial[] {
  const [entry, exit, contracts] = [
    parameterOf(subject, 'entry', 'premium'),
    parameterOf(subject, 'exit', 'price'),
    parameterOf(subject, 'contracts'),
  ]
  const isMoney = hasWord(
    subject.words,
    'pnl',
    'profit',
    'dollars',
    'proceeds',
    'gain',
    'loss',
    'value',
    'money',
  )
  const isOther = hasWord(subject.words, 'share', 'shares', 'stock', 'points', 'future', 'futures', 'premium')
  if (!entry || !exit || !contracts || !isMoney || isOther || parameterOf(subject, 'multiplier')) return []
  const call = callText(
    subject,
    {},
    { [entry.name]: '2.5', [exit.name]: '4.0', [contracts.name]: '3', ...sideOf(subject) },
  )
  if (call === undefined) return []
  const fee = parameterOf(subject, 'fee') ? 0.65 : 0
  const fees = [0, fee, 3 * fee, 6 * fee]
  return [
    {
      topic: '',
      input: `${subject.function.name}(${call})`,
      actual: `$f(${call})`,
      expected: [450, -450].flatMap(gross => fees.map(paid => String(gross - paid))),
      tolerance: 1e-9,
    },
  ]
}

function sideOf(subject: Subject): Readonly<Record<string, string>> {
  const side = parameterOf(subject, 'side')
  return side && side.kind.kind !== 'string' ? { [side.name]: '1' } : {}
}

/** A product that holds the number of contracts, times a hundred. */
function timesHundred(subject: Subject): (expression: Expression) => readonly Expression[] {
  const contracts = parameterOf(subject, 'contracts')
  return expression => {
    if (expression.kind !== 'binary' || expression.operator !== '*') return []
    const holds = [expression.left, expression.right].some(
      side => side.kind === 'name' && side.id === contracts?.name,
    )
    return holds ? [binary(expression, '*', integer(100))] : []
  }
}
