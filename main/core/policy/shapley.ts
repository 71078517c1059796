import { at } from '../base/assert.ts'
import { countBits } from '../base/bits.ts'
import { featureIndex, type FeatureName } from '../features/observation.ts'

/**
 * Features that are told as one driver, because a person reads them as one: nobody weighs minutes since the open
 * against minutes to the close. Thirteen drivers make 8,192 coalitions, few enough to be exact.
 */
export const DRIVERS = [
  { name: 'time', features: ['minutesSinceOpen', 'minutesToClose'] },
  { name: 'spot', features: ['spot'] },
  { name: 'impliedVolatility', features: ['impliedVolatility'] },
  { name: 'position', features: ['hasPosition', 'positionProfit', 'minutesInPosition'] },
  { name: 'risk', features: ['riskScore'] },
  {
    name: 'lastOutcomes',
    features: ['lastOutcome1', 'lastOutcome2', 'lastOutcome3', 'lastOutcome4', 'lastOutcome5'],
  },
  { name: 'acceptanceRate', features: ['acceptanceRate'] },
  { name: 'winRateThisHour', features: ['winRateThisHour'] },
  { name: 'profitTrend', features: ['profitTrend'] },
  { name: 'daysSinceSimilar', features: ['daysSinceSimilar'] },
  { name: 'suggestionsThisSession', features: ['suggestionsThisSession'] },
  { name: 'riskTolerance', features: ['riskTolerance'] },
  { name: 'regime', features: ['regime'] },
] as const satisfies readonly { readonly name: string; readonly features: readonly FeatureName[] }[]

export type DriverName = (typeof DRIVERS)[number]['name']
type DriverFeatures = (typeof DRIVERS)[number]

/** The drivers that are not as usual. One that is as usual adds nothing to any coalition: its Shapley value is 0. */
export function unusualDrivers(observation: Float32Array, usual: Float32Array): DriverFeatures[] {
  return DRIVERS.filter(({ features }) =>
    features.some(feature => at(observation, featureIndex(feature)) !== at(usual, featureIndex(feature))),
  )
}

/** One row an observation for every coalition of drivers: those inside take their value, the others the usual one. */
export function coalitionRows(
  observation: Float32Array,
  usual: Float32Array,
  drivers: readonly DriverFeatures[] = DRIVERS,
): Float32Array {
  const size = observation.length
  const coalitions = 1 << drivers.length
  const rows = new Float32Array(coalitions * size)
  const members = drivers.map(driver => driver.features.map(featureIndex))
  for (let coalition = 0; coalition < coalitions; coalition += 1) {
    rows.set(usual, coalition * size)
    members.forEach((features, driver) => {
      if ((coalition & (1 << driver)) === 0) return
      for (const feature of features) rows[coalition * size + feature] = at(observation, feature)
    })
  }
  return rows
}

/**
 * Shapley values of a game given by the worth of all 2^n coalitions, bit i of the index standing for player i
 * (L. S. Shapley, 1953). Exact: they sum to worth(all) - worth(none).
 */
export function shapleyValues(worth: ArrayLike<number>): Float64Array {
  const players = Math.round(Math.log2(worth.length))
  if (worth.length !== 1 << players)
    throw new RangeError(`coalitions must be a power of two, were ${worth.length}`)
  const weights = orderWeights(players)
  const values = new Float64Array(players)
  // The whole coalition has nobody left to add
  for (let coalition = 0; coalition < worth.length - 1; coalition += 1) {
    const weight = at(weights, countBits(coalition))
    const without = at(worth, coalition)
    for (let player = 0; player < players; player += 1) {
      const bit = 1 << player
      if ((coalition & bit) === 0)
        values[player] = at(values, player) + weight * (at(worth, coalition | bit) - without)
    }
  }
  return values
}

/** The share of all orders in which exactly the members of a coalition of each size come before a player. */
function orderWeights(players: number): Float64Array {
  const weights = new Float64Array(players)
  let binomial = 1
  for (let size = 0; size < players; size += 1) {
    weights[size] = 1 / (players * binomial)
    binomial = (binomial * (players - 1 - size)) / (size + 1)
  }
  return weights
}
