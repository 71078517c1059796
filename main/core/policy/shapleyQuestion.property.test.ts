import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { FEATURES, OBSERVATION_SIZE, featureIndex, usualObservation } from '../features/observation.ts'
import { ACTIONS, ACTION_COUNT, actionIndex, opensRisk } from './action.ts'
import { adapterShifts, chooseProbabilities, likeliest, type Adapter } from './choice.ts'
import { firstPreference, learnPreference } from './preference.ts'
import { firstQuality } from './quality.ts'
import {
  byTelling,
  playersOf,
  questionOfDecision,
  questionRows,
  shiftsOfCoalition,
  worthsOf,
  type ShapleyQuestion,
} from './shapleyQuestion.ts'

/** Observations some of whose features are as usual. */
const observations = fc
  .tuple(
    ...FEATURES.map(({ range: [min, max] }) =>
      fc.option(fc.double({ min, max, noNaN: true }), { nil: undefined }),
    ),
  )
  .map(values => {
    const usual = usualObservation(Float32Array.from(values, value => value ?? 0))
    return Float32Array.from(values, (value, feature) => value ?? usual[feature] ?? 0)
  })
const logits = fc
  .array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: ACTION_COUNT, maxLength: ACTION_COUNT })
  .map(values => Float32Array.from(values))
const masks = fc
  .array(fc.boolean(), { minLength: ACTION_COUNT, maxLength: ACTION_COUNT })
  .map(allowed => allowed.map((isAllowed, action) => action === 0 || isAllowed))
const adapters: fc.Arbitrary<Adapter> = fc
  .array(
    fc.record({
      action: fc.constantFrom(...ACTIONS.filter(opensRisk)),
      seen: observations,
      yes: fc.boolean(),
    }),
    {
      maxLength: 6,
    },
  )
  .map(answers => ({
    preference: answers.reduce(
      (preference, { action, seen, yes }) =>
        learnPreference(preference, action, seen, yes ? 'accepted' : 'rejected'),
      firstPreference(),
    ),
    quality: firstQuality(),
  }))

/** A decision as the evaluation makes it, and what it was made of. */
const decisions = fc
  .record({ observation: observations, logits, allowed: masks, adapter: adapters })
  .map(({ observation, logits: own, allowed, adapter }) => {
    const probabilities = chooseProbabilities(own, allowed, adapterShifts(adapter, observation))
    const policyProbabilities = chooseProbabilities(own, allowed, new Float64Array(ACTION_COUNT))
    const decision = {
      observation: [...observation],
      action: likeliest(probabilities).action,
      probabilities: [...probabilities],
      policyProbabilities: [...policyProbabilities],
    }
    return { decision, logits: own, adapter }
  })

function coalitionsOf(players: readonly number[]): number[] {
  return [0, 1, 5, 77, 4242, 2 ** 19 + 3].map(mix => mix % 2 ** players.length)
}

test('players are the features that are not as usual, each once; those inside a coalition take their value', () => {
  fc.assert(
    fc.property(decisions, ({ decision, adapter }) => {
      const { question } = questionOfDecision(decision, adapter)
      const players = playersOf(question)
      const unusual = [...FEATURES.keys()].filter(
        feature => question.observation[feature] !== question.usual[feature],
      )
      expect([...players].sort((one, other) => one - other)).toEqual(unusual)
      const coalitions = coalitionsOf(players)
      const rows = questionRows(question, players, coalitions)
      coalitions.forEach((coalition, row) => {
        for (let feature = 0; feature < OBSERVATION_SIZE; feature += 1) {
          const isInside = (coalition & (1 << players.indexOf(feature))) !== 0 && players.includes(feature)
          const source = isInside ? question.observation : question.usual
          expect(rows[row * OBSERVATION_SIZE + feature]).toBe(source[feature])
        }
      })
    }),
    { numRuns: 60 },
  )
})

test('every coalition is shifted as the adapter shifts its row', () => {
  fc.assert(
    fc.property(decisions, ({ decision, adapter }) => {
      const { question } = questionOfDecision(decision, adapter)
      const players = playersOf(question)
      for (const coalition of coalitionsOf(players)) {
        const row = questionRows(question, players, [coalition])
        const expected = adapterShifts(adapter, row)
        shiftsOfCoalition(question, players, coalition).forEach((shift, action) =>
          expect(shift).toBeCloseTo(expected[action] ?? Number.NaN, 9),
        )
      }
    }),
    { numRuns: 40 },
  )
})

test('with everything as it was seen the worth is the probability of the decision, whoever adapted it', () => {
  fc.assert(
    fc.property(decisions, fc.boolean(), ({ decision, logits: own, adapter }, isKnown) => {
      const { question, isAdapterKnown } = questionOfDecision(decision, isKnown ? adapter : undefined)
      expect(isAdapterKnown).toBe(isKnown)
      const players = playersOf(question)
      const all = 2 ** players.length - 1
      const [now] = worthsOf(question, players, [all], own)
      expect(now).toBeCloseTo(decision.probabilities[actionIndex(decision.action)] ?? Number.NaN, 6)
    }),
    { numRuns: 60 },
  )
})

test('an adapter that has learned since is not taken for the one of then', () => {
  const seen = usualObservation(new Float32Array(OBSERVATION_SIZE))
  seen[featureIndex('regime')] = 0.5
  const allowed = ACTIONS.map(() => true)
  const own = new Float32Array(ACTION_COUNT)
  const then: Adapter = { preference: firstPreference(), quality: firstQuality() }
  const decision = {
    observation: [...seen],
    action: 'sellIronCondor' as const,
    probabilities: [...chooseProbabilities(own, allowed, adapterShifts(then, seen))],
    policyProbabilities: [...chooseProbabilities(own, allowed, new Float64Array(ACTION_COUNT))],
  }
  const later = { ...then, preference: learnPreference(then.preference, 'sellIronCondor', seen, 'rejected') }
  expect(questionOfDecision(decision, then).isAdapterKnown).toBe(true)
  expect(questionOfDecision(decision, later).isAdapterKnown).toBe(false)
})

test('a masked action neither takes nor gives a share', () => {
  const question: ShapleyQuestion = {
    observation: new Float32Array(OBSERVATION_SIZE),
    usual: new Float32Array(OBSERVATION_SIZE),
    chosen: 1,
    allowed: [true, true, ...Array.from({ length: ACTION_COUNT - 2 }, () => false)],
    shifts: new Float64Array(8 * ACTION_COUNT),
  }
  const own = Float32Array.of(1, 1, 50, 50, 50, 50, 50)
  expect(worthsOf(question, [], [0], own)).toEqual(Float64Array.of(0.5))
  expect(worthsOf({ ...question, chosen: 2 }, [], [0], own)).toEqual(Float64Array.of(0))
})

test('players by telling: the same ones, the adapter features first and unmoved, then ever less telling ones', () => {
  const adapted = new Set((['minutesSinceOpen', 'impliedVolatility', 'regime'] as const).map(featureIndex))
  fc.assert(
    fc.property(decisions, fc.array(fc.double({ min: 0, noNaN: true }), { minLength: 20 }), (made, told) => {
      const players = playersOf(questionOfDecision(made.decision, made.adapter).question)
      const places = byTelling(players, Float64Array.from(told))
      expect(places.toSorted((one, other) => one - other)).toEqual([...players.keys()])
      const first = players.filter(feature => adapted.has(feature)).length
      expect(places.slice(0, first)).toEqual([...players.keys()].slice(0, first))
      const others = places.slice(first).map(place => told[place] ?? Number.NaN)
      expect(others).toEqual(others.toSorted((one, other) => other - one))
    }),
  )
})
