import { ARRAY_TRANSFORMS } from './arrayTransforms.ts'
import { hingeSums } from './algorithms/hingeSums.ts'
import { KERNEL_TRANSFORMS } from './kernelTransforms.ts'
import { nearestSorted } from './algorithms/nearestSorted.ts'
import { alikeRows } from './pairs/alikeRows.ts'
import { rowProducts } from './pairs/rowProducts.ts'
import { roundsForArrays } from './parameters.ts'
import { solveBisection } from './algorithms/solveBisection.ts'
import type { Transform } from './transform.ts'
import { applyColumns, vectoriseComprehension } from './vectoriseExpression.ts'
import { vectoriseGrid, vectoriseLoop, vectorisePairs } from './vectoriseLoop.ts'

/** Transformations that hand numbers over to NumPy. */
export const NUMERIC_TRANSFORMS: readonly Transform[] = [
  vectoriseLoop,
  vectoriseGrid,
  vectorisePairs,
  vectoriseComprehension,
  applyColumns,
  ...ARRAY_TRANSFORMS,
  ...KERNEL_TRANSFORMS,
  alikeRows,
  rowProducts,
  hingeSums,
  nearestSorted,
  solveBisection,
  roundsForArrays,
]
