import { expect, test } from 'vitest'
import { CALM, clock } from '../fixtures/market.ts'
import {
  chanceOf,
  evaluationPorts,
  madeUpMoment,
  minutesUntil,
  observationOf,
  rulePolicy,
  type Answers,
} from '../fixtures/moments.ts'
import { LOCKOUT } from '../fixtures/risks.ts'
import { OPEN_DESK } from '../fixtures/trades.ts'
import { ACTIONS, opensRisk } from '../core/policy/action.ts'
import { firstPreference, learnPreference } from '../core/policy/preference.ts'
import { evaluate } from './evaluate.ts'
import type { Moment } from './moment.ts'
import type { Ports } from './ports.ts'

const MOMENT = madeUpMoment({ volatility: 0.25 })
const CONDOR: Answers = () => ({ sellIronCondor: 2 })

function decide(answers: Answers, moment: Moment = MOMENT, given: Partial<Ports> = {}) {
  return evaluate(moment, evaluationPorts(rulePolicy(answers), given))
}

test('the likeliest of what is allowed is suggested, with its trade, its odds and its reasons', async () => {
  const { draft, answersKnown } = await decide(CONDOR)
  expect(draft.action).toBe('sellIronCondor')
  expect(draft.proposal?.structure.kind).toBe('ironCondor')
  expect(draft.passedOver).toBeUndefined()
  const weights = [Math.E ** 2, 1, 1, 1, 1, 1]
  const sum = weights.reduce((total, weight) => total + weight, 0)
  expect(chanceOf('sellIronCondor', draft.policyProbabilities)).toBeCloseTo(Math.E ** 2 / sum, 9)
  expect(draft.reasons.now).toBeCloseTo(chanceOf('sellIronCondor', draft.probabilities), 9)
  expect(draft.versions).toMatchObject({ policy: 'rule-1' })
  expect(answersKnown).toBe(0)
})

test('probabilities sum to one, and what is not allowed has none', async () => {
  const shut = { ...MOMENT, desk: { ...MOMENT.desk, risk: { ...OPEN_DESK, lockout: LOCKOUT } } }
  for (const moment of [MOMENT, shut, { ...MOMENT, smile: undefined }]) {
    const { draft } = await decide(() => ({ close: 90, sellIronCondor: 3 }), moment)
    expect(draft.probabilities.reduce((total, each) => total + each, 0)).toBeCloseTo(1, 12)
    expect(chanceOf('close', draft.probabilities)).toBe(0)
  }
})

test.each([
  ['too few strikes are quoted', { smile: undefined }, 'Too few strikes'],
  ['it is before the open', { time: clock(9, 20) }, 'No new risk is taken at this hour'],
  ['it is too late', { time: clock(15, 20) }, 'No new risk is taken at this hour'],
  [
    'the day is locked',
    { desk: { ...MOMENT.desk, risk: { ...OPEN_DESK, lockout: LOCKOUT } } },
    'Nothing is allowed at the moment',
  ],
  [
    'enough is held',
    { desk: { ...MOMENT.desk, risk: { ...OPEN_DESK, openStructures: 99 } } },
    'As many structures are held as the limits allow',
  ],
])('where %s there is no trade, and the reason is told', async (_, changes, reason) => {
  const { draft } = await decide(CONDOR, { ...MOMENT, ...changes })
  expect(draft.action).toBe('noTrade')
  expect(draft.proposal).toBeUndefined()
  expect(draft.passedOver).toBeUndefined()
  expect(draft.reasons.sentence).toContain(reason)
  expect(chanceOf('noTrade', draft.probabilities)).toBe(1)
})

test('a wait is kept with the best trade that it passes over, so that it can be scored', async () => {
  const { draft } = await decide(() => ({ noTrade: 3, sellPutVertical15: 1 }))
  expect(draft.action).toBe('noTrade')
  expect(draft.proposal).toBeUndefined()
  expect(draft.passedOver?.action).toBe('sellPutVertical15')
  expect(draft.passedOver?.proposal.structure.kind).toBe('putVertical')
})

test('a tie waits', async () => {
  const { draft } = await decide(() => ({}))
  expect(draft.action).toBe('noTrade')
})

test('what the trader dislikes moves his odds and not those of the policy', async () => {
  const observation = observationOf(MOMENT)
  let preference = firstPreference()
  for (let no = 0; no < 3; no += 1)
    preference = learnPreference(preference, 'sellIronCondor', observation, 'rejected')
  const moment = { ...MOMENT, adapter: { ...MOMENT.adapter, preference } }
  const [before, after] = [await decide(CONDOR), await decide(CONDOR, moment)]
  expect(after.draft.policyProbabilities).toEqual(before.draft.policyProbabilities)
  const [was, is] = [before, after].map(({ draft }) => chanceOf('sellIronCondor', draft.probabilities))
  expect(is).toBeLessThan((was ?? 0) / 3)
  expect(after.draft.action).not.toBe('sellIronCondor')
  expect(after.answersKnown).toBe(3)
})

test('past cases stand in the reasons, and how long ago one was alike is seen by the policy', async () => {
  const neighbour = {
    decision: 'old/1',
    date: '2026-11-19',
    time: CALM.time - 86_400_000,
    likeness: 0.9,
    action: 'an iron condor',
    answer: 'accepted',
    net: 30,
  }
  const recall = { neighbours: [neighbour], searched: 40, daysSinceSimilar: 3 }
  const { draft } = await evaluate(MOMENT, evaluationPorts(rulePolicy(CONDOR), { recall }))
  expect(draft.reasons.neighbours).toEqual([neighbour])
  expect(draft.reasons.remembered).toBe(40)
  expect(draft.observation[16]).toBeCloseTo(0.1, 6)
})

test('memory is asked with the situation, for few neighbours, and only for what was known by then', async () => {
  const asked: unknown[] = []
  const memory = {
    append: () => Promise.resolve(),
    recall: (...question: unknown[]) => {
      asked.push(question)
      return Promise.resolve({ neighbours: [], searched: 0, daysSinceSimilar: undefined })
    },
  }
  const { draft } = await decide(CONDOR, MOMENT, { memory })
  expect(asked).toEqual([[Float32Array.from(draft.situation), 3, MOMENT.time]])
})

test('a decision is plain data: what is stored is what was meant', async () => {
  const moment = { ...MOMENT, bars: minutesUntil(CALM.time, 30) }
  const { draft } = await decide(CONDOR, moment)
  expect(JSON.parse(JSON.stringify(draft))).toEqual(structuredClone(draft))
})

test('the same moment gives the same decision', async () => {
  expect(await decide(CONDOR)).toEqual(await decide(CONDOR))
})

test.each([
  ['rejects', () => Promise.reject(new Error('the thread died')), 'the thread died'],
  ['hangs', () => new Promise<never>(() => undefined), 'no answer within 5 ms'],
])('where the policy %s nothing is decided', async (_, logits, reason) => {
  const policy = { ...rulePolicy(CONDOR), logits }
  const ports = evaluationPorts(policy, { deadlines: { policy: 5, recall: 5, commit: 5 } })
  await expect(evaluate(MOMENT, ports)).rejects.toThrow(reason)
})

test('a memory that hangs costs its deadline and leaves the decision as it would be without it', async () => {
  const memory = { append: () => Promise.resolve(), recall: () => new Promise<never>(() => undefined) }
  const deadlines = { policy: 1000, recall: 5, commit: 5 }
  const [without, empty] = [await decide(CONDOR, MOMENT, { memory, deadlines }), await decide(CONDOR)]
  expect(without.draft.probabilities).toEqual(empty.draft.probabilities)
  expect(without.draft.reasons.unknown).toContain('Past cases: memory did not answer in time.')
})

test('every action that opens risk can be suggested, and is suggested as its own structure', async () => {
  for (const action of ACTIONS.filter(opensRisk)) {
    const { draft } = await decide(() => ({ [action]: 5 }))
    expect(draft.action).toBe(action)
    const kind =
      action === 'sellIronCondor' ? 'ironCondor' : /Put/.test(action) ? 'putVertical' : 'callVertical'
    expect(draft.proposal?.structure.kind).toBe(kind)
  }
})
