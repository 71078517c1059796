import { LOCAL_TRANSFORMS } from './localTransforms.ts'
import { NEUTRAL_TRANSFORMS } from './neutralTransforms.ts'
import { NUMERIC_TRANSFORMS } from './numericTransforms.ts'
import type { Transform, TransformFamily } from './transform.ts'

/** Everything that the explorer may do to a function. */
export const TRANSFORMS: readonly Transform[] = [
  ...NUMERIC_TRANSFORMS,
  ...LOCAL_TRANSFORMS,
  ...NEUTRAL_TRANSFORMS,
]

/** What each transformation saves, by its name. */
export const STEP_FAMILIES: ReadonlyMap<string, TransformFamily> = new Map(
  TRANSFORMS.map(({ name, family }) => [name, family]),
)
