import { dotted } from '../../syntax/python/modules.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { binary, call, compare, integer, name, raise, when } from '../build.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { factOf, type ArrayFacts } from './arrayFacts.ts'
import { siteWith, sitesInForms } from './rewriting.ts'
import { isTruth } from './truths.ts'

/** `sizes[chosen].sum()` as `sizes @ chosen`. */
export const maskedSums: Transform = {
  name: 'masked-sums',
  family: 'algorithm',
  title: 'What is chosen is added up without being picked out',
  why: 'Truths are ones and noughts, so that the sum of the chosen numbers is an inner product, which has no jump for each number. Where NaN or infinity stands among the others, the loop is run.',
  reorders: true,
  sites,
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  return sitesInForms(draft, context, (form, facts, block) => {
    const asked = new Set<string>()
    const made = block.flatMap(statement => {
      const sum = multiplied(statement, facts, block, form.numpy)
      if (!sum) return [statement]
      const isAsked = sum.unsure !== undefined && asked.has(sum.unsure)
      if (sum.unsure === undefined || isAsked) return sum.statements
      asked.add(sum.unsure)
      return [isShort(sum.unsure), ...sum.statements]
    })
    return made.length === block.length ? [] : [siteWith(draft, form, made, 'masked')]
  })
}

/** `if sizes.dtype.itemsize != 8: …`: truths and short whole numbers are added up in longer ones, and multiplied in their own. */
function isShort(numbers: string): Statement {
  return when(compare(name(`${numbers}.dtype.itemsize`), '!=', integer(8)), [raise(name('TypeError'))])
}

interface Product {
  readonly statements: readonly Statement[]
  /** The array of which it is not known what numbers it holds. */
  readonly unsure: string | undefined
}

/** `total = numbers[chosen].sum()` as a product; undefined for other statements. */
function multiplied(
  statement: Statement,
  facts: ArrayFacts,
  block: readonly Statement[],
  numpy: string,
): Product | undefined {
  const [target, ...others] = statement.kind === 'assign' ? statement.targets : []
  if (statement.kind !== 'assign' || target?.kind !== 'name' || others.length > 0) return undefined
  const picked = statement.value && pickedIn(statement.value)
  if (!picked) return undefined
  const { numbers, chosen } = picked
  const fact = factOf(numbers, facts)
  if (fact?.axes !== 1 || factOf(chosen, facts)?.axes !== 1 || !isTruth(chosen, facts, block))
    return undefined
  if (!fact.isFloat && numbers.kind !== 'name') return undefined
  const value = picked.whole(binary(numbers, '@', chosen))
  const isOdd = when(call(`${numpy}.isnan`, [target]), [raise(name('ValueError'))])
  return { statements: [{ ...statement, value }, isOdd], unsure: fact.isFloat ? undefined : dotted(numbers) }
}

interface Picked {
  readonly numbers: Expression
  readonly chosen: Expression
  /** What the sum stands in. */
  readonly whole: (sum: Expression) => Expression
}

/** `numbers[chosen].sum()`, or `float(…)` of it. */
function pickedIn(expression: Expression): Picked | undefined {
  if (expression.kind !== 'call') return undefined
  const { callee, arguments: given } = expression
  const [only, ...others] = given
  if (dotted(callee) === 'float' && only && others.length === 0) {
    const inner = pickedIn(only.value)
    return inner && { ...inner, whole: sum => call('float', [inner.whole(sum)]) }
  }
  if (only || callee.kind !== 'attribute' || callee.attribute !== 'sum') return undefined
  if (callee.value.kind !== 'subscript' || callee.value.index.kind === 'slice') return undefined
  return { numbers: callee.value.value, chosen: callee.value.index, whole: sum => sum }
}
