import { expect, test } from 'vitest'
import { OBSERVATION_SIZE, featureIndex, type FeatureName } from '../../../main/core/features/observation.ts'
import type { Decision } from '../../../main/core/policy/decision.ts'
import { DRIVERS, type DriverName } from '../../../main/core/policy/shapley.ts'
import { ACTIONS } from '../../../main/core/policy/action.ts'
import { NOW, decisionOf } from '../../../main/fixtures/screen.ts'
import { featureReading } from '../explanation/featureWords.ts'
import { driverWords, flipWords } from './driverWords.ts'

/** A decision whose observation has features at values, by their names. */
function observing(
  features: Partial<Record<FeatureName, number>>,
  context: Partial<Decision['context']> = {},
) {
  const observation = Array.from({ length: OBSERVATION_SIZE }, () => 0)
  for (const { name } of DRIVERS.flatMap(driver => driver.features.map(feature => ({ name: feature }))))
    observation[featureIndex(name)] = features[name] ?? 0
  return decisionOf({ observation, context: { ...decisionOf().context, ...context } })
}

test.each<readonly [DriverName, Partial<Record<FeatureName, number>>, Partial<Decision['context']>, string]>([
  ['time', { minutesToClose: 118.6 / 390 }, {}, '119 min to close'],
  ['spot', {}, { spot: 690.256 }, 'Underlying at 690.26'],
  ['impliedVolatility', {}, {}, 'IV 14.2 against 11.8'],
  ['impliedVolatility', {}, { realisedVolatility: undefined }, 'IV 14.2'],
  ['position', {}, {}, 'Nothing held'],
  ['position', { hasPosition: 1, positionProfit: -0.12 }, {}, 'Position open, at −$120'],
  ['risk', { riskScore: 0.42 }, {}, 'Risk score 0.42'],
  ['lastOutcomes', {}, {}, 'No trade has ended yet'],
  ['lastOutcomes', { lastOutcome1: 1, lastOutcome2: -1, lastOutcome3: 1 }, {}, 'Last 3: 2 won'],
  ['lastOutcomes', { lastOutcome5: -1 }, {}, 'Last 1: 0 won'],
  ['acceptanceRate', { acceptanceRate: 0.6 }, {}, 'You said yes to 60 %'],
  ['winRateThisHour', { winRateThisHour: 0.75 }, {}, 'This hour won 75 %'],
  ['profitTrend', { profitTrend: -0.25 }, {}, 'Recent results −0.25'],
  ['daysSinceSimilar', { daysSinceSimilar: 0.1 }, {}, 'Alike 3 days ago'],
  ['daysSinceSimilar', { daysSinceSimilar: 1 }, {}, 'Nothing alike for a month'],
  ['suggestionsThisSession', { suggestionsThisSession: 0.14 }, {}, '7 suggested today'],
  ['riskTolerance', { riskTolerance: 0.5 }, {}, 'Risk your answers allow 0.50'],
  ['regime', {}, { regime: 0.1 }, 'Choppy, trend 0.10'],
  ['regime', {}, { regime: 0.4 }, 'Rising, trend 0.40'],
  ['regime', {}, { regime: -0.9 }, 'Falling, trend 0.90'],
])('the driver %s reads the feature of its name: %j %j', (name, features, context, expected) => {
  expect(driverWords({ name, contribution: 0.1 }, observing(features, context))).toBe(expected)
})

test('minutes to the close are rounded as the explanation rounds them, on every half minute of a day', () => {
  for (let minutes = 0.5; minutes < 390; minutes += 0.5) {
    const seen = Math.fround(minutes / 390)
    const told = driverWords({ name: 'time', contribution: 0.1 }, observing({ minutesToClose: seen }))
    expect(told).toBe(`${featureReading('minutesToClose').write(seen)} to close`)
  }
})

test.each(DRIVERS)('the driver $name has words of its own for an empty observation', ({ name }) => {
  const text = driverWords({ name, contribution: 0 }, decisionOf({ observation: [] }))
  expect(text).not.toMatch(/NaN|undefined/)
  expect(text.length).toBeGreaterThan(5)
})

test.each([
  [{ axis: 'spot', change: -1.5 }, '< 688.50', '1.50 away'],
  [{ axis: 'spot', change: 2.25 }, '> 692.25', '2.25 away'],
  [{ axis: 'volatility', change: 0.8 }, 'IV < 11.4', '2.8 away'],
  [{ axis: 'volatility', change: 1.5 }, 'IV > 21.3', '7.1 away'],
  [{ axis: 'time', change: 42.4 }, 'After 11:42', 'in 42 min'],
] as const)('the flip %j names the level and the way to it', (flip, head, distance) => {
  const words = flipWords({ ...flip, action: 'noTrade' }, decisionOf({ time: NOW }))
  expect(words).toEqual({ head, distance, to: 'no trade' })
})

test('every action that a flip can lead to has words', () => {
  const words = ACTIONS.map(action => flipWords({ axis: 'spot', change: 1, action }, decisionOf()).to)
  expect(new Set(words).size).toBe(ACTIONS.length)
  expect(words.join()).not.toContain('undefined')
})
