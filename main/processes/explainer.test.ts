import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadOnnxPolicy } from '../adapters/policy/onnxPolicy.ts'
import { createRandom } from '../core/base/random.ts'
import { OBSERVATION_SIZE } from '../core/features/observation.ts'
import { ACTION_COUNT } from '../core/policy/action.ts'
import { shapleyValues } from '../core/policy/shapley.ts'
import { playersOf, questionRows, worthsOf, type ShapleyQuestion } from '../core/policy/shapleyQuestion.ts'
import { temporaryFolder } from '../fixtures/folder.ts'
import { networkCard, randomNetwork, type ChangeWeights, type Entrance } from '../fixtures/networks.ts'
import { createExplainer, joinParts, newTurns, type Explanation, type ModelFile } from './explainer.ts'

const explainer = createExplainer()

/** A question in which only some features are not as usual. */
function anyQuestion(seed: number, unusual: number): ShapleyQuestion {
  const random = createRandom(seed)
  const usual = Float32Array.from({ length: OBSERVATION_SIZE }, () => random.normal())
  const observation = usual.map((value, feature) =>
    (feature * 7) % OBSERVATION_SIZE < unusual ? value + random.normal() * 2 : value,
  )
  const allowed = Array.from({ length: ACTION_COUNT }, (_, action) => action !== 4)
  const shifts = Float64Array.from({ length: 8 * ACTION_COUNT }, () => random.normal())
  return { observation, usual, chosen: 2, allowed, shifts }
}

async function modelOf(entrance: Entrance, change?: ChangeWeights, seed = 3): Promise<ModelFile> {
  const folder = temporaryFolder()
  await writeFile(join(folder, 'policy.onnx'), randomNetwork(seed, entrance, change && { change }))
  await writeFile(join(folder, 'card.json'), JSON.stringify(networkCard('random-1')))
  return { folder, file: 'policy.onnx' }
}

/** The values by asking the policy that decides at every coalition. */
async function byHand({ folder }: ModelFile, question: ShapleyQuestion): Promise<Float64Array> {
  const policy = await loadOnnxPolicy(folder)
  const players = playersOf(question)
  const coalitions = Uint32Array.from({ length: 2 ** players.length }, (_, coalition) => coalition)
  const logits = await policy.logits(questionRows(question, players, coalitions), coalitions.length)
  const values = shapleyValues(worthsOf(question, players, coalitions, logits))
  const byFeature = new Float64Array(OBSERVATION_SIZE)
  players.forEach((feature, player) => (byFeature[feature] = values[player] ?? Number.NaN))
  return byFeature
}

async function exactly(model: ModelFile, question: ShapleyQuestion, shares = 1): Promise<Explanation> {
  const turns = newTurns()
  const parts = Array.from({ length: shares }, () => explainer.exact(model, question, turns))
  return joinParts(question, await Promise.all(parts), 1)
}

async function sampledBy(model: ModelFile, question: ShapleyQuestion, shares = 2) {
  const turns = newTurns()
  const parts = Array.from({ length: shares }, () => explainer.sampled(model, question, turns))
  return explainer.join(await Promise.all(parts))
}

function distance(one: Float64Array, other: Float64Array): number {
  return Math.hypot(...one.map((value, index) => value - (other[index] ?? Number.NaN)))
}

test.each<Entrance>(['plain', 'normalised', 'transposed', 'twoTowers', 'productOfFeatures'])(
  'exact values of a network of ten features that enter %s are those by hand, alone and shared',
  async entrance => {
    const model = await modelOf(entrance)
    const question = anyQuestion(5, 10)
    const expected = await byHand(model, question)
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.01)
    for (const shares of [1, 2, 3]) {
      const { contributions, evaluations, method } = await exactly(model, question, shares)
      expect(distance(contributions, expected)).toBeLessThan(1e-6)
      expect([evaluations, method]).toEqual([1024, 'exact'])
    }
  },
)

test('twenty features are sampled within two hundredths of what all 2^20 coalitions say, as the error tells', async () => {
  const model = await modelOf('plain')
  const question = anyQuestion(7, 20)
  const sampled = await sampledBy(model, question)
  const exact = await exactly(model, question, 2)
  expect([sampled.method, exact.method, exact.evaluations]).toEqual(['sampled', 'exact', 2 ** 20])
  const size = distance(exact.contributions, new Float64Array(OBSERVATION_SIZE))
  expect(distance(sampled.contributions, exact.contributions)).toBeLessThan(0.02 * size)
  const misses = sampled.contributions.map(
    (part, feature) => part - (exact.contributions[feature] ?? Number.NaN),
  )
  expect(Math.max(...misses.map(Math.abs))).toBeLessThan(6 * sampled.standardError)
  expect(exact.usual).toBeCloseTo(sampled.usual, 6)
  expect(exact.now).toBeCloseTo(sampled.now, 6)
  for (const { contributions, now, usual } of [sampled, exact]) {
    const total = contributions.reduce((sum, part) => sum + part, 0)
    expect(Math.abs(total - (now - usual))).toBeLessThan(1e-6)
  }
  expect(sampled.evaluations).toBeLessThan(70_000)
  expect(await sampledBy(model, question, 3)).toEqual(sampled)
})

test('shares of different fractions make no explanation, nor do those of less or more than one', async () => {
  const model = await modelOf('plain')
  const [part, other] = await Promise.all(
    [20, 18].map(unusual => explainer.sampled(model, anyQuestion(7, unusual), newTurns())),
  )
  if (!part || !other) throw new Error('both were asked')
  const joined = await explainer.join([part, { ...part, runs: [] }])
  expect(joined.evaluations).toBeGreaterThan(0)
  for (const shares of [[part, other], [part, part], [{ ...part, runs: part.runs.slice(1) }]])
    await expect(explainer.join(shares)).rejects.toThrow('all of it')
})

test('dummy: a feature without weights adds nothing, though it is not as usual', async () => {
  const withoutSpot: ChangeWeights = (weights, hidden) => weights.fill(0, hidden, 2 * hidden)
  const model = await modelOf('plain', withoutSpot)
  const question = anyQuestion(9, 20)
  const { contributions } = await exactly(model, { ...question, shifts: new Float64Array(8 * ACTION_COUNT) })
  expect(Math.abs(contributions[1] ?? 9)).toBeLessThan(1e-9)
})

test('symmetry: two features with the same weights, values and usual values add the same', async () => {
  const alike: ChangeWeights = (weights, hidden) => weights.copyWithin(4 * hidden, 3 * hidden, 4 * hidden)
  const model = await modelOf('plain', alike)
  const { observation, usual, ...question } = anyQuestion(9, 10)
  for (const row of [observation, usual]) row[4] = row[3] ?? 0
  observation[3] = observation[4] = (usual[3] ?? 0) + 1
  const { contributions } = await exactly(model, { ...question, observation, usual })
  expect(contributions[3]).toBeCloseTo(contributions[4] ?? Number.NaN, 8)
  expect(Math.abs(contributions[3] ?? 0)).toBeGreaterThan(1e-4)
})

test('a network that cannot be taken apart is sampled and summed by rows, thousands of them', async () => {
  const model = await modelOf('productOfFeatures')
  const question = anyQuestion(11, 15)
  const sampled = await sampledBy(model, question)
  const exact = await exactly(model, question)
  expect([sampled.method, exact.evaluations]).toEqual(['sampled', 2 ** 15])
  const misses = sampled.contributions.map(
    (part, feature) => part - (exact.contributions[feature] ?? Number.NaN),
  )
  expect(Math.max(...misses.map(Math.abs))).toBeLessThan(6 * sampled.standardError)
})

test('a sample overtakes the sums over all coalitions that were begun before it', async () => {
  const model = await modelOf('plain')
  const question = anyQuestion(13, 19)
  const done: string[] = []
  const exact = exactly(model, question).then(() => done.push('exact'))
  const sampled = sampledBy(model, question).then(() => done.push('sampled'))
  await Promise.all([exact, sampled])
  expect(done).toEqual(['sampled', 'exact'])
})

test('few features are not sampled: all their coalitions are asked at once', async () => {
  const explanation = await sampledBy(await modelOf('plain'), anyQuestion(4, 6))
  expect([explanation.method, explanation.evaluations, explanation.standardError]).toEqual(['exact', 64, 0])
})

test('where everything is as usual there is nothing to explain', async () => {
  const question = anyQuestion(4, 0)
  const explanation = await sampledBy(await modelOf('plain'), question)
  expect(explanation.now).toBe(explanation.usual)
  expect([...explanation.contributions]).toEqual(Array.from({ length: OBSERVATION_SIZE }, () => 0))
})

test('where no other action is allowed nothing moves', async () => {
  const allowed = Array.from({ length: ACTION_COUNT }, (_, action) => action === 2)
  const explanation = await exactly(await modelOf('plain'), { ...anyQuestion(4, 8), allowed })
  expect([explanation.usual, explanation.now]).toEqual([1, 1])
  expect(Math.max(...explanation.contributions.map(Math.abs))).toBeLessThan(1e-12)
})

test('an encoder with attention shows what it looked at under its names, another shows nothing', async () => {
  const folder = temporaryFolder()
  await writeFile(join(folder, 'policy.onnx'), randomNetwork(1, 'plain', { hasAttention: true }))
  await writeFile(join(folder, 'card.json'), JSON.stringify(networkCard('looking-1')))
  const { observation } = anyQuestion(4, 8)
  const picture = await explainer.attention({ folder, file: 'policy.onnx' }, observation)
  expect([picture?.rows, picture?.columns]).toEqual([
    ['price', 'flow'],
    ['price', 'flow'],
  ])
  const [a = 0, b = 0, c = 0, d = 0] = picture?.weights ?? []
  expect(a + b).toBeCloseTo(1, 6)
  expect(c + d).toBeCloseTo(1, 6)
  expect(await explainer.attention(await modelOf('plain'), observation)).toBeUndefined()
})

test('a model that cannot be read is refused, and asked anew once it is there', async () => {
  const folder = temporaryFolder()
  const file = { folder, file: 'policy.onnx' }
  await expect(sampledBy(file, anyQuestion(4, 6))).rejects.toThrow('card.json')
  await writeFile(join(folder, 'card.json'), JSON.stringify(networkCard('late-1')))
  await writeFile(join(folder, 'policy.onnx'), randomNetwork(3))
  expect((await sampledBy(file, anyQuestion(4, 6))).method).toBe('exact')
})

test('fifteen unusual features are exact at once where the network is taken apart, and sampled where it is not', async () => {
  const question = anyQuestion(7, 15)
  expect((await sampledBy(await modelOf('plain'), question)).method).toBe('exact')
  expect((await sampledBy(await modelOf('productOfFeatures'), question)).method).toBe('sampled')
})
