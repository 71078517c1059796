import type { VariantCard } from '../../contract/assistant.ts'
import { clamp } from '../../core/base/statistics.ts'
import type { TransformFamily } from '../transform/transform.ts'
import { codeShape, type CodeShape } from './codeShape.ts'

/** One thing about a variant that may please or not. */
export interface TasteFeature {
  readonly name: string
  /** What somebody does who likes it, and who does not: a pattern begins with it. */
  readonly liked: string
  readonly disliked: string
  /** What a variant that has it is, in few words, and what one is that has less of it. */
  readonly more: string
  readonly less: string
  /** Mean of its weight before the first choice. */
  readonly prior: number
  /** How much of it a variant has; the code as it is has 0 of everything, and 1 is a lot. */
  measure(seen: SeenCard): number
}

/** What a feature looks at. */
export interface SeenCard {
  readonly card: VariantCard
  readonly shape: CodeShape
  readonly families: ReadonlySet<TransformFamily>
}

/** The families of transformations by the names of their steps. */
export type StepFamilies = ReadonlyMap<string, TransformFamily>

/** Everything that taste looks at, in the order of the columns. */
export const TASTE_FEATURES: readonly TasteFeature[] = [
  feature('speed', 'take the fastest', 'give speed for other things', 'faster', 'slower', 2, speedOf),
  feature('numpy', 'take NumPy over loops', 'keep NumPy out', 'uses NumPy', 'needs no NumPy', 0, seen =>
    Math.max(Math.sign(seen.shape.numpy), has(seen, 'vectorise')),
  ),
  feature(
    'pandas',
    'take whole columns in pandas',
    'keep pandas out',
    'works on columns',
    'needs no pandas',
    0,
    seen => Math.max(Math.sign(seen.shape.pandas), has(seen, 'columns')),
  ),
  feature('scipy', 'take SciPy', 'keep SciPy out', 'uses SciPy', 'needs no SciPy', 0, ({ shape }) =>
    Math.sign(shape.scipy),
  ),
  // Beside the three above, so that what is learned of one library is expected of the others
  feature(
    'libraries',
    'take libraries',
    'stay with the standard library',
    'uses a library',
    'the standard library alone',
    0,
    seen => Math.max(Math.sign(seen.shape.numpy), Math.sign(seen.shape.pandas), Math.sign(seen.shape.scipy)),
  ),
  feature(
    'comprehension',
    'take comprehensions over loops',
    'take loops over comprehensions',
    'a comprehension',
    'no comprehension',
    0,
    seen => Math.max(Math.sign(seen.shape.comprehensions), has(seen, 'comprehend')),
  ),
  feature('generator', 'take generators', 'avoid generators', 'a generator', 'no generator', 0, ({ shape }) =>
    Math.sign(shape.generators),
  ),
  feature('cache', 'take caches', 'avoid caches', 'keeps results', 'keeps no results', 0, seen =>
    Math.max(Math.sign(seen.shape.caches), has(seen, 'memoise')),
  ),
  feature(
    'imports',
    'do not mind new imports',
    'avoid new imports',
    'new imports',
    'no new import',
    0,
    ({ shape }) => clamp(shape.imports, -1, 2),
  ),
  feature(
    'definitions',
    'take parts of their own beside the function',
    'keep all in one function',
    'parts beside the function',
    'all in one function',
    0,
    ({ shape }) => clamp(shape.definitions / 2, -1, 2),
  ),
  feature(
    'diff',
    'do not mind large diffs',
    'take small diffs',
    'a large diff',
    'a small diff',
    -0.1,
    ({ shape }) => logarithmic(shape.added, 1),
  ),
  feature(
    'length',
    'do not mind more lines',
    'take shorter code',
    'more lines',
    'fewer lines',
    0,
    ({ shape }) => logarithmic(shape.lines, 3),
  ),
  feature(
    'depth',
    'do not mind deep nesting',
    'take flat code',
    'deeper nesting',
    'flatter',
    0,
    ({ shape }) => clamp(shape.depth, -1.5, 1.5),
  ),
  feature(
    'width',
    'do not mind long lines',
    'take short lines',
    'longer lines',
    'shorter lines',
    0,
    ({ shape }) => logarithmic(shape.width, 1),
  ),
  feature(
    'density',
    'take dense lines',
    'take simple lines',
    'denser lines',
    'simpler lines',
    0,
    ({ shape }) => clamp(shape.tokens / 12, -1.5, 1.5),
  ),
  feature(
    'names',
    'do not mind short names',
    'take whole names',
    'shorter names',
    'longer names',
    0,
    ({ shape }) => clamp(shape.shortNames * 4, -1.5, 1.5),
  ),
  feature(
    'narrow',
    'take narrow number types',
    'keep full precision',
    'narrow number types',
    'full precision',
    0,
    ({ shape }) => Math.sign(shape.narrow),
  ),
  feature('memory', 'do not mind memory', 'save memory', 'more memory', 'less memory', 0, memoryOf),
  feature(
    'tolerance',
    'do not mind the last digits',
    'want the same to the last bit',
    'equal within a tolerance',
    'equal to the bit',
    0,
    ({ card }) => (card.state.kind === 'verified' && card.state.equality.kind === 'tolerance' ? 1 : 0),
  ),
  feature(
    'steps',
    'take many steps at once',
    'take one step at a time',
    'many steps',
    'few steps',
    -0.2,
    ({ card }) => clamp(card.steps.length / 3, 0, 2),
  ),
  family('batch', 'take one call for many', 'keep one call for each', 'one call for many', 'a call for each'),
  family('hoist', 'take work out of loops', 'leave work in loops', 'less in the loop', 'more in the loop'),
  family('share', 'take common parts out', 'leave common parts', 'shared parts', 'no shared parts'),
  family(
    'reduce',
    'take cheaper arithmetic',
    'leave arithmetic',
    'cheaper arithmetic',
    'the same arithmetic',
  ),
  family(
    'algorithm',
    'take another algorithm',
    'keep the algorithm',
    'another algorithm',
    'the same algorithm',
  ),
  family('parameter', 'take tuned parameters', 'leave parameters', 'tuned parameters', 'the same parameters'),
  feature(
    'model',
    'take what a language model proposes',
    'leave what a language model proposes',
    'from a language model',
    'by a rule',
    0,
    ({ card }) => (card.origin === 'model' ? 1 : 0),
  ),
]

/** What taste sees of a card: one number a feature, in the order of `TASTE_FEATURES`; 0 is like the code as it is. */
export function cardFeatures(card: VariantCard, stepFamilies: StepFamilies): Float64Array {
  const families = new Set(card.steps.flatMap(step => stepFamilies.get(step) ?? []))
  const seen = { card, shape: codeShape(card.before, card.after), families }
  return Float64Array.from(TASTE_FEATURES, ({ measure }) => measure(seen))
}

function feature(
  name: string,
  liked: string,
  disliked: string,
  more: string,
  less: string,
  prior: number,
  measure: TasteFeature['measure'],
): TasteFeature {
  return { name, liked, disliked, more, less, prior, measure }
}

/** A feature that says whether a step of a family is among the steps. */
function family(
  name: TransformFamily,
  liked: string,
  disliked: string,
  more: string,
  less: string,
): TasteFeature {
  // What was done says less of a taste than how the code looks after it
  return feature(name, liked, disliked, more, less, 0, seen => 0.5 * has(seen, name))
}

function has({ families }: SeenCard, name: TransformFamily): number {
  return families.has(name) ? 1 : 0
}

/** Sixteen times as fast is 1. */
function speedOf({ card }: SeenCard): number {
  if (card.state.kind !== 'verified') return 0
  return clamp(Math.log2(Math.max(card.state.timing.speedUp.value, 1e-3)) / 4, -1, 2.5)
}

/** Four times the memory is 1. */
function memoryOf({ card }: SeenCard): number {
  if (card.state.kind !== 'verified') return 0
  const { before, after } = card.state.memory
  return before > 0 && after > 0 ? clamp(Math.log2(after / before) / 2, -1.5, 1.5) : 0
}

/** Grows with the logarithm on both sides of 0. */
function logarithmic(value: number, scale: number): number {
  return (Math.sign(value) * Math.log1p(Math.abs(value))) / scale
}
