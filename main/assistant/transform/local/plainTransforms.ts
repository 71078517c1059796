import type { Transform } from '../transform.ts'
import { bindFunctions } from './bind.ts'
import { compareDirectly } from './compare.ts'
import { formatText } from './formatText.ts'
import { writeInPlace } from './inPlace.ts'
import { listInside } from './listInside.ts'
import { multiplyByHalf } from './strength.ts'
import { cutStretches } from './stretches.ts'

/** Rewritings of an expression into one that takes Python fewer steps. */
export const PLAIN_TRANSFORMS: readonly Transform[] = [
  compareDirectly,
  writeInPlace,
  formatText,
  listInside,
  cutStretches,
  multiplyByHalf,
  bindFunctions,
]
