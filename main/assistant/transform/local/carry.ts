import { isOwn } from '../../syntax/python/callables.ts'
import { isPure, type Surroundings } from '../../syntax/python/effects.ts'
import { freshName, namesOfBlock, namesOfStatement } from '../../syntax/python/names.ts'
import { keyOf, replaceInBlock, replacing, replacingAll } from '../../syntax/python/replace.ts'
import type { Expression, Statement } from '../../syntax/python/tree.ts'
import { eachExpressionIn, eachStatement, mapBlocks, someStatement } from '../../syntax/python/visit.ts'
import {
  assign,
  binary,
  compare,
  integer,
  list,
  method,
  name,
  negative,
  NONE,
  perform,
  subscript,
} from '../build.ts'
import { singular } from '../naming.ts'
import { surroundingsOf } from '../surroundings.ts'
import type { Draft, Transform, TransformSite } from '../transform.ts'
import { loopsIn, startOf, type ForLoop, type LoopPlace } from './loops.ts'

/** What a pass reads back from the list that it fills is carried from pass to pass. */
export const carryLast: Transform = {
  name: 'carry-last',
  family: 'share',
  title: 'The last value is carried along instead of read back from the list',
  why: 'Every pass puts one value into the list and the next reads it there. A name that holds it saves finding it by its number.',
  reorders: false,
  sites: (draft, context) => {
    const around = surroundingsOf(draft, context)
    return loopsIn(draft.function).flatMap(found =>
      listsFilled(found.loop.body).flatMap(id => siteFor(id, found, draft, around)),
    )
  },
}

function siteFor(id: string, found: LoopPlace, draft: Draft, around: Surroundings): readonly TransformSite[] {
  const start = startOf(id, found)
  if (!start || start.value.kind !== 'list' || !isOwn(id, draft.function)) return []
  const { elements } = start.value
  const last = elements.at(-1)
  if (elements.some(part => part.kind === 'starred' || !isPure(part, around))) return []
  const reads = readsOf(id, found, elements.length)
  if (reads.length === 0) return []
  const carried = name(freshName(singular(id), draft.function.body, around.locals))
  const { loop, place, index, at } = found
  const apply = (): Draft => {
    const read = replaceInBlock(loop.body, replacingAll(reads.map(one => [one, carried])))
    const next = { ...loop, body: storedFirst(read, id, carried) }
    const block = place.block.with(index, next)
    const first = place.block[start.at]
    if (!last || !first) return { ...draft, function: place.rebuild(block) }
    const begun = { ...assign(carried, last), above: first.above }
    const filled = { ...assign(id, list([...elements.slice(0, -1), carried])), beside: first.beside }
    return { ...draft, function: place.rebuild(block.toSpliced(start.at, 1, begun, filled)) }
  }
  return [{ at: `${at}:${id}`, apply }]
}

/** Lists into which a pass puts something. */
function listsFilled(block: readonly Statement[]): readonly string[] {
  const found = new Set<string>()
  for (const statement of block)
    eachStatement(statement, inner => {
      const appended = asAppend(inner)
      if (appended) found.add(appended.into)
    })
  return [...found]
}

/** The expressions that read the last value put into a list of so many elements, if a loop uses it for nothing else. */
function readsOf(id: string, { loop }: LoopPlace, elements: number): readonly Expression[] {
  const { body } = loop
  const counter = counterFrom(loop, elements)
  const isCounted =
    counter !== undefined && !namesOfBlock(body).writes.has(counter) && appendsIn(body, id) === 1
  const last = subscript(name(id), negative(integer(1)))
  const before = subscript(name(id), binary(name(counter ?? ''), '-', integer(1)))
  const reads = (isCounted ? [last, before] : [last]).filter(read => isReadIn(body, read))
  const rest = namesOfBlock(
    replaceInBlock(withoutAppends(body, id), replacingAll(reads.map(read => [read, NONE]))),
  )
  if (rest.reads.has(id) || rest.writes.has(id) || makesFunction(body)) return []
  return elements > 0 || (isCounted && isBegunApart(body, id, counter)) ? reads : []
}

/** The name that counts the passes from a number on. */
function counterFrom({ target, iterable }: ForLoop, from: number): string | undefined {
  if (iterable.kind !== 'call' || iterable.callee.kind !== 'name') return undefined
  const given = iterable.arguments.map(({ value }) => value)
  const isRange = iterable.callee.id === 'range' && given.length < 3
  if (!isRange && !(iterable.callee.id === 'enumerate' && target.kind === 'tuple')) return undefined
  const start = isRange ? (given.length === 2 ? given[0] : undefined) : given[1]
  const counted = isRange ? target : target.kind === 'tuple' ? target.elements[0] : undefined
  return keyOf(start ?? integer(0)) === keyOf(integer(from)) && counted?.kind === 'name'
    ? counted.id
    : undefined
}

/** How often every way through a block appends to a list, and reads nothing of it afterwards; undefined where that is not told. */
function appendsIn(block: readonly Statement[], id: string): number | undefined {
  let count = 0
  for (const statement of block) {
    if (count > 0 && namesOfStatement(statement).reads.has(id)) return undefined
    const own = asAppend(statement)?.into === id ? 1 : appendsWithin(statement, id)
    if (own === undefined) return undefined
    count += own
  }
  return count
}

function appendsWithin(statement: Statement, id: string): number | undefined {
  if (statement.kind === 'if') {
    const one = appendsIn(statement.body, id)
    return one === appendsIn(statement.otherwise, id) ? one : undefined
  }
  const isSkipping = someStatement([statement], ({ kind }) => kind === 'continue')
  return isSkipping || listsFilled([statement]).includes(id) ? undefined : 0
}

/** `if i == 0: … else: …`, with nothing of the list read in the first. */
function isBegunApart(body: readonly Statement[], id: string, counter: string): boolean {
  const [only, ...others] = body
  if (only?.kind !== 'if' || others.length > 0) return false
  const isFirst = keyOf(only.test) === keyOf(compare(name(counter), '==', integer(0)))
  return isFirst && !namesOfBlock(withoutAppends(only.body, id)).reads.has(id)
}

interface Append {
  readonly into: string
  readonly value: Expression
}

/** `into.append(value)`. */
function asAppend(statement: Statement): Append | undefined {
  const value = statement.kind === 'expression' ? statement.value : undefined
  if (value?.kind !== 'call' || value.callee.kind !== 'attribute' || value.callee.attribute !== 'append')
    return undefined
  const [only, ...others] = value.arguments
  const { value: holder } = value.callee
  if (holder.kind !== 'name' || only?.form !== 'positional' || others.length > 0) return undefined
  return { into: holder.id, value: only.value }
}

function mapAppends(
  block: readonly Statement[],
  id: string,
  change: (value: Expression, statement: Statement) => readonly Statement[],
): readonly Statement[] {
  return block.flatMap(statement => {
    const appended = asAppend(statement)
    if (appended?.into === id) return change(appended.value, statement)
    return [mapBlocks(statement, inner => mapAppends(inner, id, change))]
  })
}

function withoutAppends(block: readonly Statement[], id: string): readonly Statement[] {
  return mapAppends(block, id, value => [perform(value)])
}

/** Every value that is put into the list kept under a name first. */
function storedFirst(block: readonly Statement[], id: string, carried: Expression): readonly Statement[] {
  return mapAppends(block, id, (value, { above, beside }) => [
    { ...assign(carried, value), above },
    { ...perform(method(name(id), 'append', [carried])), beside },
  ])
}

function isReadIn(block: readonly Statement[], read: Expression): boolean {
  return replaceInBlock(block, replacing(read, NONE)) !== block
}

/** Whether something in a block is run later, when the list may hold more. */
function makesFunction(block: readonly Statement[]): boolean {
  let isMade = someStatement(block, ({ kind }) => kind === 'function' || kind === 'class')
  for (const statement of block) eachExpressionIn(statement, part => (isMade ||= part.kind === 'lambda'))
  return isMade
}
