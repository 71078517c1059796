import { kindOf } from '../../syntax/python/kinds.ts'
import { namesOfExpression } from '../../syntax/python/names.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { assign, binary, comprehension, method } from '../build.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform } from '../transform.ts'
import { gather } from './comprehend.ts'
import { loopsIn, startOf, withResult } from './loops.ts'

/** A text that a loop grows piece by piece is joined from its pieces. */
export const joinPieces: Transform = {
  name: 'join-pieces',
  family: 'comprehend',
  title: 'join() instead of a text that grows',
  why: 'The loop does nothing but put pieces of text behind each other; join() does that once, without copying what is there for every piece.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return loopsIn(draft.function).flatMap(found => {
      const into = grownIn(found.loop.body)
      const start = into === undefined ? undefined : startOf(into, found)
      if (into === undefined || start?.value.kind !== 'constant' || start.value.type !== 'string') return []
      const beginning = start.value
      const gathered = gather(found, statement => {
        const piece = pieceOf(statement, into)
        const isText =
          piece && (piece.kind === 'verbatim' || kindOf(piece, around.kinds, context.modules) === 'string')
        return isText ? piece : undefined
      })
      if (
        !gathered ||
        [
          gathered.element,
          ...gathered.clauses.flatMap(({ iterable, conditions }) => [iterable, ...conditions]),
        ].some(part => namesOfExpression(part).reads.has(into))
      )
        return []
      const empty: Expression = { kind: 'constant', type: 'string', text: "''" }
      const isEmpty = beginning.text.length === 2
      const apply = () => {
        const pieces = method(isEmpty ? beginning : empty, 'join', [
          comprehension(gathered.element, gathered.clauses),
        ])
        const whole = assign(into, isEmpty ? pieces : binary(beginning, '+', pieces))
        return { ...draft, function: found.place.rebuild(withResult(found, start.at, whole)) }
      }
      return [{ at: found.at, apply }]
    })
  },
}

function grownIn(block: readonly Statement[]): string | undefined {
  const last = block.at(-1)
  if (last?.kind === 'augmented' && last.operator === '+' && last.target.kind === 'name')
    return last.target.id
  return last?.kind === 'if' || last?.kind === 'for' ? grownIn(last.body) : undefined
}

function pieceOf(statement: Statement, into: string): Expression | undefined {
  if (statement.kind !== 'augmented' || statement.operator !== '+' || statement.target.kind !== 'name')
    return undefined
  return statement.target.id === into ? statement.value : undefined
}
