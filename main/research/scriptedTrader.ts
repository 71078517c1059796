import { at } from '../core/base/assert.ts'
import { featureIndex } from '../core/features/observation.ts'
import { sideOf } from '../core/policy/action.ts'
import type { Decision } from '../core/policy/decision.ts'

/** A made-up trader who answers by a rule, so that what is learned from him can be held against it. */
export interface ScriptedTrader {
  readonly name: string
  /** What of the suggestions he refuses. */
  readonly refuses: 'earlyCalls' | 'others'
  /** Whether he would say yes to a suggestion. */
  accepts(decision: Decision): boolean
}

/** 11:00 as a share of the day, as the observation counts it. */
const ELEVEN = 90 / 390

/** Two traders of opposite taste. */
export const SCRIPTED_TRADERS: readonly ScriptedTrader[] = [
  {
    name: 'A trader who refuses call-side suggestions before 11:00 and accepts the rest',
    refuses: 'earlyCalls',
    accepts: decision => !isEarlyCall(decision),
  },
  {
    name: 'A trader who accepts call-side suggestions before 11:00 and refuses the rest',
    refuses: 'others',
    accepts: isEarlyCall,
  },
]

/** Whether a decision suggests selling calls only, before 11:00; an iron condor sells both sides and is none. */
export function isEarlyCall(decision: Decision): boolean {
  const sinceOpen = at(decision.observation, featureIndex('minutesSinceOpen'))
  return sideOf(decision.action) === 'call' && sinceOpen < ELEVEN - 1e-6
}
