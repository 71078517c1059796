import { at, present } from '../base/assert.ts'
import type { ActionSide } from './action.ts'
import { tasteShares, type Preference } from './preference.ts'
import { CURVES, HALF_HOURS, TASTES, type Taste } from './taste.ts'

/** One thing the preference has learned, in words' raw material and in log-odds from where it began. */
export interface LearnedTaste {
  /** `none` where it is about every side. */
  readonly side: ActionSide
  /** Minutes since the open of the first and past the last half hour. */
  readonly from: number
  readonly to: number
  /** The delta of the short legs it is about; absent, any. */
  readonly delta?: number
  /** How what is sold lies to the trend; absent, anyhow. */
  readonly trend?: 'with' | 'against' | 'in'
  readonly shift: number
}

/** What is told at all, in log-odds. */
const CLEAR = 0.7

/** A trend that is called one: half of the strongest. */
const TREND = 0.5
const DAY = { from: 0, to: (HALF_HOURS - 1) * 30 } as const

/** What has clearly left its beginning, strongest first, each by how much its taste is believed. */
export function learnedTastes(preference: Preference): LearnedTaste[] {
  const shares = tasteShares(preference)
  const slope = (name: Taste['name'], place: number) => {
    const index = TASTES.findIndex(taste => taste.name === name)
    const { prior } = present(TASTES[index], 'a taste by its name')
    const { model } = present(preference.beliefs[index], 'a belief of every taste')
    return shares[name] * (at(model.mean, place) - at(prior.mean, place))
  }
  const [everything, step] = [slope('delta', 0), slope('delta', 1)]
  const [verticals, condors] = [slope('trend', 0) + slope('trend', 1), slope('trend', 0) + slope('trend', 2)]
  const [along, inTrend] = [TREND * slope('trend', 3), TREND * slope('trend', 4)]
  const told: LearnedTaste[] = [
    ...stretches('none', halfHour => slope('hour', halfHour)),
    ...CURVES.flatMap((side, curve) =>
      stretches(side, halfHour => slope('side and hour', curve * HALF_HOURS + halfHour)),
    ),
    { side: 'none', ...DAY, delta: 0.1, shift: everything - step },
    { side: 'none', ...DAY, delta: 0.15, shift: everything + step },
    { side: 'none', ...DAY, trend: 'with', shift: verticals + along },
    { side: 'none', ...DAY, trend: 'against', shift: verticals - along },
    { side: 'both', ...DAY, trend: 'in', shift: condors + inTrend },
  ]
  return told
    .filter(({ shift }) => Math.abs(shift) > CLEAR)
    .sort((one, other) => Math.abs(other.shift) - Math.abs(one.shift))
}

/** Half hours in a row that are clear and of one sign, each stretch by its strongest. */
function stretches(side: ActionSide, shiftAt: (halfHour: number) => number): LearnedTaste[] {
  const tastes: LearnedTaste[] = []
  let current: LearnedTaste | undefined
  for (let halfHour = 0; halfHour < HALF_HOURS - 1; halfHour += 1) {
    const shift = shiftAt(halfHour)
    const isClear = Math.abs(shift) > CLEAR
    if (current && (!isClear || Math.sign(shift) !== Math.sign(current.shift))) {
      tastes.push(current)
      current = undefined
    }
    if (!isClear) continue
    const strongest: number = current && Math.abs(current.shift) > Math.abs(shift) ? current.shift : shift
    current = { side, from: current?.from ?? halfHour * 30, to: (halfHour + 1) * 30, shift: strongest }
  }
  return current ? [...tastes, current] : tastes
}
