import type { Transform } from '../transform.ts'
import { countWithCounter } from './counter.ts'
import { addToEntry, groupByKey } from './counting.ts'
import { hashJoin } from './join.ts'
import { literalSet, lookUpInSet, rememberSeen } from './membership.ts'
import { selectByRank } from './ranks.ts'
import { fewSmallest, insertSorted } from './sorting.ts'

/** Rewritings that find, count and order with another data structure. */
export const LOOK_UP_TRANSFORMS: readonly Transform[] = [
  hashJoin,
  lookUpInSet,
  rememberSeen,
  insertSorted,
  fewSmallest,
  countWithCounter,
  groupByKey,
  addToEntry,
  literalSet,
  selectByRank,
]
