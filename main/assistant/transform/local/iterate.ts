import { changesOf, isUnchangedBy, isPure, type Surroundings } from '../../syntax/python/effects.ts'
import { freshName, namesOfBlock, namesOfExpression, namesOfStatement } from '../../syntax/python/names.ts'
import { keyOf, replaceInBlock, replacing } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { someStatement } from '../../syntax/python/visit.ts'
import { call, integer, loop as makeLoop, name, slice, subscript, tuple } from '../build.ts'
import { mayLeave } from '../evaluations.ts'
import { singular } from '../naming.ts'
import { placesIn, siteOf, splice } from '../places.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Transform, TransformSite } from '../transform.ts'
import { isReadLater, loopsIn, startOf, type ForLoop } from './loops.ts'

/** `for i in range(len(rows))` that reads `rows[i]` goes through the rows themselves. */
export const iterateDirectly: Transform = {
  name: 'iterate-directly',
  family: 'reduce',
  title: 'Going through the elements instead of through their numbers',
  why: 'The loop reads each element by its number and the sequence does not change, so going through it gives the same ones without looking them up.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return loopsIn(draft.function).flatMap(({ loop, place, index, at }) => {
      const next = directly(loop, around)
      const isLeft = next && loop.target.kind === 'name' && isReadLater(loop.target.id, { place, index })
      if (!next || isLeft || around.locals.has('enumerate')) return []
      return [
        { at, apply: () => ({ ...draft, function: place.rebuild(splice(place.block, index, 1, next)) }) },
      ]
    })
  },
}

/** A `while` loop that only counts up becomes a `for` loop over a range. */
export const countInRange: Transform = {
  name: 'count-in-range',
  family: 'reduce',
  title: 'A range instead of counting by hand',
  why: 'The loop adds one in every pass until a bound that does not change; a range counts in C.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return placesIn(draft.function).flatMap(place =>
      place.block.flatMap((statement, index): readonly TransformSite[] => {
        if (statement.kind !== 'while' || statement.otherwise.length > 0 || around.locals.has('range'))
          return []
        const counted = asCount(statement, around)
        const start = counted && startOf(counted.id, { place, index })
        if (!counted || !start || isReadLater(counted.id, { place, index })) return []
        if (
          !isSteady(start.value, around) ||
          namesOfBlock(place.block.slice(start.at + 1, index)).writes.has(counted.id)
        )
          return []
        const bounds =
          keyOf(start.value) === keyOf(integer(0)) ? [counted.bound] : [start.value, counted.bound]
        const made = makeLoop(name(counted.id), call('range', bounds), statement.body.slice(0, -1))
        const next = {
          ...made,
          above: [...(place.block[start.at]?.above ?? []), ...statement.above],
          beside: statement.beside,
        }
        return [
          {
            at: siteOf(place, index),
            apply: () => ({
              ...draft,
              function: place.rebuild(splice(place.block, index, 1, next).toSpliced(start.at, 1)),
            }),
          },
        ]
      }),
    )
  },
}

const INDEXED = new Set(['list', 'tuple', 'array', 'string'])

function directly(loop: ForLoop, around: Surroundings): Statement | undefined {
  const { rows, from } = sequenceOf(loop.iterable) ?? {}
  if (rows === undefined || loop.target.kind !== 'name' || !INDEXED.has(around.kinds.get(rows) ?? ''))
    return undefined
  const changes = changesOf(loop.body, around)
  if (
    changes.names.has(loop.target.id) ||
    !isUnchangedBy(name(rows), changes, around) ||
    changes.objects.has(rows)
  )
    return undefined
  const read = subscript(name(rows), name(loop.target.id))
  const item = freshName(singular(rows), around.function.body, around.locals)
  const body = replaceInBlock(loop.body, replacing(read, name(item)))
  if (body === loop.body || (changes.others && !isOwnOrNumber(around.kinds.get(rows)))) return undefined
  const isCounted = namesOfBlock(body).reads.has(loop.target.id)
  const target = isCounted ? tuple([loop.target, name(item)]) : name(item)
  const all = from ? subscript(name(rows), slice(from)) : name(rows)
  const iterable = isCounted ? call('enumerate', from ? [all, from] : [all]) : all
  return { ...loop, target, iterable, body }
}

/** Others may change what is in a list under another name; text and tuples stay. */
function isOwnOrNumber(kind: string | undefined): boolean {
  return kind === 'string' || kind === 'tuple'
}

/** `rows` in `range(len(rows))`, and where it begins in `range(2, len(rows))`. */
function sequenceOf(
  iterable: Expression,
): { readonly rows: string; readonly from: Expression | undefined } | undefined {
  if (iterable.kind !== 'call') return undefined
  const [from, second, ...others] = iterable.arguments
  const isLater = from?.value.kind === 'constant' && from.value.type === 'integer'
  if (second && (!isLater || others.length > 0)) return undefined
  const inner = onlyArgument(second ? { ...iterable, arguments: [second] } : iterable, 'range')
  const rows = inner && onlyArgument(inner, 'len')
  return rows?.kind === 'name' ? { rows: rows.id, from: second && from?.value } : undefined
}

function onlyArgument(expression: Expression, callee: string): Expression | undefined {
  if (expression.kind !== 'call' || expression.callee.kind !== 'name' || expression.callee.id !== callee)
    return undefined
  const [only, ...others] = expression.arguments
  return only?.form === 'positional' && others.length === 0 ? only.value : undefined
}

/** `while id < bound: …; id += 1`. */
function asCount(
  statement: Extract<Statement, { kind: 'while' }>,
  around: Surroundings,
): { readonly id: string; readonly bound: Expression } | undefined {
  const { test, body } = statement
  if (test.kind !== 'compare' || test.operators.length !== 1 || test.operators[0] !== '<') return undefined
  const [bound] = test.comparators
  const last = body.at(-1)
  if (!bound || test.left.kind !== 'name' || last?.kind !== 'augmented' || body.length < 2) return undefined
  const { id } = test.left
  const isStep =
    last.target.kind === 'name' &&
    last.target.id === id &&
    last.operator === '+' &&
    keyOf(last.value) === keyOf(integer(1))
  const rest = body.slice(0, -1)
  if (!isStep || namesOfBlock(rest).writes.has(id) || skips(rest)) return undefined
  const isFixed =
    isSteady(bound, around) && isPure(bound, around) && isUnchangedBy(bound, changesOf(body, around), around)
  return isFixed && !namesOfExpression(bound).reads.has(id) ? { id, bound } : undefined
}

/** A whole number as far as can be told. */
function isSteady(value: Expression, around: Surroundings): boolean {
  if (value.kind === 'name') return around.kinds.get(value.id) === 'integer'
  if (value.kind === 'constant') return value.type === 'integer'
  if (value.kind === 'call') return onlyArgument(value, 'len') !== undefined
  return (
    value.kind === 'binary' &&
    /^[-+*]$/.test(value.operator) &&
    isSteady(value.left, around) &&
    isSteady(value.right, around)
  )
}

/** Whether a pass may go on to the next without reaching its end. */
function skips(block: readonly Statement[]): boolean {
  return someStatement(
    block,
    statement =>
      statement.kind === 'continue' ||
      (statement.kind === 'try' && mayLeave(statement)) ||
      namesOfStatement(statement).writes.has('range'),
  )
}
