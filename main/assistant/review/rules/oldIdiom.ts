import { attribute, call, list, name } from '../../transform/build.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import type { Rule, Trial } from '../rule.ts'
import { looseCallText } from '../sampling.ts'
import type { Subject } from '../subject.ts'
import { linesOf, withExpression } from '../walk.ts'

/** What was taken out of Python, NumPy or pandas, and what stands for it now. */
interface Idiom {
  /** The word that the exception or warning names. */
  readonly word: string
  readonly since: string
  /** The expression with what stands for it; undefined where this is not the idiom. */
  readonly renew: (expression: Expression) => Expression | undefined
}

const IDIOMS: readonly Idiom[] = [
  ...['float', 'int', 'bool', 'object', 'str', 'complex'].map(word =>
    attributeOf('np', word, 'NumPy 1.24', name(word)),
  ),
  named('xrange', 'range', 'Python 3'),
  named('unicode', 'str', 'Python 3'),
  named('raw_input', 'input', 'Python 3'),
  named('basestring', 'str', 'Python 3'),
  named('long', 'int', 'Python 3'),
  methodNamed('iteritems', 'items', 'Python 3 and pandas 2'),
  methodNamed('itervalues', 'values', 'Python 3'),
  methodNamed('iterkeys', 'keys', 'Python 3'),
  methodNamed('ix', 'loc', 'pandas 1.0'),
  methodNamed('as_matrix', 'to_numpy', 'pandas 1.0'),
  methodNamed('get_value', 'at', 'pandas 1.0'),
  { word: 'append', since: 'pandas 2', renew: concatenated },
  { word: 'has_key', since: 'Python 3', renew: membership },
]

/** Code that newer versions refuse: it worked on the old machine and stops in the session after the upgrade. */
export const oldIdiom: Rule = {
  id: 'old-idiom',
  severity: 'wrong',
  title: 'Newer versions refuse this',
  look: subject =>
    subject.expressions.flatMap(({ expression, statement }) =>
      IDIOMS.flatMap(({ word, since, renew }) => {
        const renewed = renew(expression)
        return renewed
          ? [
              {
                lines: linesOf(statement),
                reason: `\`${printExpression(expression)}\` is gone since ${since}.`,
                trials: trialsOf(subject, word),
                fix: withExpression(subject.function, expression, renewed),
                isGuess: false,
              },
            ]
          : []
      }),
    ),
}

function trialsOf(subject: Subject, word: string): readonly Trial[] {
  const given = looseCallText(subject)
  return [
    {
      topic: '',
      input: `${subject.function.name}(${given})`,
      actual: `reference.knows(lambda: $f(${given}), "${word}")`,
      expected: ['"runs"'],
      tolerance: 0,
    },
  ]
}

function named(old: string, now: string, since: string): Idiom {
  return {
    word: old,
    since,
    renew: expression => (expression.kind === 'name' && expression.id === old ? name(now) : undefined),
  }
}

function attributeOf(module: string, word: string, since: string, now: Expression): Idiom {
  return {
    word,
    since,
    renew: expression =>
      expression.kind === 'attribute' &&
      expression.attribute === word &&
      expression.value.kind === 'name' &&
      [module, 'numpy'].includes(expression.value.id)
        ? now
        : undefined,
  }
}

function methodNamed(old: string, now: string, since: string): Idiom {
  return {
    word: old,
    since,
    renew: expression =>
      expression.kind === 'attribute' && expression.attribute === old
        ? attribute(expression.value, now)
        : undefined,
  }
}

/** `pd.concat([frame, other])` for `frame.append(other)`. */
function concatenated(expression: Expression): Expression | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined
  const { callee } = expression
  const [first, ...rest] = expression.arguments
  if (
    callee.attribute !== 'append' ||
    first?.form !== 'positional' ||
    rest.some(({ form }) => form !== 'keyword')
  )
    return undefined
  const made = call('pd.concat', [list([callee.value, first.value])])
  return made.kind === 'call' ? { ...made, arguments: [...made.arguments, ...rest] } : undefined
}

/** `key in table` for `table.has_key(key)`. */
function membership(expression: Expression): Expression | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined
  const [first] = expression.arguments
  if (expression.callee.attribute !== 'has_key' || !first) return undefined
  return { kind: 'compare', left: first.value, operators: ['in'], comparators: [expression.callee.value] }
}
