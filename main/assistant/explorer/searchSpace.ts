import { functionNamed } from '../syntax/python/functions.ts'
import { printStatement, printStatements } from '../syntax/python/print.ts'
import type { Draft, DraftContext, Transform, TransformSite } from '../transform/transform.ts'
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
  readonly site: TransformSite
}

/** All forms of a function that transformations lead to, walked lazily: nothing is made twice. */
export interface SearchSpace {
  readonly root: Point
  /** Points reached so far by their text, the root too. */
  readonly points: ReadonlyMap<string, Point>
  /** How often a cost was predicted. */
  readonly evaluations: number
  movesOf(point: Point): readonly Move[]
  /** Where a move leads; the point that is known where another way led to the same text. */
  step(point: Point, move: Move): Point
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
  let evaluations = 0

  function pointOf(draft: Draft, steps: readonly Transform[]): Point {
    const text = textOf(draft)
    const known = points.get(text)
    if (known) return known
    const features = model.features(draft)
    evaluations += 1
    const point = { draft, text, steps, features, cost: model.cost(features) }
    points.set(text, point)
    return point
  }

  function movesOf(point: Point): readonly Move[] {
    const known = moves.get(point)
    if (known) return known
    const found = transforms.flatMap(transform =>
      transform.sites(point.draft, context).map(site => ({ transform, site })),
    )
    moves.set(point, found)
    return found
  }

  return {
    root: pointOf({ function: definition, added: [] }, []),
    points,
    get evaluations() {
      return evaluations
    },
    movesOf,
    step: (point, { transform, site }) => pointOf(site.apply(), [...point.steps, transform]),
  }
}

function textOf({ function: definition, added }: Draft): string {
  const printed = printStatement(definition)
  return added.length === 0 ? printed : `${printStatements(added)}\n${printed}`
}
