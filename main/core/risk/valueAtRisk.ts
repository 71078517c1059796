import type { Dollars } from '../base/units.ts'
import { CONTRACT_MULTIPLIER } from '../base/units.ts'
import type { Position } from '../portfolio/position.ts'
import { expiryValue } from '../portfolio/structure.ts'
import { probabilityAbove, type Smile } from '../volatility/smile.ts'

/** What the book may lose by the close, under the market's own distribution. */
export interface TailRisk {
  /** Loss that is exceeded one time in twenty. */
  readonly valueAtRisk: Dollars
  /** Mean loss of that one time. */
  readonly expectedShortfall: Dollars
}

const TAIL = 0.05
const POINTS = 200

/**
 * Value at risk and expected shortfall at 95 % of everything held to the close, from the distribution that the smile
 * implies: its mass between 200 prices out to six deviations. Losses are positive.
 */
export function tailRisk(positions: readonly Position[], smile: Smile): TailRisk {
  const held = positions.filter(position => position.quantity > 0)
  if (held.length === 0) return { valueAtRisk: 0, expectedShortfall: 0 }
  const reach = Math.max(1e-4, 6 * smile.atTheMoney * Math.sqrt(smile.years))
  const price = (index: number) => smile.forward * Math.exp(reach * ((2 * index) / POINTS - 1))
  const outcomes: { readonly loss: Dollars; readonly mass: number }[] = []
  let above = 1
  for (let index = 0; index < POINTS; index += 1) {
    const next = index === POINTS - 1 ? 0 : Math.min(above, probabilityAbove(smile, price(index + 1)))
    outcomes.push({ loss: -profitAt(held, (price(index) + price(index + 1)) / 2), mass: above - next })
    above = next
  }
  outcomes.sort((one, other) => other.loss - one.loss)
  let mass = 0
  let sum = 0
  for (const outcome of outcomes) {
    const taken = Math.min(outcome.mass, TAIL - mass)
    sum += taken * outcome.loss
    mass += taken
    if (mass >= TAIL - 1e-12)
      return { valueAtRisk: Math.max(0, outcome.loss), expectedShortfall: Math.max(0, sum / mass) }
  }
  return { valueAtRisk: 0, expectedShortfall: 0 }
}

function profitAt(positions: readonly Position[], price: number): Dollars {
  return positions.reduce(
    (sum, position) =>
      sum +
      (position.entryNet + expiryValue(position.structure.legs, price)) *
        CONTRACT_MULTIPLIER *
        position.quantity,
    0,
  )
}
