import { dotted } from '../../syntax/python/modules.ts'
import { freshName } from '../../syntax/python/names.ts'
import { keyOf } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn } from '../../syntax/python/visit.ts'
import { assign, binary, float, name, negative } from '../build.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform.ts'
import { definitionOf, factOf, type ArrayFacts } from './arrayFacts.ts'
import { computedOnce, siteWith, sitesInForms } from './rewriting.ts'

/** `special.ndtr(-d)` beside `special.ndtr(d)` as one less that. */
export const mirroredOnce: Transform = {
  name: 'mirrored-once',
  family: 'algorithm',
  title: 'The other side of a curve from the one that is known',
  why: 'These curves are mirrored at nought, so that what they are at a number tells what they are at its negative, and the costly function is called once.',
  reorders: true,
  sites,
}

type Call = Expression & { kind: 'call' }

/** What a function is at `-x`, of what it is at `x`. */
const MIRRORS: Readonly<Record<string, (value: Expression) => Expression>> = {
  ndtr: value => binary(float(1), '-', value),
  ...Object.fromEntries(
    ['erf', 'sin', 'tan', 'sinh', 'tanh', 'arcsin', 'arctan', 'arcsinh', 'arctanh'].map(odd => [
      odd,
      negative,
    ]),
  ),
  ...Object.fromEntries(['cos', 'cosh'].map(even => [even, (value: Expression) => value])),
}

function sites(draft: Draft, context: DraftContext): readonly TransformSite[] {
  return sitesInForms(draft, context, (form, facts, block) => {
    const made = pairsIn(block, facts).reduce((next, pair) => joined(next, pair, draft), block)
    return made === block ? [] : [siteWith(draft, form, made, 'mirrored')]
  })
}

/** A call with a number, and the same call with its negative. */
interface Pair {
  readonly plain: Call
  readonly mirrored: Call
}

function pairsIn(block: readonly Statement[], facts: ArrayFacts): readonly Pair[] {
  const calls = new Map<string, Call>()
  for (const statement of block)
    eachExpressionIn(statement, part => {
      if (part.kind === 'call' && mirrorOf(part) && factOf(part, facts)) calls.set(keyOf(part), part)
    })
  return [...calls.values()].flatMap(mirrored => {
    const [given] = mirrored.arguments
    const positive = given && opposite(given.value, facts, block)
    if (!given || !positive) return []
    const plain = calls.get(keyOf({ ...mirrored, arguments: [{ ...given, value: positive }] }))
    return plain ? [{ plain, mirrored }] : []
  })
}

function mirrorOf({ callee, arguments: given }: Call): ((value: Expression) => Expression) | undefined {
  const called = given.length === 1 ? dotted(callee)?.split('.').at(-1) : undefined
  return called === undefined || !Object.hasOwn(MIRRORS, called) ? undefined : MIRRORS[called]
}

/** What an expression is the negative of, where that is written. */
function opposite(
  expression: Expression,
  facts: ArrayFacts,
  block: readonly Statement[],
): Expression | undefined {
  const written = definitionOf(expression, facts, block)
  if (written.kind === 'unary') return written.operator === '-' ? written.operand : undefined
  if (written !== expression || written.kind !== 'binary' || !/^[*/]$/.test(written.operator))
    return undefined
  const left = opposite(written.left, facts, block)
  return left && binary(left, written.operator, written.right)
}

/** The block with the value at the number computed once, and that at its negative from it. */
function joined(block: readonly Statement[], { plain, mirrored }: Pair, draft: Draft): readonly Statement[] {
  const mirror = mirrorOf(plain)
  if (!mirror) return block
  const parameters = draft.function.parameters.map(parameter => parameter.name)
  const id = freshName('curve', [...draft.function.body, ...block], new Set(parameters))
  return computedOnce(block, assign(id, plain), [
    [plain, name(id)],
    [mirrored, mirror(name(id))],
  ])
}
