import { isPure, mayRaise, type Surroundings } from '../syntax/python/effects.ts'
import { isNumber, kindOf } from '../syntax/python/kinds.ts'
import { namesOfBlock } from '../syntax/python/names.ts'
import type { Expression, Statement } from '../syntax/python/tree.ts'
import { expressionsIn, partsOf } from '../syntax/python/visit.ts'
import { placesIn } from './lanes/places.ts'
import type { NeutralChoice } from './neutralChoice.ts'
import {
  TURNED,
  branchesSwapped,
  commuted,
  conditionsSplit,
  elseDropped,
  restNested,
  resultNamed,
  reversed,
  spelledOut,
  swapped,
  turned,
  withNextFirst,
} from './neutralRewrites.ts'
import { surroundingsOf } from './surroundings.ts'
import type { Draft, DraftContext } from './transform.ts'

const known = new WeakMap<Draft['function'], { context: DraftContext; choices: readonly NeutralChoice[] }>()

/**
 * Every neutral choice of a function, looked for once. Two sides that hold the same names are left as they are: turned round they might read the same,
 * and of two different choices each must give another text.
 */
export function neutralChoices(draft: Draft, context: DraftContext): readonly NeutralChoice[] {
  const before = known.get(draft.function)
  if (before?.context === context) return before.choices
  const choices = choicesIn(draft, surroundingsOf(draft, context))
  known.set(draft.function, { context, choices })
  return choices
}

function choicesIn(draft: Draft, around: Surroundings): readonly NeutralChoice[] {
  const found = new Map<Expression | Statement, NeutralChoice>()
  const result = freshName(draft.function)
  const add = (choice: NeutralChoice | undefined): void => {
    if (choice) found.set(choice.node, choice)
  }
  const visit = (node: Expression): void => {
    add(choiceOf(node, around))
    // The names of a lambda are its own
    if (node.kind !== 'lambda') partsOf(node).forEach(visit)
  }
  for (const { statement, way } of placesIn(draft.function)) {
    const { block, at } = way.at(-1) ?? { block: [], at: 0 }
    add(choiceOfStatement(statement, around))
    const before = block[at - 1]
    const isTaken = before !== undefined && found.get(before)?.form === 'swap-assignments'
    if (!isTaken) add(choiceOfBlock(block, at, around))
    if (
      statement.kind === 'return' &&
      !/^(name|constant|verbatim)$/.test(statement.value?.kind ?? 'constant')
    )
      add({ form: 'name-the-result', of: 'block', node: statement, other: resultNamed(result) })
    expressionsIn(statement).forEach(visit)
  }
  return [...found.values()]
}

/** A name for results that the function does not use for anything else. */
function freshName({ body, parameters }: Draft['function']): string {
  const { reads, writes } = namesOfBlock(body)
  const used = new Set([...reads, ...writes, ...parameters.map(({ name }) => name)])
  let fresh = 'result'
  while (used.has(fresh)) fresh += '_'
  return fresh
}

function choiceOf(node: Expression, around: Surroundings): NeutralChoice | undefined {
  switch (node.kind) {
    case 'binary': {
      const { operator, left, right } = node
      const isEither =
        operator === '*' || (operator === '+' && [left, right].some(side => counts(side, around)))
      return isEither && areNoText([left, right], around) && canTurn(left, right, around)
        ? { form: 'commute-operands', of: 'expression', node, other: commuted }
        : undefined
    }
    case 'compare': {
      const [right, ...others] = node.comparators
      const isTurnable = right && others.length === 0 && TURNED.has(node.operators[0] ?? 'in')
      return isTurnable && canTurn(node.left, right, around)
        ? { form: 'turn-comparisons', of: 'expression', node, other: turned }
        : undefined
    }
    case 'boolean':
      return areTests(node.values, around)
        ? { form: 'reverse-conditions', of: 'expression', node, other: reversed }
        : undefined
    case 'conditional':
      return { form: 'swap-branches', of: 'expression', node, other: swapped }
    default:
      return undefined
  }
}

function choiceOfStatement(statement: Statement, around: Surroundings): NeutralChoice | undefined {
  if (statement.kind === 'if') {
    const { test, body, otherwise } = statement
    if (otherwise.length === 0 && test.kind === 'boolean' && test.operator === 'and')
      return { form: 'split-conditions', of: 'statement', node: statement, other: conditionsSplit }
    const isTwoWays = otherwise.length > 0 && !isLeft(body) && !isLeft(otherwise)
    return isTwoWays
      ? { form: 'swap-branches', of: 'statement', node: statement, other: branchesSwapped }
      : undefined
  }
  if (statement.kind !== 'augmented' || statement.target.kind !== 'name') return undefined
  // Of a list or an array the update is made in place
  return [statement.target, statement.value].every(side => isNumber(kindIn(side, around)))
    ? { form: 'spell-out-updates', of: 'statement', node: statement, other: spelledOut }
    : undefined
}

function choiceOfBlock(
  block: readonly Statement[],
  at: number,
  around: Surroundings,
): NeutralChoice | undefined {
  const [statement, next] = [block[at], block[at + 1]]
  if (statement?.kind === 'if' && isLeft(statement.body)) {
    if (statement.otherwise.length > 0)
      return { form: 'drop-else', of: 'block', node: statement, other: elseDropped }
    return next && { form: 'nest-the-rest', of: 'block', node: statement, other: restNested }
  }
  return statement && next && areIndependent(statement, next, around)
    ? { form: 'swap-assignments', of: 'block', node: statement, other: withNextFirst }
    : undefined
}

/** Whether a block is left at its end. */
function isLeft(block: readonly Statement[]): boolean {
  return /^(return|raise|continue|break)$/.test(block.at(-1)?.kind ?? '')
}

/** Whether two statements bind names to values that do not need each other. */
function areIndependent(one: Statement, other: Statement, around: Surroundings): boolean {
  const [first, second] = [boundBy(one), boundBy(other)]
  if (!first || !second || first.name === second.name) return false
  if (!isPure(first.value, around) || !isPure(second.value, around)) return false
  if (mayRaise(first.value, around) && mayRaise(second.value, around)) return false
  return !namesIn(first.value).includes(second.name) && !namesIn(second.value).includes(first.name)
}

function boundBy(statement: Statement): { readonly name: string; readonly value: Expression } | undefined {
  if (statement.kind !== 'assign' || statement.above.length > 0 || !statement.value) return undefined
  const [target, ...others] = statement.targets
  return target?.kind === 'name' && others.length === 0
    ? { name: target.id, value: statement.value }
    : undefined
}

function kindIn(side: Expression, around: Surroundings) {
  return kindOf(side, around.kinds, around.callables.modules)
}

/** Whether a value is one that adds as numbers do, by its kind or as the result of what only such values can do. */
function counts(side: Expression, around: Surroundings): boolean {
  const kind = kindIn(side, around)
  if (isNumber(kind) || kind === 'array') return true
  if (side.kind === 'unary') return side.operator === '-'
  if (side.kind !== 'binary') return false
  if (side.operator === '*')
    return [side.left, side.right].some(
      factor => counts(factor, around) && kindIn(factor, around) !== 'integer',
    )
  return (
    /^(-|\/|\*\*)$/.test(side.operator) ||
    (side.operator === '+' && [side.left, side.right].some(part => counts(part, around)))
  )
}

function areNoText(sides: readonly Expression[], around: Surroundings): boolean {
  return sides.every(side => !/^(string|list|tuple|dict|set)$/.test(kindIn(side, around) ?? ''))
}

/** Whether two sides may be evaluated in either order, and are told apart by their names. */
function canTurn(left: Expression, right: Expression, around: Surroundings): boolean {
  if (!isPure(left, around) || !isPure(right, around)) return false
  return !(mayRaise(left, around) && mayRaise(right, around)) && areToldApart(left, right)
}

function areTests(values: readonly Expression[], around: Surroundings): boolean {
  const [first, last] = [values[0], values.at(-1)]
  if (!first || !last || !areToldApart(first, last)) return false
  return values.every(
    value => kindIn(value, around) === 'boolean' && isPure(value, around) && !mayRaise(value, around),
  )
}

/** Whether two expressions hold other names, in whatever order; that is left as it is by every neutral choice. */
function areToldApart(one: Expression, other: Expression): boolean {
  return namesIn(one).toSorted().join(' ') !== namesIn(other).toSorted().join(' ')
}

function namesIn(expression: Expression): readonly string[] {
  const own =
    expression.kind === 'name'
      ? [expression.id]
      : expression.kind === 'attribute'
        ? [`.${expression.attribute}`]
        : []
  return [...own, ...partsOf(expression).flatMap(namesIn)]
}
