import { performance } from 'node:perf_hooks'
import type { Random } from '../../core/base/random.ts'
import { replaceFunction } from '../syntax/python/functions.ts'
import { printModule } from '../syntax/python/print.ts'
import type { PythonModule } from '../syntax/python/tree.ts'
import { draftContext } from '../transform/draftContext.ts'
import type { Transform } from '../transform/transform.ts'
import { TRANSFORMS } from '../transform/transforms.ts'
import { scoreAll } from './costModel.ts'
import { openSearchSpace, type Point, type SearchSpace } from './searchSpace.ts'
import { treeSearch } from './treeSearch.ts'
import type { CallKnowledge, Exploration, Variant } from './variant.ts'

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
  const space = openSearchSpace(context, TRANSFORMS)
  if (!space) throw new Error(`the module has no function ${path}`)
  const isOver = (): boolean => performance.now() - started > milliseconds
  treeSearch(space, { random, variants, isOver, priors })
  return {
    variants: variantsOf(space, module, path),
    explored: space.points.size - 1,
    evaluations: space.evaluations,
    milliseconds: performance.now() - started,
  }
}

/** The points of a space as variants, cheapest first, without the original. */
export function variantsOf(space: SearchSpace, module: PythonModule, path: string): readonly Variant[] {
  const points = [...space.points.values()].filter(point => point !== space.root)
  const scores = scoreAll(points.map(({ features }) => features))
  return points
    .map((point, at) => ({ point, cost: (scores[at] ?? point.cost) / space.root.cost }))
    .toSorted((left, right) => left.cost - right.cost || left.point.text.length - right.point.text.length)
    .map(({ point, cost }) => variantOf(point, cost, module, path))
}

function variantOf(point: Point, cost: number, module: PythonModule, path: string): Variant {
  const telling = mostTelling(point.steps)
  let whole: string | undefined
  return {
    // Most variants are never read whole, so that is printed when it is asked for
    get module() {
      whole ??= printModule(replaceFunction(module, path, point.draft))
      return whole
    },
    text: point.text,
    steps: point.steps.map(({ name }) => name),
    title: telling?.title ?? '',
    why: [...new Set(point.steps.map(({ why }) => why))],
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

function mostTelling(steps: readonly Transform[]): Transform | undefined {
  return steps.toSorted((left, right) => TELLING.indexOf(left.family) - TELLING.indexOf(right.family))[0]
}
