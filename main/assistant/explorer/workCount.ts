import { functionNamed } from '../syntax/python/functions.ts'
import { namesOfStatement } from '../syntax/python/names.ts'
import type { Expression, Statement } from '../syntax/python/tree.ts'
import type { Draft, DraftContext } from '../transform/transform.ts'
import { ROUNDS, WORKS, type Work } from './costTable.ts'
import type { Shape } from './expressionCount.ts'
import { countStatement, type StatementCounter } from './statementCount.ts'

const DEPTHS = ROUNDS.length

/** Counts the work of drafts of one function: one number for each kind of work and depth of loops. */
export function openWorkCount(context: DraftContext): (draft: Draft) => Float64Array {
  const known = new WeakMap<Statement, Map<string, Counted>>()
  const callees = new Map<string, Float64Array | undefined>()
  const aliases = new Map<string, Expression>()
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
      countStatement(work, statement)
      counted = { work: work.sum, changed: [...own].filter(([name, shape]) => shapes.get(name) !== shape) }
      forms.set(key, counted)
    }
    for (const [name, shape] of counted.changed) shapes.set(name, shape)
    return counted.work
  }

  function counterFor(shapes: Map<string, Shape>): StatementCounter & { readonly sum: Float64Array } {
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
      aliases,
      include: (counted, depth) => add(sum, counted, 1, depth),
      block: (block, within, times, depth) => {
        for (const statement of block) add(sum, statementOf(statement, within), times, depth)
      },
    }
  }

  return draft => blockOf(draft.function.body, shapesOf(context))
}

/** What the parameters are. */
function shapesOf({ parameters }: DraftContext): Map<string, Shape> {
  const shapes = new Map<string, Shape>()
  for (const [name, { types }] of Object.entries(parameters))
    if (types.length === 1 && types[0] === 'array') shapes.set(name, 1)
  return shapes
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
