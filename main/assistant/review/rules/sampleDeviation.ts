import { integer } from '../../transform/build.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { editsOf } from '../edits.ts'
import type { Rule, Trial } from '../rule.ts'
import { callText, isBars } from '../sampling.ts'
import type { Subject } from '../subject.ts'
import { hasWord } from '../words.ts'

/** A deviation that is said to be that of a sample and divides by the whole count: NumPy's default, not pandas'. */
export const sampleDeviation: Rule = {
  id: 'sample-deviation',
  severity: 'wrong',
  title: 'The deviation is not that of a sample',
  look: subject => {
    if (!hasWord(subject.words, 'sample', 'unbiased', 'bessel')) return []
    return editsOf(subject, withSample).map(({ was, now, lines, fix }) => ({
      lines,
      reason: `\`${was}\` divides by the count; of a sample, as it says, it is \`${now}\`. Short windows come out too calm.`,
      trials: trialsOf(subject),
      fix,
      isGuess: false,
    }))
  },
}

function trialsOf(subject: Subject): readonly Trial[] {
  const call = callText(subject, {}, {}, 8)
  if (call === undefined || !subject.parameters.some(isBars)) return []
  return [
    {
      topic: '',
      input: `${subject.function.name}(${call})`,
      actual: `$f(${call})`,
      expected: [`$mended(${call})`],
      tolerance: 1e-12,
    },
  ]
}

/** `np.std(x)` and `array.std()` with one degree of freedom less. */
function withSample(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return []
  const isDeviation = /^(std|var)$/.test(expression.callee.attribute)
  if (!isDeviation || /ddof/.test(printExpression(expression))) return []
  const given = { form: 'keyword' as const, name: 'ddof', value: integer(1) }
  return [{ ...expression, arguments: [...expression.arguments, given] }]
}
