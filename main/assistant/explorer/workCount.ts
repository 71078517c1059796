import { functionNamed } from '../syntax/python/functions.ts'
import { namesOfStatement } from '../syntax/python/names.ts'
import type { Expression, Statement } from '../syntax/python/tree.ts'
import type { Draft, DraftContext } from '../transform/transform.ts'
import { ROUNDS, WORKS, type Work } from './costTable.ts'
import { setShape, type Shape } from './expressionCount.ts'
import { countStatement, type StatementCounter } from './statementCount.ts'

const DEPTHS = ROUNDS.length
const PLACES = new Map(WORKS.map((work, at) => [work, at]))

/** Counts the work of drafts of one function: one number for each kind of work and depth of loops. */
export function openWorkCount(context: DraftContext): (draft: Draft) => Float64Array {
  const known = new WeakMap<Statement, Map<string, Counted>>()
  const callees = new Map<string, Float64Array | undefined>()
  const aliases = new Map<string, Expression>()

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

  function statementOf(statement: Statement, shapes: Map<string, Shape>): Sparse {
    const key = shapes.size === 0 ? '' : shapesIn(statement, shapes)
    const forms = known.get(statement) ?? new Map<string, Counted>()
    known.set(statement, forms)
    let counted = forms.get(key)
    if (!counted) {
      const own = new Map(shapes)
      const work = counterFor(own)
      countStatement(work, statement)
      counted = { work: sparse(work.sum), changed: differing(shapes, own) }
      forms.set(key, counted)
    }
    for (const [name, shape] of counted.changed) setShape(shapes, name, shape)
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
        const at = (PLACES.get(kind) ?? 0) * DEPTHS + Math.min(depth, DEPTHS - 1)
        sum[at] = (sum[at] ?? 0) + times
      },
      aliases,
      include: (counted, depth) => add(sum, sparse(counted), 1, depth),
      block: (block, within, times, depth) => {
        for (const statement of block) add(sum, statementOf(statement, within), times, depth)
      },
    }
  }

  return draft => blockOf(draft.function.body, shapesOf(context))
}

const namesKnown = new WeakMap<Statement, readonly string[]>()

/** What is known of the names of a statement; those of none are numbers and lists. */
function shapesIn(statement: Statement, shapes: ReadonlyMap<string, Shape>): string {
  const names = namesKnown.get(statement) ?? [...namesIn(statement)]
  namesKnown.set(statement, names)
  return names.map(name => shapes.get(name) ?? 0).join('')
}

/** What the parameters are. */
function shapesOf({ parameters }: DraftContext): Map<string, Shape> {
  const shapes = new Map<string, Shape>()
  for (const [name, { types }] of Object.entries(parameters))
    if (types.length === 1 && types[0] === 'array') shapes.set(name, 1)
  return shapes
}

/** The kinds and depths of work that there is any of. */
interface Sparse {
  readonly places: readonly number[]
  readonly amounts: readonly number[]
}

interface Counted {
  readonly work: Sparse
  /** Names whose shape it leaves changed. */
  readonly changed: readonly (readonly [string, Shape])[]
}

function sparse(work: Float64Array): Sparse {
  const places: number[] = []
  const amounts: number[] = []
  for (const [at, amount] of work.entries()) {
    if (amount === 0) continue
    places.push(at)
    amounts.push(amount)
  }
  return { places, amounts }
}

/** Names of which another shape is known afterwards. */
function differing(
  before: ReadonlyMap<string, Shape>,
  after: ReadonlyMap<string, Shape>,
): readonly (readonly [string, Shape])[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter(name => before.get(name) !== after.get(name))
    .map(name => [name, after.get(name) ?? 0])
}

/** Adds work that is done some times, deeper in loops. */
function add(sum: Float64Array, { places, amounts }: Sparse, times: number, deeper: number): void {
  for (const [index, at] of places.entries()) {
    const depth = at % DEPTHS
    const to = at - depth + Math.min(depth + deeper, DEPTHS - 1)
    sum[to] = (sum[to] ?? 0) + (amounts[index] ?? 0) * times
  }
}

function namesIn(statement: Statement): Iterable<string> {
  const { reads, writes } = namesOfStatement(statement)
  return new Set([...reads, ...writes])
}
