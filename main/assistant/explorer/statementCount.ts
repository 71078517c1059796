import { namesOfStatement } from '../syntax/python/names.ts'
import type { Expression, Statement } from '../syntax/python/tree.ts'
import {
  countExpression,
  isFoundByKey,
  isFrameLoop,
  setShape,
  type Counter,
  type Shape,
} from './expressionCount.ts'

/** Where the work of a statement is counted. */
export interface StatementCounter extends Counter {
  /** Counts a block inside of it, run so many times, so much deeper in loops. */
  block(block: readonly Statement[], shapes: Map<string, Shape>, times: number, depth: number): void
}

/** What is kept for odd cases is run seldom; it is counted a little, so that better is still better. */
const SELDOM = 0.00001

/** How often a function inside of a function is taken to be called: as often as it takes to find a root. */
const CALLS = 16

/** Counts a statement and what is in it. */
export function countStatement(counter: StatementCounter, statement: Statement): void {
  const { shapes } = counter
  const expression = (value: Expression | undefined): Shape =>
    value ? countExpression(counter, value, 0) : 0
  switch (statement.kind) {
    case 'expression':
    case 'return':
      expression(statement.value)
      return
    case 'assign':
      countAssignment(counter, statement)
      return
    case 'augmented': {
      const { operator, target, value } = statement
      expression({ kind: 'binary', operator, left: target, right: value })
      counter.work('assignment', 1, 0)
      return
    }
    case 'if':
      expression(statement.test)
      counter.work('branch', 1, 0)
      // Of two branches one is run, the first as often as the second; what ends in an exception hardly ever. What comes after a branch
      // that is left counts whole, under `else` or not
      counter.block(statement.body, shapes, shareOf(statement), 0)
      counter.block(statement.otherwise, shapes, isLeft(statement.body) ? 1 : 1 - shareOf(statement), 0)
      return
    case 'for':
      countLoop(counter, statement)
      return
    case 'while':
      expression(statement.test)
      counter.work('round', 1, 1)
      counter.block(statement.body, shapes, 1, 1)
      return
    case 'with':
      counter.work('context', 1, 0)
      counter.block(statement.body, shapes, 1, 0)
      return
    case 'try':
      counter.block(statement.body, shapes, 1, 0)
      counter.block(statement.otherwise, shapes, 1, 0)
      for (const { body } of statement.handlers) counter.block(body, new Map(), SELDOM, 0)
      return
    case 'function':
      counter.work('container', 1, 0)
      counter.block(statement.body, new Map(shapes), CALLS, 0)
      return
    default:
      counter.work('load', 1, 0)
  }
}

/** How often a branch is taken; one for a single number hardly ever. */
function shareOf({ test, body }: Statement & { kind: 'if' }): number {
  if (body.at(-1)?.kind === 'raise') return 0
  const [right] = test.kind === 'compare' && test.operators[0] === '==' ? test.comparators : []
  return right?.kind === 'constant' && right.type === 'integer' ? 0.05 : 0.5
}

function countAssignment(counter: StatementCounter, statement: Statement & { kind: 'assign' }): void {
  const { value, targets } = statement
  const shape = value ? countExpression(counter, value, 0) : 0
  counter.work('assignment', 1, 0)
  for (const target of targets) {
    if (target.kind === 'name') {
      setShape(counter.shapes, target.id, shape)
      const called = value && calledBy(value)
      if (called) counter.aliases.set(target.id, called)
    } else if (target.kind === 'tuple') {
      // Rows of a table
      for (const row of target.elements) if (row.kind === 'name') setShape(counter.shapes, row.id, shape)
    } else countExpression(counter, target, 0)
  }
}

/**
 * What is called where the value is: `math.log` for itself, `norm_cdf` for `functools.lru_cache(…)(norm_cdf)`. A list stands for itself too,
 * since it may be searched.
 */
function calledBy(value: Expression): Expression | undefined {
  if (value.kind === 'attribute' || value.kind === 'list') return value
  const [argument, ...others] = value.kind === 'call' ? value.arguments : []
  if (value.kind !== 'call' || value.callee.kind !== 'call' || others.length > 0) return undefined
  return argument?.value.kind === 'name' ? argument.value : undefined
}

function countLoop(counter: StatementCounter, statement: Statement & { kind: 'for' }): void {
  countExpression(counter, statement.iterable, 0)
  const rounds = roundsOf(statement.iterable)
  const [times, depth] = rounds === undefined ? [1, 1] : [rounds, 0]
  counter.work('round', times, depth)
  if (isFrameLoop(statement.iterable)) counter.work('frameRow', times, depth)
  for (const name of namesOfStatement({ ...statement, body: [] }).writes) setShape(counter.shapes, name, 0)
  counter.block(statement.body, counter.shapes, times * (leavesEarly(statement.body) ? 0.5 : 1), depth)
}

/** Rounds that are written out, as in `range(60)`; what is found under one key is about one. */
function roundsOf(iterable: Expression): number | undefined {
  if (isFoundByKey(iterable)) return 1
  if (iterable.kind === 'tuple' || iterable.kind === 'list') return iterable.elements.length
  if (iterable.kind !== 'call' || iterable.callee.kind !== 'name' || iterable.callee.id !== 'range')
    return undefined
  const [stop, second] = iterable.arguments
  if (!stop || second || stop.value.kind !== 'constant') return undefined
  const count = Number(stop.value.text)
  return Number.isFinite(count) ? count : undefined
}

function leavesEarly(body: readonly Statement[]): boolean {
  return body.some(
    statement =>
      statement.kind === 'if' &&
      (statement.body.at(-1)?.kind === 'break' || statement.body.at(-1)?.kind === 'return'),
  )
}

function isLeft(block: readonly Statement[]): boolean {
  return /^(return|raise|continue|break)$/.test(block.at(-1)?.kind ?? '')
}
