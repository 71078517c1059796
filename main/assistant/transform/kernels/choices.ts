import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { binary, call, float } from '../build.ts'
import type { Transform } from '../transform.ts'
import { definitionOf, factOf, type ArrayFacts } from './arrayFacts.ts'
import { sitesOfRule } from './rewriting.ts'

/** `np.where(test, f(x), f(y))` as `f(np.where(test, x, y))`. */
export const chooseFirst: Transform = {
  name: 'choose-first',
  family: 'algorithm',
  title: 'What is chosen is computed, not both',
  why: 'Both sides of a choice did the same to different numbers; now the numbers are chosen first, and it is done once.',
  reorders: true,
  sites: (draft, context) => sitesOfRule(draft, context, asChosenFirst),
}

/** `np.where(test, x - y, y - x)` as `np.where(test, 1.0, -1.0) * (x - y)`. */
export const chooseSign: Transform = {
  name: 'choose-sign',
  family: 'algorithm',
  title: 'A sign for each column instead of a choice for each number',
  why: 'The two sides of the choice were each the negative of the other, so that one is computed and given the sign that the test says.',
  // Zero may get the other sign
  reorders: true,
  sites: (draft, context) => sitesOfRule(draft, context, asSigned),
}

interface Choice {
  readonly callee: Expression
  readonly test: Expression
  readonly chosen: Expression
  readonly other: Expression
}

/** `np.where` with a test and two sides. */
function choiceIn(expression: Expression): Choice | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'attribute') return undefined
  const [test, chosen, other, ...more] = expression.arguments.map(({ value }) => value)
  if (expression.callee.attribute !== 'where' || !test || !chosen || !other || more.length > 0)
    return undefined
  return { callee: expression.callee, test, chosen, other }
}

function asChosenFirst(expression: Expression, facts: ArrayFacts): Expression | undefined {
  const choice = choiceIn(expression)
  if (!choice) return undefined
  const { chosen, other } = choice
  const choose = (one: Expression, two: Expression) => call(choice.callee, [choice.test, one, two])
  if (chosen.kind === 'call' && other.kind === 'call') {
    if (!isKernel(chosen, facts) || keyOf(chosen.callee) !== keyOf(other.callee)) return undefined
    const [one, two] = [chosen.arguments, other.arguments]
    const differing = one.flatMap(({ value }, at) =>
      keyOf(value) === keyOf(two[at]?.value ?? value) ? [] : [at],
    )
    const [at, ...more] = differing
    const [first, second] = at === undefined ? [] : [one[at], two[at]]
    if (at === undefined || !first || !second || more.length > 0 || one.length !== two.length)
      return undefined
    return { ...chosen, arguments: one.with(at, { ...first, value: choose(first.value, second.value) }) }
  }
  if (chosen.kind !== 'binary' || other.kind !== 'binary' || chosen.operator !== other.operator)
    return undefined
  if (keyOf(chosen.right) === keyOf(other.right))
    return binary(choose(chosen.left, other.left), chosen.operator, chosen.right)
  return keyOf(chosen.left) === keyOf(other.left)
    ? binary(chosen.left, chosen.operator, choose(chosen.right, other.right))
    : undefined
}

/** Whether it is a function of NumPy that takes each number by itself, given by place alone. */
function isKernel(expression: Expression & { kind: 'call' }, facts: ArrayFacts): boolean {
  const { callee, arguments: given } = expression
  if (callee.kind !== 'attribute' || !given.every(({ form }) => form === 'positional')) return false
  return factOf(expression, facts) !== undefined && factOf(callee.value, facts) === undefined
}

function asSigned(
  expression: Expression,
  facts: ArrayFacts,
  block: readonly Statement[],
): Expression | undefined {
  const choice = choiceIn(expression)
  if (!choice) return undefined
  const axes = factOf(choice.chosen, facts)?.axes ?? 0
  const tested = factOf(choice.test, facts)?.axes
  if (tested === undefined || tested >= axes) return undefined
  const [chosen, other] = [choice.chosen, choice.other].map(side => definitionOf(side, facts, block))
  if (!chosen || !other || !areOpposite(chosen, other)) return undefined
  const sign = call(choice.callee, [choice.test, float(1), float(-1)])
  return binary(sign, '*', choice.chosen)
}

/** Whether one is `x - y` and the other `y - x`. */
function areOpposite(one: Expression, other: Expression): boolean {
  if (one.kind !== 'binary' || other.kind !== 'binary') return false
  if (one.operator !== '-' || other.operator !== '-') return false
  return keyOf(one.left) === keyOf(other.right) && keyOf(one.right) === keyOf(other.left)
}
