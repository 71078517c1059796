import { at } from '../core/base/assert.ts'
import { featureIndex } from '../core/features/observation.ts'
import { createRandom, hashText } from '../core/base/random.ts'
import { sideOf, targetDelta } from '../core/policy/action.ts'
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

/** What a taste looks at: nothing that the trader could not see when he was asked. */
export type Asked = Pick<Decision, 'id' | 'action' | 'observation'>

/** A made-up trader with one taste, to hold agreement against. */
export interface TasteTrader {
  readonly kind: 'time of day' | 'delta' | 'side by trend' | 'inconsistent'
  readonly words: string
  /** Whether the same question always gets the same answer, so that there is something to learn. */
  readonly isConsistent: boolean
  /** Whether he would say yes to a suggested trade. */
  accepts(asked: Asked): boolean
}

/** A move of half an hour from which on its direction is called a trend, as the observation counts it. */
const TREND_FROM = 0.3

/** Four traders: three of a consistent taste each, and one who throws a coin, which `seed` makes his own. */
export function tasteTraders(seed: number): readonly TasteTrader[] {
  return [
    {
      kind: 'time of day',
      words: 'refuses everything before 11:00',
      isConsistent: true,
      accepts: ({ observation }) => at(observation, featureIndex('minutesSinceOpen')) >= ELEVEN - 1e-6,
    },
    {
      kind: 'delta',
      words: 'refuses short legs of 15 delta',
      isConsistent: true,
      accepts: ({ action }) => targetDelta(action) < 0.125,
    },
    {
      kind: 'side by trend',
      words: 'takes one side only with a trend and a condor only without one',
      isConsistent: true,
      accepts: isWithTrend,
    },
    {
      kind: 'inconsistent',
      words: 'throws a coin',
      isConsistent: false,
      accepts: ({ id }) => createRandom(hashText(id, seed)).uniform() < 0.5,
    },
  ]
}

/** Puts are sold into a rise, calls into a fall, both sides where nothing trends. */
function isWithTrend({ action, observation }: Asked): boolean {
  const trend = at(observation, featureIndex('regime'))
  const side = sideOf(action)
  if (side === 'both') return Math.abs(trend) < TREND_FROM
  return side === 'put' ? trend >= TREND_FROM : trend <= -TREND_FROM
}
