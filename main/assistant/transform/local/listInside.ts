import type { Surroundings } from '../../syntax/python/effects.ts'
import type { Expression } from '../../syntax/python/tree.ts'
import { someExpression } from '../../syntax/python/visit.ts'
import type { Transform } from '../transform.ts'
import { everywhere } from './strength.ts'

/** What takes all elements of a generator is given a list of them. */
export const listInside: Transform = {
  name: 'list-inside',
  family: 'reduce',
  title: 'A list inside of sum() and the like instead of a generator',
  why: 'The function takes all elements in any case. A list is filled at once, while a generator is left and entered again for every element.',
  reorders: false,
  sites: (draft, context) => everywhere(draft, context, withList),
}

/** Functions that come to their result only when they have gone through all that they are given. */
const TAKES_ALL: ReadonlySet<string> = new Set(['sum', 'min', 'max', 'sorted', 'tuple'])

function withList(expression: Expression, { locals }: Surroundings): Expression | undefined {
  if (expression.kind !== 'call') return undefined
  const { callee, arguments: given } = expression
  const isKnown = callee.kind === 'name' && TAKES_ALL.has(callee.id) && !locals.has(callee.id)
  const isJoined =
    callee.kind === 'attribute' && callee.attribute === 'join' && callee.value.kind === 'constant'
  const [first, ...others] = given
  if (!(isKnown || isJoined) || first?.form !== 'positional') return undefined
  const { value } = first
  if (value.kind !== 'comprehension' || value.form !== 'generator' || !isPlain(value)) return undefined
  return { ...expression, arguments: [{ ...first, value: { ...value, form: 'list' } }, ...others] }
}

/** Whether nothing in it waits, gives or binds, which a list would do at another time or place. */
function isPlain(expression: Expression): boolean {
  return !someExpression(
    expression,
    part =>
      part.kind === 'named' ||
      (part.kind === 'verbatim' && !/^[rR]?[fF]["']/.test(part.text)) ||
      (part.kind === 'comprehension' && part.clauses.some(({ isAsync }) => isAsync)),
  )
}
