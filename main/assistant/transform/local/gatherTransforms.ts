import type { Transform } from '../transform.ts'
import { extremeLoop, searchLoop, sumLoop } from './aggregate.ts'
import { comprehend } from './comprehend.ts'
import { joinPieces } from './joinText.ts'

/** Rewritings of loops that only gather: into a collection, a sum, an extreme, an answer, a text. */
export const GATHER_TRANSFORMS: readonly Transform[] = [
  comprehend,
  sumLoop,
  extremeLoop,
  searchLoop,
  joinPieces,
]
