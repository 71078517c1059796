import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { loadOnnxPolicy } from '../adapters/policy/onnxPolicy.ts'
import type { Audit } from '../contract/audits.ts'
import { failure, success } from '../core/base/result.ts'
import { FEATURES, OBSERVATION_SIZE, usualObservation } from '../core/features/observation.ts'
import { ACTIONS } from '../core/policy/action.ts'
import { adapterShifts, chooseProbabilities, likeliest, type Adapter } from '../core/policy/choice.ts'
import type { Decision } from '../core/policy/decision.ts'
import { learnPreference } from '../core/policy/preference.ts'
import { createBook } from '../engine/book/book.ts'
import { temporaryFolder } from '../fixtures/folder.ts'
import { networkCard, randomNetwork } from '../fixtures/networks.ts'
import { decisionOf } from '../fixtures/screen.ts'
import { createExplainer, joinParts, newTurns } from './explainer.ts'
import { explanationHandlers, type ExplanationParts } from './explanations.ts'

const ID = 'a-session/7'

/** An observation in which so many features, less the spot, are not as usual. */
function seen(unusual: number): Float32Array {
  const usual = usualObservation(new Float32Array(OBSERVATION_SIZE))
  return usual.map((value, feature) => (feature < unusual ? value + 0.1 * (feature + 1) : value))
}

async function decided(folder: string, observation: Float32Array, adapter: Adapter): Promise<Decision> {
  const policy = await loadOnnxPolicy(folder)
  const logits = await policy.logits(observation, 1)
  const allowed = ACTIONS.map(action => action !== 'close')
  const probabilities = chooseProbabilities(logits, allowed, adapterShifts(adapter, observation))
  return decisionOf({
    id: ID,
    action: likeliest(probabilities).action,
    observation: [...observation],
    probabilities: [...probabilities],
    policyProbabilities: [...chooseProbabilities(logits, allowed, new Float64Array(ACTIONS.length))],
    versions: { observation: 1, actions: 1, policy: 'random-1' },
  })
}

/** A cockpit with one decision of a random network, as far as explanations see it. */
async function opened(unusual: number, changes: Partial<ExplanationParts> = {}) {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'policy.onnx'), randomNetwork(6))
  writeFileSync(join(folder, 'card.json'), JSON.stringify(networkCard('random-1')))
  const book = createBook()
  const { preference, quality } = book
  const decision = await decided(folder, seen(unusual), { preference, quality })
  const listeners: ((audit: Audit) => void)[] = []
  const explainer = createExplainer()
  const { card, logits } = await loadOnnxPolicy(folder)
  const exact = vi.fn<ExplanationParts['explaining']['exact']>(async (model, question) =>
    joinParts(question, [await explainer.exact(model, question, newTurns())], 2),
  )
  const sampled: ExplanationParts['explaining']['sampled'] = async (model, question) => ({
    ...(await explainer.join([await explainer.sampled(model, question, newTurns())])),
    microseconds: 1,
  })
  const parts: ExplanationParts = {
    desk: { engine: { book, onAudit: listener => (listeners.push(listener), () => undefined) } },
    memory: { store: { decisions: async () => [] } },
    policy: { policy: { card, logits }, folder, file: 'policy.onnx' },
    models: { read: async version => failure(`There is no model ${version}.`) },
    explaining: { ...explainer, sampled, exact, close: async () => undefined },
    ...changes,
  }
  const handlers = explanationHandlers(parts)
  const suggest = () => {
    book.decisions.set(ID, decision)
    const audit = { sequence: 1, time: 0, facts: [{ kind: 'suggested' as const, decision }] }
    for (const listener of listeners) listener(audit)
  }
  return { ask: handlers['explanation/get'], book, decision, folder, exact, parts, suggest }
}

test('few unusual features are exact at once: their parts sum from the usual probability to the one decided on', async () => {
  const { ask, decision, suggest, exact } = await opened(6)
  suggest()
  const report = await ask({ id: ID, method: 'sampled' })
  expect(report).toMatchObject({
    id: ID,
    method: 'exact',
    evaluations: 32,
    standardError: 0,
    attention: undefined,
  })
  expect(report.refining).toBeUndefined()
  expect(report).not.toHaveProperty('note')
  expect(report.now).toBeCloseTo(Math.max(...decision.probabilities), 6)
  const sum = report.features.reduce((total, { contribution }) => total + contribution, 0)
  expect(sum).toBeCloseTo(report.now - report.usual, 9)
  expect(report.features.map(({ feature }) => feature).sort()).toEqual(
    FEATURES.map(({ name }) => name).sort(),
  )
  const sizes = report.features.map(({ contribution }) => Math.abs(contribution))
  expect(sizes).toEqual(sizes.toSorted((one, other) => other - one))
  expect(await ask({ id: ID, method: 'exact' })).toEqual(report)
  expect(exact).not.toHaveBeenCalled()
})

test('many are sampled at once and exact in the background, asked for once however often one looks', async () => {
  const { ask, suggest, exact } = await opened(18)
  suggest()
  const sampled = await ask({ id: ID, method: 'sampled' })
  expect(sampled.method).toBe('sampled')
  expect(sampled.refining).toBeGreaterThan(0)
  expect(sampled.standardError).toBeGreaterThan(0)
  const report = await ask({ id: ID, method: 'exact' })
  expect(report).toMatchObject({ method: 'exact', evaluations: 2 ** 17, refining: undefined })
  expect(await ask({ id: ID, method: 'sampled' })).toBe(report)
  expect(await ask({ id: ID, method: 'exact' })).toBe(report)
  expect(exact).toHaveBeenCalledTimes(1)
})

test('what the trader taught it since does not change why it decided then', async () => {
  const { ask, suggest, book, decision } = await opened(6)
  suggest()
  const before = await ask({ id: ID, method: 'sampled' })
  book.preference = learnPreference(book.preference, 'sellIronCondor', seen(6), 'rejected')
  const after = await ask({ id: ID, method: 'sampled' })
  expect(after).toEqual({ ...before, microseconds: after.microseconds })
  expect(after.now).toBeCloseTo(Math.max(...decision.probabilities), 6)
})

test('a decision of the journal is explained; where its adapter is gone its shift is held, and that is said', async () => {
  const adapted = await opened(6)
  const taught = learnPreference(adapted.book.preference, 'sellIronCondor', seen(6), 'rejected')
  const { quality } = adapted.book
  const decision = await decided(adapted.folder, seen(6), { preference: taught, quality })
  const asked: (string | undefined)[] = []
  const { ask } = await opened(6, {
    memory: { store: { decisions: async session => (asked.push(session), [decision]) } },
  })
  const report = await ask({ id: ID, method: 'sampled' })
  expect(asked).toEqual(['a-session'])
  expect(report.note).toBe(
    'What had been learned from the trader by then is not known any more: its effect is held as it was.',
  )
  expect(report.now).toBeCloseTo(Math.max(...decision.probabilities), 6)
})

test('a model that answers otherwise than it did is told', async () => {
  const { ask, suggest, book, decision } = await opened(6)
  suggest()
  const probabilities = decision.probabilities.map((share, action) =>
    action === 6 ? 0 : share * 0.5 + 0.5 / 6,
  )
  book.decisions.set(ID, { ...decision, probabilities, policyProbabilities: probabilities })
  const { note } = await ask({ id: ID, method: 'sampled' })
  expect(note).toMatch(/^random-1 says \d+\.\d % today where the decision kept \d+\.\d %\.$/)
})

test('the model that made it is asked, not the one in charge now; where that is gone it says so', async () => {
  const other = {
    card: { name: 'new', version: 'new-2', observationVersion: 1, actionVersion: 1 },
    logits: () => Promise.reject(new Error('asked')),
  }
  const first = await opened(6)
  const taken = { policy: other, folder: '/nowhere', file: 'policy.onnx' }
  const kept = await opened(6, {
    policy: taken,
    models: {
      read: async version =>
        success({
          version,
          digest: '',
          card: { ...networkCard(version), seeds: [], data: '', metrics: {}, copies: [] },
          folder: first.folder,
          isBuiltIn: false,
          copies: [],
          notes: [],
        }),
    },
  })
  kept.suggest()
  expect((await kept.ask({ id: ID, method: 'sampled' })).method).toBe('exact')
  const gone = await opened(6, { policy: taken })
  gone.suggest()
  await expect(gone.ask({ id: ID, method: 'sampled' })).rejects.toThrow(
    `${ID} was made by random-1, which cannot be asked: There is no model random-1.`,
  )
})

test('what was never decided, or by other features, is refused in a sentence', async () => {
  const { ask, suggest, book, decision } = await opened(6)
  await expect(ask({ id: 'a/1', method: 'exact' })).rejects.toThrow(
    'There is no decision a/1 in this session or in the journal.',
  )
  suggest()
  book.decisions.set(ID, { ...decision, versions: { ...decision.versions, observation: 0 } })
  await expect(ask({ id: ID, method: 'sampled' })).rejects.toThrow('is not explained anew')
})

test('an exact explanation that failed is tried again', async () => {
  const { ask, suggest, exact } = await opened(18)
  suggest()
  exact.mockRejectedValueOnce(new Error('the thread ended'))
  await expect(ask({ id: ID, method: 'exact' })).rejects.toThrow('the thread ended')
  expect((await ask({ id: ID, method: 'exact' })).method).toBe('exact')
})

test('exact explanations are made one after the other, however many are asked for', async () => {
  const { ask, suggest, book, decision, exact } = await opened(18)
  suggest()
  for (const id of ['a-session/8', 'a-session/9']) book.decisions.set(id, { ...decision, id })
  let [running, most] = [0, 0]
  const answer = exact.getMockImplementation()
  exact.mockImplementation(async (model, question) => {
    running += 1
    most = Math.max(most, running)
    if (!answer) throw new Error('there must be an answer')
    const explanation = await answer(model, question)
    running -= 1
    return explanation
  })
  const ids = [ID, 'a-session/8', 'a-session/9']
  const reports = await Promise.all(ids.map(id => ask({ id, method: 'exact' })))
  expect(reports.map(({ id }) => id)).toEqual(ids)
  expect([exact.mock.calls.length, most]).toEqual([3, 1])
})

test('a second look while the exact values are being made is sampled again and does not wait', async () => {
  const { ask, suggest, exact } = await opened(18)
  suggest()
  let finish: () => void = () => undefined
  const answer = exact.getMockImplementation()
  exact.mockImplementation(async (model, question) => {
    await new Promise<void>(resolve => (finish = resolve))
    if (!answer) throw new Error('there must be an answer')
    return answer(model, question)
  })
  expect((await ask({ id: ID, method: 'sampled' })).method).toBe('sampled')
  expect((await ask({ id: ID, method: 'sampled' })).method).toBe('sampled')
  finish()
  expect((await ask({ id: ID, method: 'exact' })).method).toBe('exact')
  expect(exact).toHaveBeenCalledTimes(1)
})
