import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FEATURES, featureIndex, type FeatureName } from '../features/observation.ts'
import type { Neighbour } from '../memory/recollection.ts'
import { ACTIONS } from './action.ts'
import { nothingAllowed, type ActionMask, type MaskReason } from './actionMask.ts'
import type { DecisionContext, Driver } from './decision.ts'
import type { Flip } from './flip.ts'
import { PLAIN_WORDS, driverFact, reasonSentence, type Evidence } from './sentence.ts'
import { DRIVERS, type DriverName } from './shapley.ts'

const CONTEXT: DecisionContext = {
  spot: 690.125,
  forward: 690.2,
  impliedVolatility: 0.1437,
  realisedVolatility: 0.0912,
  expectedMove: 3.1,
  vix: 14.2,
  regime: 0.42,
  minutesToClose: 299.6,
  dataAge: 250,
}
const OFFERED: ActionMask = { ...nothingAllowed('noPosition'), sellIronCondor: { allowed: true } }

const LOWER: Flip = { axis: 'spot', change: -1.318, action: 'noTrade' }

function caseOf(net: number): Neighbour {
  return {
    decision: 'past/1',
    date: '2026-11-19',
    time: 0,
    likeness: 0.8,
    action: 'iron condor 498/497/503/504',
    answer: 'none',
    net,
  }
}

function seen(figures: Partial<Record<FeatureName, number>>): Float32Array {
  return Float32Array.from(FEATURES, feature => figures[feature.name] ?? 0)
}

function driver(name: DriverName, contribution: number): Driver {
  return { name, contribution }
}

function said(
  drivers: readonly Driver[],
  figures: Partial<Record<FeatureName, number>> = {},
  more: Partial<Evidence> = {},
): string {
  return reasonSentence({
    action: 'sellIronCondor',
    drivers,
    flips: [],
    neighbours: [],
    context: CONTEXT,
    observation: seen(figures),
    mask: OFFERED,
    ...more,
  })
}

test.each<readonly [DriverName, Partial<Record<FeatureName, number>>, string]>([
  ['time', { minutesToClose: 299.6 / 390 }, '300 minutes are left to the close'],
  ['spot', {}, 'the underlying stands at 690.13'],
  ['impliedVolatility', {}, 'implied volatility is 14.4 against 9.1 realised'],
  ['position', {}, 'nothing is held'],
  ['position', { hasPosition: 1, positionProfit: 0.12 }, 'what is held stands at +$120'],
  ['position', { hasPosition: 1, positionProfit: -0.045 }, 'what is held stands at −$45'],
  ['risk', { riskScore: 0.376 }, 'the risk score is 0.38'],
  ['lastOutcomes', {}, 'no trade has won or lost yet'],
  [
    'lastOutcomes',
    { lastOutcome1: 1, lastOutcome2: -1, lastOutcome3: 1 },
    'of the last trades 2 won and 1 lost',
  ],
  ['acceptanceRate', { acceptanceRate: 0.75 }, 'your rate of yes, smoothed, is 75 %'],
  ['winRateThisHour', { winRateThisHour: 2 / 3 }, 'the win rate of this hour, smoothed, is 67 %'],
  ['profitTrend', { profitTrend: 0.01 }, 'recent trades made about nothing'],
  ['profitTrend', { profitTrend: 0.4 }, 'recent trades made money'],
  ['profitTrend', { profitTrend: -0.4 }, 'recent trades lost money'],
  ['daysSinceSimilar', { daysSinceSimilar: 1 }, 'nothing like this was seen for a month'],
  ['daysSinceSimilar', { daysSinceSimilar: 0.2 }, 'it looked like this 6 days ago'],
  ['daysSinceSimilar', { daysSinceSimilar: 0.01 }, 'it looked like this earlier today'],
  ['suggestionsThisSession', { suggestionsThisSession: 0.24 }, '12 suggestions were made today'],
  ['riskTolerance', { riskTolerance: 0.7 }, 'your answers allow more risk than usual'],
  ['riskTolerance', { riskTolerance: 0.3 }, 'your answers allow less risk than usual'],
  ['regime', {}, 'price trends up (0.42 of 1 over half an hour)'],
])('the driver %s with %o reads "%s"', (name, figures, expected) => {
  expect(driverFact(name, CONTEXT, seen(figures))).toBe(expected)
})

test.each([
  [-0.42, 'price trends down (0.42 of 1 over half an hour)'],
  [0.29, 'price goes nowhere (trend 0.29 of 1)'],
  [-0.1, 'price goes nowhere (trend 0.10 of 1)'],
])('a regime of %f reads "%s"', (regime, expected) => {
  expect(driverFact('regime', { ...CONTEXT, regime }, seen({}))).toBe(expected)
})

test('what was not realised yet is not spoken of', () => {
  const early = { ...CONTEXT, realisedVolatility: undefined }
  expect(driverFact('impliedVolatility', early, seen({}))).toBe('implied volatility is 14.4')
})

test('the two strongest drivers for it are told, in their order, as one sentence', () => {
  const drivers = [driver('regime', 0.2), driver('time', 0.1), driver('risk', 0.05)]
  expect(said(drivers, { minutesToClose: 299.6 / 390 })).toBe(
    'Price trends up (0.42 of 1 over half an hour), and 300 minutes are left to the close.',
  )
})

test('what speaks against the action is no reason for it, and neither is what hardly counts', () => {
  const drivers = [driver('regime', -0.3), driver('risk', 0.006), driver('spot', 0.005)]
  expect(said(drivers, { riskScore: 0.2 })).toBe('The risk score is 0.20.')
})

test.each(ACTIONS)('where nothing stands out it says so and names the action: %s', action => {
  const sentence = said([driver('regime', 0.001)], {}, { action })
  expect(sentence).toBe(
    `Nothing stands out from the usual; ${PLAIN_WORDS[action]} is the likeliest of what is allowed.`,
  )
})

test.each<readonly [MaskReason, string]>([
  ['noChain', 'Too few strikes are quoted on both sides to decide on anything.'],
  ['noStrike', 'No quoted strike has the delta that a short leg needs.'],
  ['noWing', 'No wing is offered beyond the short strike.'],
  ['notQuoted', 'A leg of every structure is not quoted.'],
  ['creditTooSmall', 'No structure pays the least credit worth selling.'],
  ['tooManyPositions', 'As many structures are held as the limits allow.'],
  ['outsideSession', 'No new risk is taken at this hour.'],
  ['notAllowedNow', 'Nothing is allowed at the moment.'],
  ['noPosition', 'Nothing is allowed at the moment.'],
])('a wait that is forced for "%s" is explained by that, not by drivers', (reason, expected) => {
  const drivers = [driver('regime', 0.4)]
  const forced = {
    action: 'noTrade',
    mask: nothingAllowed(reason),
    flips: [LOWER],
    neighbours: [caseOf(3)],
  } as const
  expect(said(drivers, {}, forced)).toBe(expected)
})

test('a wait that was chosen is explained by its drivers', () => {
  expect(said([driver('risk', 0.2)], { riskScore: 0.6 }, { action: 'noTrade' })).toBe(
    'The risk score is 0.60.',
  )
})

test.each<readonly [Flip, string]>([
  [LOWER, 'About $1.32 lower it would be no trade.'],
  [
    { axis: 'spot', change: 0.4, action: 'sellPutVertical10' },
    'About $0.40 higher it would be a put vertical at 10 delta.',
  ],
  [
    { axis: 'volatility', change: 1.12, action: 'noTrade' },
    'With volatility about 12 % higher it would be no trade.',
  ],
  [
    { axis: 'volatility', change: 0.7, action: 'noTrade' },
    'With volatility about 30 % lower it would be no trade.',
  ],
  [
    { axis: 'time', change: 34.6, action: 'close' },
    'In about 35 minutes, all else alike, it would be closing.',
  ],
])('a flip that was found is told: %o', (flip, expected) => {
  expect(said([driver('risk', 0.2)], { riskScore: 0.2 }, { flips: [flip] })).toBe(
    `The risk score is 0.20. ${expected}`,
  )
})

test('of several flips the nearest is told, measured by how far each axis was searched', () => {
  const flips: Flip[] = [
    { axis: 'spot', change: -5.5, action: 'close' },
    { axis: 'volatility', change: 1.05, action: 'noTrade' },
    { axis: 'time', change: 200, action: 'sellCallVertical10' },
  ]
  expect(said([driver('risk', 0.2)], {}, { flips })).toContain('volatility about 5 % higher')
})

test.each([
  [[3], 'The nearest past case with a trade made money.'],
  [[-3], 'The nearest past case with a trade did not make money.'],
  [[3, -4, 0], 'Of the 3 nearest past cases with a trade 1 made money.'],
])('past cases that netted %o read "%s"', (nets, expected) => {
  expect(said([driver('risk', 0.2)], {}, { neighbours: nets.map(caseOf) })).toBe(
    `The risk score is 0.00. ${expected}`,
  )
})

test('past cases that waited made nothing because nothing was traded: they are not counted', () => {
  const waited: Neighbour = { ...caseOf(0), action: PLAIN_WORDS.noTrade }
  const about = (neighbours: readonly Neighbour[]) => said([driver('risk', 0.2)], {}, { neighbours })
  expect(about([waited, waited, waited])).toBe('The risk score is 0.00.')
  expect(about([waited, caseOf(3), caseOf(-1)])).toBe(
    'The risk score is 0.00. Of the 2 nearest past cases with a trade 1 made money.',
  )
})

test('every number in a sentence is a figure of the inputs, rounded, and nothing is undefined', () => {
  const contexts = fc.record({
    spot: fc.double({ min: 1, max: 9999, noNaN: true }),
    forward: fc.constant(1),
    impliedVolatility: fc.double({ min: 0.01, max: 5, noNaN: true }),
    realisedVolatility: fc.option(fc.double({ min: 0, max: 5, noNaN: true }), { nil: undefined }),
    expectedMove: fc.constant(undefined),
    vix: fc.constant(undefined),
    regime: fc.double({ min: -1, max: 1, noNaN: true }),
    minutesToClose: fc.double({ min: 0, max: 390, noNaN: true }),
    dataAge: fc.constant(0),
  })
  const observations = fc
    .tuple(...FEATURES.map(({ range: [min, max] }) => fc.double({ min, max, noNaN: true })))
    .map(values => Float32Array.from(values))
  const names = fc.constantFrom(...DRIVERS.map(entry => entry.name))
  fc.assert(
    fc.property(contexts, observations, names, names, (context, observation, first, second) => {
      const drivers = [driver(first, 0.2), driver(second, 0.1)]
      const sentence = said(drivers, {}, { context, observation })
      const own = (name: FeatureName) => observation[featureIndex(name)] ?? Number.NaN
      const figures = [
        context.spot,
        context.impliedVolatility * 100,
        (context.realisedVolatility ?? 0) * 100,
        Math.abs(context.regime),
        own('minutesToClose') * 390,
        Math.abs(own('positionProfit')) * 1000,
        own('riskScore'),
        own('acceptanceRate') * 100,
        own('winRateThisHour') * 100,
        own('daysSinceSimilar') * 30,
        own('suggestionsThisSession') * 50,
        // Trades of five, and the end of the scale of the trend
        0,
        1,
        2,
        3,
        4,
        5,
      ]
      for (const text of sentence.match(/\d+(\.\d+)?/g) ?? []) {
        const unit = 10 ** -(text.split('.')[1]?.length ?? 0)
        const nearest = Math.min(...figures.map(figure => Math.abs(figure - Number(text))))
        expect(nearest).toBeLessThanOrEqual(unit / 2 + 1e-6)
      }
      expect(sentence).toMatch(/^[A-Z0-9].*\.$/)
      expect(sentence).not.toMatch(/undefined|NaN|Infinity/)
    }),
    { numRuns: 300 },
  )
})
