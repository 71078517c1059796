import { performance } from 'node:perf_hooks'
import type { Random } from '../../core/base/random.ts'
import { replaceFunction } from '../syntax/python/functions.ts'
import { printModule } from '../syntax/python/print.ts'
import type { PythonModule } from '../syntax/python/tree.ts'
import { draftContext } from '../transform/draftContext.ts'
import { NEUTRAL_STEPS } from '../transform/neutralTransforms.ts'
import type { DraftContext, Transform } from '../transform/transform.ts'
import { TRANSFORMS } from '../transform/transforms.ts'
import { scoreAll } from './costModel.ts'
import { neutralForms } from './neutralForms.ts'
import { openSearchSpace, type Point, type SearchSpace } from './searchSpace.ts'
import { treeSearch } from './treeSearch.ts'
import type { CallKnowledge, Exploration, Variant } from './variant.ts'

/** Neutral choices are not searched for: they are combined afterwards. */
export const SEARCHED: readonly Transform[] = TRANSFORMS.filter(({ name }) => !NEUTRAL_STEPS.has(name))
/** Share of the time that may be searched in. */
const SEARCHING = 0.5

/** What bounds an exploration, and what it may know beforehand. */
export interface ExploreOptions {
  readonly random: Random
  /** Variants to make at most. */
  readonly variants: number
  /** Time after which no more are made. */
  readonly milliseconds: number
  /** How likely each family of transformations is to be liked; 1 where nothing is known of it. */
  readonly priors: ReadonlyMap<string, number>
  /** Packages that the interpreter can import. */
  readonly packages: readonly string[]
}

/** Variants of a function, cheapest first by prediction; whether they mean the same is for the verifier to say. */
export function explore(
  module: PythonModule,
  path: string,
  knowledge: CallKnowledge,
  { random, variants, milliseconds, priors, packages }: ExploreOptions,
): Exploration {
  const started = performance.now()
  const context = draftContext(module, path, knowledge.arguments, packages)
  const spent = (): number => (performance.now() - started) / milliseconds
  const { space, points } = reach(context, { random, variants, spent, priors })
  return {
    variants: variantsOf(space, points, module, path),
    explored: points.length,
    evaluations: space.evaluations,
    milliseconds: performance.now() - started,
  }
}

/** What bounds the reaching of points; `spent` gives how much of the time has gone, from 0 to 1. */
export interface ReachBounds extends Pick<ExploreOptions, 'random' | 'variants' | 'priors'> {
  readonly spent: () => number
}

/** Distinct forms of a function, the original apart: those that a search finds, and then the other ways of writing the cheapest. */
export function reach(
  context: DraftContext,
  { random, variants, priors, spent }: ReachBounds,
): { readonly space: SearchSpace; readonly points: readonly Point[] } {
  const space = openSearchSpace(context, SEARCHED)
  if (!space) throw new Error(`the module has no function ${context.path}`)
  treeSearch(space, { random, variants, isOver: () => spent() > SEARCHING, priors })
  const found = [...space.points.values()].toSorted((left, right) => left.cost - right.cost)
  const searched = found.filter(point => point !== space.root)
  const count = variants - searched.length
  return {
    space,
    points: [...searched, ...neutralForms(found, context, { count, isOver: () => spent() > 1 })],
  }
}

/** Points of a space as variants, cheapest first and of equal ones those with the fewest steps. */
export function variantsOf(
  { root }: SearchSpace,
  points: readonly Point[],
  module: PythonModule,
  path: string,
): readonly Variant[] {
  const scores = scoreAll(points.map(({ features }) => features))
  return points
    .map((point, at) => ({ point, cost: (scores[at] ?? point.cost) / root.cost }))
    .toSorted((left, right) => left.cost - right.cost || left.point.steps.length - right.point.steps.length)
    .map(({ point, cost }) => variantOf(point, cost, module, path))
}

function variantOf(point: Point, cost: number, module: PythonModule, path: string): Variant {
  const telling = mostTellingFirst(point.steps)
  let whole: string | undefined
  return {
    // Most variants are never read whole, so that is printed when it is asked for
    get module() {
      whole ??= printModule(replaceFunction(module, path, point.draft))
      return whole
    },
    get text() {
      return point.text
    },
    steps: point.steps.map(({ name }) => name),
    title: telling[0]?.title ?? '',
    why: [...new Set(telling.map(({ why }) => why))],
    cost,
    reorders: point.steps.some(({ reorders }) => reorders),
  }
}

/** Families from the one that says most about a variant to the one that says least. */
const TELLING: readonly Transform['family'][] = [
  'batch',
  'vectorise',
  'columns',
  'algorithm',
  'memoise',
  'comprehend',
  'hoist',
  'share',
  'reduce',
  'parameter',
]

function mostTellingFirst(steps: readonly Transform[]): readonly Transform[] {
  return steps.toSorted((left, right) => TELLING.indexOf(left.family) - TELLING.indexOf(right.family))
}
