import { functionNamed } from '../syntax/python/functions.ts'
import { printStatement, printStatements } from '../syntax/python/print.ts'
import type { Draft, DraftContext, Transform } from '../transform/transform.ts'
import { openCostModel } from './costModel.ts'
import { patchBetween, patched, type Patch } from './patch.ts'

/** A form of the function that was reached, with what it is predicted to cost. */
export interface Point {
  readonly draft: Draft
  /** The printed function and what was added beside it; two points with one text are one. */
  readonly text: string
  /** How it was first reached. */
  readonly steps: readonly Transform[]
  /** Names that the steps brought in. */
  readonly names: ReadonlySet<string>
  readonly features: Float64Array
  /** Predicted nanoseconds. */
  readonly cost: number
}

/** One more transformation at one of its sites: what it changes, or where that is more than statements in a row, what it makes. */
export interface Move {
  readonly transform: Transform
  readonly patch: Patch | undefined
  readonly from: Point
  readonly made: Draft
}

/** All forms of a function that transformations lead to, walked lazily: nothing is made twice. */
export interface SearchSpace {
  readonly root: Point
  /** Points reached so far by their text, the root too. */
  readonly points: ReadonlyMap<string, Point>
  /** How often a cost was predicted. */
  readonly evaluations: number
  /** Every site of every transformation in a point. This is what takes time: each goes through the whole function. */
  movesOf(point: Point): readonly Move[]
  /**
   * Where a move leads; the point that is known where another way led to the same text. A move that was found at one point may be made
   * at another, unless what it changes is no longer there or its new names are taken: then undefined.
   */
  step(point: Point, move: Move): Point | undefined
}

/** Opens the space around the function of that path; undefined where the module has no such function. */
export function openSearchSpace(
  context: DraftContext,
  transforms: readonly Transform[],
): SearchSpace | undefined {
  const definition = functionNamed(context.module, context.path)
  if (!definition) return undefined
  const model = openCostModel(context)
  const points = new Map<string, Point>()
  const moves = new Map<Point, readonly Move[]>()

  function pointOf(draft: Draft, steps: readonly Transform[], names: ReadonlySet<string>): Point {
    const text = textOf(draft)
    const known = points.get(text)
    if (known) return known
    const features = model.features(draft)
    const point = { draft, text, steps, names, features, cost: model.cost(features) }
    points.set(text, point)
    return point
  }

  function movesOf(point: Point): readonly Move[] {
    const known = moves.get(point)
    if (known) return known
    const found = transforms.flatMap(transform =>
      transform.sites(point.draft, context).map((site): Move => {
        const made = site.apply()
        return { transform, patch: patchBetween(point.draft, made), from: point, made }
      }),
    )
    moves.set(point, found)
    return found
  }

  function step(point: Point, { transform, patch, from, made }: Move): Point | undefined {
    const names = patch && patch.names.size > 0 ? new Set([...point.names, ...patch.names]) : point.names
    if (point === from) return pointOf(made, [...point.steps, transform], names)
    if (!patch || names.size < point.names.size + patch.names.size) return undefined
    const draft = patched(point.draft, patch)
    return draft && pointOf(draft, [...point.steps, transform], names)
  }

  return {
    root: pointOf({ function: definition, added: [] }, [], new Set()),
    points,
    get evaluations() {
      return points.size
    },
    movesOf,
    step,
  }
}

function textOf({ function: definition, added }: Draft): string {
  const printed = printStatement(definition)
  return added.length === 0 ? printed : `${printStatements(added)}\n${printed}`
}
