import { editsOf, guesses, otherSign } from '../edits.ts'
import type { Rule, Trial } from '../rule.ts'
import { callText } from '../sampling.ts'
import { parameterOf, type Subject } from '../subject.ts'
import { hasWord } from '../words.ts'

/** Fees that are added to a profit. */
export const feeSign: Rule = {
  id: 'fee-sign',
  severity: 'loss',
  title: 'Fees make the profit larger',
  look: subject =>
    guesses(
      editsOf(subject, otherSign),
      trialsOf(subject),
      ({ was, now }) =>
        `Fees are paid: with \`${was}\` every trade earns them, with \`${now}\` it pays them.`,
    ),
}

function trialsOf(subject: Subject): readonly Trial[] {
  const fee = parameterOf(subject, 'fee')
  const isProfit = hasWord(subject.words, 'pnl', 'profit', 'net', 'proceeds', 'gain', 'earned', 'made')
  const isCost = hasWord(
    subject.nameWords,
    'cost',
    'costs',
    'fee',
    'fees',
    'basis',
    'breakeven',
    'debit',
    'price',
  )
  if (!fee?.isRead || !isProfit || isCost) return []
  const at = (text: string) => callText(subject, {}, { [fee.name]: text })
  const [free, paid] = [at('0.0'), at('25.0')]
  if (free === undefined || paid === undefined) return []
  return [
    {
      topic: '',
      input: `${subject.function.name}(${paid}) against no fee`,
      actual: `$f(${paid}) <= $f(${free})`,
      expected: ['True'],
      tolerance: 0,
    },
  ]
}
