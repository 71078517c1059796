import { dotted } from '../../syntax/python/modules.ts'
import { namesOfStatement } from '../../syntax/python/names.ts'
import type { Expression, FunctionStatement } from '../../syntax/python/tree.ts'
import { eachStatement } from '../../syntax/python/visit.ts'
import { binary, call, float, negative } from '../build.ts'
import type { Transform } from '../transform.ts'
import type { ArrayFacts } from './arrayFacts.ts'
import { sitesOfRule } from './rewriting.ts'

/** `0.5 * (1.0 + special.erf(d / math.sqrt(2.0)))` as `special.ndtr(d)`: one pass instead of four. */
export const normalCurve: Transform = {
  name: 'normal-curve',
  family: 'reduce',
  title: 'The normal distribution in one pass',
  why: 'SciPy has the area under the normal curve itself, which is one plus the error function of a root of two less, halved; where little is left of it, it has more true digits.',
  reorders: true,
  sites: (draft, context) => sitesOfRule(draft, context, asArea),
}

function asArea(expression: Expression, facts: ArrayFacts): Expression | undefined {
  if (expression.kind === 'call') return complementOf(expression, facts)
  if (expression.kind !== 'binary') return undefined
  const { left, operator, right } = expression
  if (operator === '+')
    return isNumber(left, 1) ? areaOf(right, facts) : isNumber(right, 1) ? areaOf(left, facts) : undefined
  if (operator === '*')
    return isNumber(left, 0.5) ? halved(right) : isNumber(right, 0.5) ? halved(left) : undefined
  return operator === '/' && isNumber(right, 2) ? halved(left) : undefined
}

/** Twice the area up to `d`, of `special.erf(d / math.sqrt(2.0))`. */
function areaOf(expression: Expression, facts: ArrayFacts): Expression | undefined {
  const [special, given] = calledOf(expression, 'erf')
  const place = given && timesRoot(given, facts)
  return special && place && twice(special, place)
}

/** Twice the area up to `d`, of `special.erfc(-d / math.sqrt(2.0))`. */
function complementOf(expression: Expression, facts: ArrayFacts): Expression | undefined {
  const [special, given] = calledOf(expression, 'erfc')
  const place = given && timesRoot(given, facts)
  if (!special || !place) return undefined
  const isNegative = place.kind === 'unary' && place.operator === '-'
  return twice(special, isNegative ? place.operand : negative(place))
}

function twice(special: Expression, place: Expression): Expression {
  return binary(float(2), '*', call({ kind: 'attribute', value: special, attribute: 'ndtr' }, [place]))
}

/** What twice the area is the double of. */
function halved(expression: Expression): Expression | undefined {
  if (expression.kind !== 'binary' || expression.operator !== '*' || !isNumber(expression.left, 2))
    return undefined
  return calledOf(expression.right, 'ndtr')[0] && expression.right
}

/** The module and the only argument of a call of a function of SciPy's. */
function calledOf(expression: Expression, wanted: string): readonly [Expression?, Expression?] {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return []
  const { value, attribute } = expression.callee
  const [given, ...others] = expression.arguments
  const isOfSciPy = /^(scipy\.)?special$/.test(dotted(value) ?? '')
  return isOfSciPy && attribute === wanted && given?.form === 'positional' && others.length === 0
    ? [value, given.value]
    : []
}

/** `d` of `d / math.sqrt(2.0)`. */
function timesRoot(expression: Expression, { around }: ArrayFacts): Expression | undefined {
  if (expression.kind !== 'binary' || expression.operator !== '/') return undefined
  return isRootOfTwo(meant(expression.right, around.function)) ? expression.left : undefined
}

/** What a name stands for that is bound once in a function; any other expression as it is. */
function meant(expression: Expression, within: FunctionStatement): Expression {
  if (expression.kind !== 'name') return expression
  let [made, times]: [Expression | undefined, number] = [undefined, 0]
  for (const statement of within.body)
    eachStatement(statement, inner => {
      const isOwn = inner.kind === 'assign' && inner.targets.some(target => dotted(target) === expression.id)
      if (isOwn) made = inner.value
      if (
        isOwn ||
        (inner.kind === 'for' && namesOfStatement({ ...inner, body: [] }).writes.has(expression.id))
      )
        times += 1
    })
  const isGiven = within.parameters.some(({ name }) => name === expression.id)
  return made && times === 1 && !isGiven ? made : expression
}

function isRootOfTwo(expression: Expression): boolean {
  if (expression.kind === 'constant') return isNumber(expression, Math.SQRT2)
  if (expression.kind === 'binary')
    return expression.operator === '**' && isNumber(expression.left, 2) && isNumber(expression.right, 0.5)
  if (expression.kind !== 'call' || expression.arguments.length !== 1) return false
  return (
    /^(math|np|numpy)\.sqrt$/.test(dotted(expression.callee) ?? '') &&
    isNumber(expression.arguments[0]?.value, 2)
  )
}

function isNumber(expression: Expression | undefined, wanted: number): boolean {
  return (
    expression?.kind === 'constant' &&
    (expression.type === 'float' || expression.type === 'integer') &&
    Number(expression.text) === wanted
  )
}
