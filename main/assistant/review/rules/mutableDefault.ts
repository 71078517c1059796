import { assign, compare, name, NONE, when } from '../../transform/build.ts'
import { printExpression } from '../../syntax/python/printExpression.ts'
import type { FunctionStatement, Parameter } from '../../syntax/python/tree.ts'
import type { Rule, Trial } from '../rule.ts'
import { looseCallText } from '../sampling.ts'
import type { Subject } from '../subject.ts'

/** A default that all calls share: the fills of the last order are in the next one. */
export const mutableDefault: Rule = {
  id: 'mutable-default',
  severity: 'wrong',
  title: 'A default is shared by all calls',
  look: subject =>
    subject.function.parameters.filter(isMutable).flatMap(parameter => {
      const lines = subject.function.lines
      return lines
        ? [
            {
              lines: { first: lines.first, last: lines.first },
              reason: `The default of \`${parameter.name}\` is made once; what one call puts into it, every later call finds there.`,
              trials: trialsOf(subject, parameter),
              fix: withFreshDefault(subject, parameter),
              isGuess: false,
            },
          ]
        : []
    }),
}

function isMutable({ fallback }: Parameter): boolean {
  if (fallback?.kind === 'call')
    return fallback.callee.kind === 'name' && /^(list|dict|set)$/.test(fallback.callee.id)
  return fallback?.kind === 'list' || fallback?.kind === 'dict' || fallback?.kind === 'set'
}

/** Asked after another call, the same or not, it must answer as if it were given a fresh default. */
function trialsOf(subject: Subject, { name: parameter, fallback }: Parameter): readonly Trial[] {
  if (!fallback) return []
  const call = looseCallText(subject)
  const fresh = `${call}${call === '' ? '' : ', '}${parameter}=${printExpression(fallback)}`
  const other = call.replace(/\d+(?=\.0\b|$|[,)])/g, digits => String(Number(digits) + 1))
  return [call, other].map(first => ({
    topic: first,
    input: `${subject.function.name}(${first}), then ${subject.function.name}(${call})`,
    actual: `[$f(${first}), reference.copy.deepcopy($f(${call}))][1]`,
    expected: [`$f(${fresh})`],
    tolerance: 0,
  }))
}

/** The function with `None` as default and the value made at each call. */
function withFreshDefault({ function: of, docstring }: Subject, parameter: Parameter): FunctionStatement {
  const { fallback } = parameter
  if (!fallback) return of
  const parameters = of.parameters.map(each => (each === parameter ? { ...each, fallback: NONE } : each))
  const made = when(compare(name(parameter.name), 'is', NONE), [assign(parameter.name, fallback)])
  return { ...of, parameters, body: of.body.toSpliced(docstring === '' ? 0 : 1, 0, made) }
}
