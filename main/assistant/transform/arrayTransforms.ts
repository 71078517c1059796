import { compareAsArray } from './arrays/columns.ts'
import { groupByTable } from './arrays/groups.ts'
import { keepArrays } from './arrays/keepArrays.ts'
import { packNumbers } from './arrays/packing.ts'
import { givePlainNumbers } from './arrays/plainNumbers.ts'
import { readRecordsOnce } from './arrays/records.ts'
import { layWindows } from './arrays/windowViews.ts'
import type { Transform } from './transform.ts'

/** How numbers go into the arrays of an array form and come out of them. */
export const ARRAY_TRANSFORMS: readonly Transform[] = [
  packNumbers,
  readRecordsOnce,
  keepArrays,
  givePlainNumbers,
  groupByTable,
  compareAsArray,
  layWindows,
]
