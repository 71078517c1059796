import type { Rule } from '../rule.ts'
import { drawdownOrder } from './drawdownOrder.ts'
import { feeSign } from './feeSign.ts'
import { idleReward } from './idleReward.ts'
import { lookAhead } from './lookAhead.ts'
import { missingMultiplier } from './missingMultiplier.ts'
import { sameBarTrade } from './sameBarTrade.ts'
import { sampleDeviation } from './sampleDeviation.ts'
import { stopSide } from './stopSide.ts'
import { targetBeforeStop } from './targetBeforeStop.ts'
import { unreachableTest } from './unreachableTest.ts'
import { windowOffByOne } from './windowOffByOne.ts'

/** Rules about backtests, stops, profit and rewards. */
export const STRATEGY_RULES: readonly Rule[] = [
  lookAhead,
  sameBarTrade,
  stopSide,
  targetBeforeStop,
  unreachableTest,
  missingMultiplier,
  feeSign,
  drawdownOrder,
  sampleDeviation,
  windowOffByOne,
  idleReward,
]
