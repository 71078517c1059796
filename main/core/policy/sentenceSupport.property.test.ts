import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FEATURES, featureIndex, type FeatureName } from '../features/observation.ts'
import { ACTIONS, type Action } from './action.ts'
import { nothingAllowed, type ActionMask } from './actionMask.ts'
import type { DecisionContext, Driver } from './decision.ts'
import type { Flip } from './flip.ts'
import {
  PLAIN_WORDS,
  WORTH_TELLING,
  driverFact,
  flipFact,
  reasonSentence,
  type Evidence,
} from './sentence.ts'
import { DRIVERS, type DriverName } from './shapley.ts'

const probability = fc.double({ min: -0.5, max: 0.5, noNaN: true })
const drivers: fc.Arbitrary<Driver[]> = fc
  .shuffledSubarray(
    DRIVERS.map(({ name }) => name),
    { minLength: 0 },
  )
  .chain(names =>
    fc
      .array(fc.oneof(probability, fc.double({ min: -0.01, max: 0.01, noNaN: true })), {
        minLength: names.length,
        maxLength: names.length,
      })
      .map(contributions =>
        names
          .map((name, index) => ({ name, contribution: contributions[index] ?? 0 }))
          .sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution)),
      ),
  )
const actions = fc.constantFrom(...ACTIONS)
const flips: fc.Arbitrary<Flip[]> = fc.uniqueArray(
  fc.oneof(
    fc.record({
      axis: fc.constant('spot' as const),
      change: fc.double({ min: -9, max: 9, noNaN: true }),
      action: actions,
    }),
    fc.record({
      axis: fc.constant('volatility' as const),
      change: fc.double({ min: 0.4, max: 1.6, noNaN: true }),
      action: actions,
    }),
    fc.record({
      axis: fc.constant('time' as const),
      change: fc.double({ min: 1, max: 300, noNaN: true }),
      action: actions,
    }),
  ),
  { selector: flip => flip.axis, maxLength: 3 },
)
const neighbours = fc.array(
  fc.record({
    decision: fc.constant('past/1'),
    date: fc.constant('2026-11-19'),
    time: fc.constant(0),
    likeness: fc.double({ min: 0, max: 1, noNaN: true }),
    action: fc.constantFrom('no trade', 'closing', 'put vertical 498/497'),
    answer: fc.constant('none'),
    net: fc.double({ min: -90, max: 90, noNaN: true }),
  }),
  { maxLength: 3 },
)
const contexts: fc.Arbitrary<DecisionContext> = fc.record({
  spot: fc.double({ min: 100, max: 900, noNaN: true }),
  forward: fc.constant(1),
  impliedVolatility: fc.double({ min: 0.01, max: 3, noNaN: true }),
  realisedVolatility: fc.option(fc.double({ min: 0, max: 3, noNaN: true }), { nil: undefined }),
  expectedMove: fc.option(fc.double({ min: 0.1, max: 20, noNaN: true }), { nil: undefined }),
  vix: fc.constant(undefined),
  regime: fc.double({ min: -1, max: 1, noNaN: true }),
  minutesToClose: fc.double({ min: 0, max: 390, noNaN: true }),
  dataAge: fc.constant(0),
})
const observations = fc
  .tuple(...FEATURES.map(({ range: [min, max] }) => fc.double({ min, max, noNaN: true })))
  .map(values => Float32Array.from(values))
const OFFERED: ActionMask = { ...nothingAllowed('noPosition'), sellIronCondor: { allowed: true } }
const evidences: fc.Arbitrary<Evidence> = fc.record({
  action: actions,
  drivers,
  flips,
  neighbours,
  context: contexts,
  observation: observations,
  mask: fc.constant(OFFERED),
})

/** Every claim that a sentence may hold, by what it would have to rest on. */
function claimsOf({ context, observation }: Evidence): Map<DriverName, string> {
  return new Map(DRIVERS.map(({ name }) => [name, driverFact(name, context, observation)]))
}

function holds(sentence: string, clause: string): boolean {
  return sentence.toLowerCase().includes(clause.toLowerCase())
}

test('a driver is told only where it speaks for the action and counts, and never more than two', () => {
  fc.assert(
    fc.property(evidences, evidence => {
      const sentence = reasonSentence(evidence)
      const contributions = new Map(evidence.drivers.map(({ name, contribution }) => [name, contribution]))
      const told = [...claimsOf(evidence)].filter(([, fact]) => holds(sentence, fact))
      for (const [name] of told) expect(contributions.get(name) ?? 0).toBeGreaterThan(WORTH_TELLING)
      const counting = evidence.drivers.filter(({ contribution }) => contribution > WORTH_TELLING)
      expect(told.map(([name]) => name).sort()).toEqual(
        counting
          .slice(0, 2)
          .map(({ name }) => name)
          .sort(),
      )
      expect(holds(sentence, 'nothing stands out')).toBe(counting.length === 0)
    }),
    { numRuns: 400 },
  )
})

test('another action is named only where a flip to it was found, with that flip beside it', () => {
  fc.assert(
    fc.property(evidences, evidence => {
      const sentence = reasonSentence(evidence)
      const would = /(?<change>[^.;]*(?:\.\d\d[^.;]*)?) it would be (?<action>[^.;]+)/.exec(sentence)?.groups
      expect(would === undefined).toBe(evidence.flips.length === 0)
      if (!would) return
      const backing = evidence.flips.filter(
        flip => PLAIN_WORDS[flip.action] === would.action && holds(would.change ?? '', flipFact(flip)),
      )
      expect(backing.length).toBeGreaterThan(0)
      const named = ACTIONS.filter((action: Action) => holds(sentence, PLAIN_WORDS[action]))
      const allowed = [evidence.action, ...backing.map(flip => flip.action)]
      for (const action of named)
        expect(allowed.some(name => PLAIN_WORDS[name].includes(PLAIN_WORDS[action]))).toBe(true)
    }),
    { numRuns: 400 },
  )
})

test('what is said of past cases is how many had a trade and how many of those made money', () => {
  fc.assert(
    fc.property(evidences, evidence => {
      const sentence = reasonSentence(evidence)
      const traded = evidence.neighbours.filter(({ action }) => action !== 'no trade')
      const good = traded.filter(({ net }) => net > 0).length
      const told = /of the (?<count>\d) nearest past cases with a trade (?<good>\d) made money/i.exec(
        sentence,
      )?.groups
      const one = /the nearest past case with a trade (?<how>made|did not make) money/i.exec(sentence)?.groups
      const { length } = traded
      expect(holds(sentence, 'past case')).toBe(length > 0)
      expect([told?.count, told?.good]).toEqual(
        length > 1 ? [String(length), String(good)] : [undefined, undefined],
      )
      expect(one?.how).toBe(length === 1 ? (good === 1 ? 'made' : 'did not make') : undefined)
    }),
    { numRuns: 300 },
  )
})

/** Words that claim something, each with what must be true of the inputs. */
const CLAIMS: readonly (readonly [RegExp, (evidence: Evidence) => boolean])[] = [
  [/trends up/, ({ context }) => context.regime > 0],
  [/trends down/, ({ context }) => context.regime < 0],
  [/goes nowhere/, ({ context }) => Math.abs(context.regime) < 0.3],
  [/nothing is held/, seenAs('hasPosition', value => value === 0)],
  [/what is held/, seenAs('hasPosition', value => value > 0)],
  [/recent trades made money/, seenAs('profitTrend', value => value > 0)],
  [/recent trades lost money/, seenAs('profitTrend', value => value < 0)],
  [/allow more risk/, seenAs('riskTolerance', value => value >= 0.5)],
  [/allow less risk/, seenAs('riskTolerance', value => value < 0.5)],
  [/realised/, ({ context }) => context.realisedVolatility !== undefined],
  [
    /lower/,
    ({ flips }) => flips.some(({ axis, change }) => change < (axis === 'spot' ? 0 : 1) && axis !== 'time'),
  ],
  [
    /higher/,
    ({ flips }) => flips.some(({ axis, change }) => change >= (axis === 'spot' ? 0 : 1) && axis !== 'time'),
  ],
  [/edge|profit is|will|should|likely to/, () => false],
]

function seenAs(name: FeatureName, isSo: (value: number) => boolean): (evidence: Evidence) => boolean {
  return ({ observation }) => isSo(observation[featureIndex(name)] ?? Number.NaN)
}

test.each(CLAIMS)('the word %s is said only where the inputs have it', (word, isSo) => {
  fc.assert(
    fc.property(evidences, evidence => {
      expect(!word.test(reasonSentence(evidence)) || isSo(evidence)).toBe(true)
    }),
    { numRuns: 120 },
  )
})
