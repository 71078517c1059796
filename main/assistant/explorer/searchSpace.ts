import { functionNamed } from '../syntax/python/functions.ts'
import { printStatement, printStatements } from '../syntax/python/print.ts'
import type { Draft, DraftContext, Transform } from '../transform/transform.ts'
import { openComposition, type Composition } from './composition.ts'
import { openCostModel } from './costModel.ts'

/** A form of the function that was reached, with what it is predicted to cost. */
export interface Point {
  readonly draft: Draft
  /** The printed function and what was added beside it; two points with one text are one. */
  readonly text: string
  /** How it was first reached. */
  readonly steps: readonly Transform[]
  readonly features: Float64Array
  /** Predicted nanoseconds. */
  readonly cost: number
}

/** One more transformation at one of its sites. */
export interface Move {
  readonly transform: Transform
  /** Its place among the moves of the point. */
  readonly at: number
}

/** Everything that can be done to a point in one step, and what of it can be done together. */
export interface Moves {
  readonly from: Point
  readonly list: readonly Move[]
  readonly composition: Composition
}

/** All forms of a function that transformations lead to, walked lazily: nothing is made twice. */
export interface SearchSpace {
  readonly root: Point
  /** Points reached so far by their text, the root too. */
  readonly points: ReadonlyMap<string, Point>
  /** How often a cost was predicted. */
  readonly evaluations: number
  /** Every site of every transformation in a point. This is what takes time: each goes through the whole function. */
  movesOf(point: Point): Moves
  /** Where moves lead that can be made together; the point that is known where another way led to the same text. */
  step(moves: Moves, chosen: readonly Move[]): Point
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
  const known = new Map<Point, Moves>()

  function pointOf(draft: Draft, steps: readonly Transform[]): Point {
    const text = textOf(draft)
    const reached = points.get(text)
    if (reached) return reached
    const features = model.features(draft)
    const point = { draft, text, steps, features, cost: model.cost(features) }
    points.set(text, point)
    return point
  }

  function movesOf(point: Point): Moves {
    const moves = known.get(point) ?? sitesOf(point, context, transforms)
    known.set(point, moves)
    return moves
  }

  function step({ from, composition }: Moves, chosen: readonly Move[]): Point {
    const steps = [...from.steps, ...chosen.map(({ transform }) => transform)]
    const places = chosen.map(({ at }) => at).toSorted((left, right) => left - right)
    const [only, ...others] = places
    const isSingle = only !== undefined && others.length === 0
    return pointOf(isSingle ? composition.changed(only) : composition.compose(places), steps)
  }

  return {
    root: pointOf({ function: definition, added: [] }, []),
    points,
    get evaluations() {
      return points.size
    },
    movesOf,
    step,
  }
}

function sitesOf(point: Point, context: DraftContext, transforms: readonly Transform[]): Moves {
  const found = transforms.flatMap(transform =>
    transform.sites(point.draft, context).map(site => ({ transform, site })),
  )
  const changes = found.map(
    ({ site }) =>
      (): Draft =>
        site.apply(),
  )
  return {
    from: point,
    list: found.map(({ transform }, at) => ({ transform, at })),
    composition: openComposition(point.draft, changes),
  }
}

/** The printed function and what was added beside it. */
export function textOf({ function: definition, added }: Draft): string {
  const printed = printStatement(definition)
  return added.length === 0 ? printed : `${printStatements(added)}\n${printed}`
}
