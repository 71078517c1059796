import { functionNamed } from '../syntax/python/functions.ts'
import { namesOfStatement } from '../syntax/python/names.ts'
import type { Expression, Statement } from '../syntax/python/tree.ts'
import type { Draft, DraftContext } from '../transform/transform.ts'
import { ROUNDS, WORKS, type Work } from './costTable.ts'
import { countExpression, type Counter, type Shape } from './expressionCount.ts'

const DEPTHS = ROUNDS.length

/** Counts the work of drafts of one function: one number for each kind of work and depth of loops. */
export function openWorkCount(context: DraftContext): (draft: Draft) => Float64Array {
  const known = new WeakMap<Statement, Map<string, Counted>>()
  const callees = new Map<string, Float64Array | undefined>()
  const names = new WeakMap<Statement, readonly string[]>()

  function calleeOf(called: string): Float64Array | undefined {
    if (callees.has(called)) return callees.get(called)
    callees.set(called, undefined)
    const definition = functionNamed(context.module, called)
    const counted = definition && blockOf(definition.body, new Map())
    callees.set(called, counted)
    return counted
  }

  function blockOf(block: readonly Statement[], shapes: Map<string, Shape>): Float64Array {
    const sum = new Float64Array(WORKS.length * DEPTHS)
    for (const statement of block) add(sum, statementOf(statement, shapes), 1, 0)
    return sum
  }

  function statementOf(statement: Statement, shapes: Map<string, Shape>): Float64Array {
    const read = names.get(statement) ?? [...namesIn(statement)]
    names.set(statement, read)
    const key = read.map(name => shapes.get(name) ?? 0).join('')
    const forms = known.get(statement) ?? new Map<string, Counted>()
    known.set(statement, forms)
    let counted = forms.get(key)
    if (!counted) {
      const own = new Map(shapes)
      const work = counterFor(own)
      visit(statement, work)
      counted = { work: work.sum, changed: [...own].filter(([name, shape]) => shapes.get(name) !== shape) }
      forms.set(key, counted)
    }
    for (const [name, shape] of counted.changed) shapes.set(name, shape)
    return counted.work
  }

  interface OpenCounter extends Counter {
    readonly sum: Float64Array
  }

  function counterFor(shapes: Map<string, Shape>): OpenCounter {
    const sum = new Float64Array(WORKS.length * DEPTHS)
    return {
      context,
      shapes,
      sum,
      callee: calleeOf,
      work: (kind: Work, times: number, depth: number) => {
        const at = WORKS.indexOf(kind) * DEPTHS + Math.min(depth, DEPTHS - 1)
        sum[at] = (sum[at] ?? 0) + times
      },
      include: (counted, depth) => add(sum, counted, 1, depth),
    }
  }

  function inner(block: readonly Statement[], counter: OpenCounter, depth: number, times: number): void {
    for (const statement of block) add(counter.sum, statementOf(statement, counter.shapes), times, depth)
  }

  function visit(statement: Statement, counter: OpenCounter): void {
    const expression = (value: Expression | undefined): Shape =>
      value ? countExpression(counter, value, 0) : 0
    switch (statement.kind) {
      case 'expression':
      case 'return':
        expression(statement.value)
        return
      case 'assign': {
        const shape = expression(statement.value)
        counter.work('assignment', 1, 0)
        for (const target of statement.targets) {
          if (target.kind === 'name') counter.shapes.set(target.id, shape)
          else if (target.kind !== 'tuple') expression(target)
        }
        return
      }
      case 'augmented': {
        expression({
          kind: 'binary',
          operator: statement.operator,
          left: statement.target,
          right: statement.value,
        })
        counter.work('assignment', 1, 0)
        return
      }
      case 'if':
        expression(statement.test)
        counter.work('branch', 1, 0)
        // Of two branches one is run, the first as often as the second; what ends in an exception hardly ever
        inner(statement.body, counter, 0, statement.body.at(-1)?.kind === 'raise' ? 0 : 0.5)
        inner(statement.otherwise, counter, 0, 0.5)
        return
      case 'for': {
        expression(statement.iterable)
        const rounds = roundsOf(statement.iterable)
        const [times, depth] = rounds === undefined ? [1, 1] : [rounds, 0]
        counter.work('round', times, depth)
        if (isFrameLoop(statement.iterable)) counter.work('frameRow', times, depth)
        for (const name of namesOfStatement({ ...statement, body: [] }).writes) counter.shapes.set(name, 0)
        inner(statement.body, counter, depth, times * (leavesEarly(statement.body) ? 0.5 : 1))
        return
      }
      case 'while':
        expression(statement.test)
        counter.work('round', 1, 1)
        inner(statement.body, counter, 1, 1)
        return
      case 'with':
        counter.work('context', 1, 0)
        inner(statement.body, counter, 0, 1)
        return
      case 'try':
        inner(statement.body, counter, 0, 1)
        inner(statement.otherwise, counter, 0, 1)
        // What is kept for odd cases is run seldom; it is counted a little so that better is still better
        for (const handler of statement.handlers)
          inner(handler.body, { ...counter, shapes: new Map() }, 0, 0.001)
        return
      case 'function':
        counter.work('container', 1, 0)
        return
      default:
        counter.work('load', 1, 0)
    }
  }

  return draft => {
    const shapes = new Map<string, Shape>()
    for (const [name, { types }] of Object.entries(context.parameters))
      if (types.length === 1 && types[0] === 'array') shapes.set(name, 1)
    return blockOf(draft.function.body, shapes)
  }
}

interface Counted {
  readonly work: Float64Array
  /** Names whose shape it leaves changed. */
  readonly changed: readonly (readonly [string, Shape])[]
}

/** Adds work that is done some times, deeper in loops. */
function add(sum: Float64Array, work: Float64Array, times: number, deeper: number): void {
  for (let at = 0; at < work.length; at += 1) {
    const amount = work[at] ?? 0
    if (amount === 0) continue
    const depth = at % DEPTHS
    const to = at - depth + Math.min(depth + deeper, DEPTHS - 1)
    sum[to] = (sum[to] ?? 0) + amount * times
  }
}

function namesIn(statement: Statement): Iterable<string> {
  const { reads, writes } = namesOfStatement(statement)
  return new Set([...reads, ...writes])
}

/** Rounds that are written out: `range(60)`. */
function roundsOf(iterable: Expression): number | undefined {
  if (iterable.kind === 'tuple' || iterable.kind === 'list') return iterable.elements.length
  if (iterable.kind !== 'call' || iterable.callee.kind !== 'name' || iterable.callee.id !== 'range')
    return undefined
  const [stop, second] = iterable.arguments
  if (!stop || second || stop.value.kind !== 'constant') return undefined
  const count = Number(stop.value.text)
  return Number.isFinite(count) ? count : undefined
}

function isFrameLoop(iterable: Expression): boolean {
  return (
    iterable.kind === 'call' &&
    iterable.callee.kind === 'attribute' &&
    iterable.callee.attribute === 'iterrows'
  )
}

function leavesEarly(body: readonly Statement[]): boolean {
  return body.some(
    statement =>
      statement.kind === 'if' &&
      (statement.body.at(-1)?.kind === 'break' || statement.body.at(-1)?.kind === 'return'),
  )
}
