import { withoutWatch } from './kernels/calm.ts'
import { chooseFirst, chooseSign } from './kernels/choices.ts'
import { extremesAtOnce, largerOfTwo } from './kernels/extremes.ts'
import { maskedSums } from './kernels/maskedSums.ts'
import { mirroredOnce } from './kernels/mirrored.ts'
import { normalCurve } from './kernels/normalCurve.ts'
import { runningColumns } from './kernels/runningColumns.ts'
import { truthsAsSigns } from './kernels/smallTruths.ts'
import { spreadFromMean } from './kernels/spread.ts'
import { weightedSums } from './kernels/weightedSums.ts'
import { wholeColumns } from './kernels/wholeColumns.ts'
import { windowsByColumn } from './kernels/windows.ts'
import type { Transform } from './transform.ts'

/** Cheaper passes over the arrays of an array form. */
export const KERNEL_TRANSFORMS: readonly Transform[] = [
  extremesAtOnce,
  largerOfTwo,
  weightedSums,
  maskedSums,
  windowsByColumn,
  chooseFirst,
  chooseSign,
  wholeColumns,
  runningColumns,
  truthsAsSigns,
  mirroredOnce,
  spreadFromMean,
  withoutWatch,
  normalCurve,
]
