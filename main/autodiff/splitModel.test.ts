import { expect, test } from 'vitest'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { randomNetwork, type Entrance } from '../fixtures/networks.ts'
import { NotOnnx } from './onnxReader.ts'
import { splitModel, type Mixture } from './splitModel.ts'

const WIDTH = 20
const OUTPUTS = 7

/** Two rows that differ in nine columns, five of which are low. */
function mixtureOf(seed: number): Mixture {
  const row = (shift: number) =>
    Float32Array.from({ length: WIDTH }, (_, column) => Math.sin(column * seed + shift))
  return {
    usual: row(0),
    seen: row(2),
    players: [19, 0, 3, 7, 11, 4, 5, 16, 2],
    lowPlayers: 5,
    chosen: 3,
    allowed: [true, true, false, true, true, false, true],
    shifts: Float32Array.from({ length: OUTPUTS << 5 }, (_, place) => Math.cos(place)),
  }
}

/** The share of the chosen output by asking the network itself at one mix. */
async function shareAt(model: Uint8Array, mixture: Mixture, mix: number): Promise<number> {
  const row = mixture.usual.slice()
  mixture.players.forEach((column, player) => {
    if ((mix & (1 << player)) !== 0) row[column] = mixture.seen[column] ?? Number.NaN
  })
  const session = await InferenceSession.create(model)
  const { logits } = await session.run({ observation: new Tensor('float32', row, [1, WIDTH]) })
  const shift = (mix & 31) * OUTPUTS
  const weights = mixture.allowed.map((isAllowed, output) =>
    isAllowed ? Math.exp(Number(logits?.data[output]) + (mixture.shifts[shift + output] ?? Number.NaN)) : 0,
  )
  return (weights[mixture.chosen] ?? Number.NaN) / weights.reduce((sum, weight) => sum + weight, 0)
}

test.each<Entrance>(['plain', 'normalised', 'transposed', 'twoTowers'])(
  'a network that is entered %s answers in its parts what it answers whole, block by block',
  async entrance => {
    const model = randomNetwork(8, entrance)
    const mixture = mixtureOf(4)
    const split = await splitModel(model)
    const mixed = await split?.mix(mixture)
    const mixes = Uint32Array.of(0, 1, 31, 32, 77, 300, 511)
    const expected = await Promise.all(Array.from(mixes, mix => shareAt(model, mixture, mix)))
    const blocks = new Float32Array(512)
    for (const highMixes of [Uint32Array.of(15, 0, 2), Uint32Array.of(1, 9)]) {
      const answer = await mixed?.(highMixes)
      expect(answer).toHaveLength(32 * highMixes.length)
      highMixes.forEach((high, block) =>
        blocks.set(answer?.subarray(block * 32, (block + 1) * 32) ?? [], high * 32),
      )
    }
    mixes.forEach((mix, place) => expect(blocks[mix]).toBeCloseTo(expected[place] ?? Number.NaN, 5))
    await split?.close()
  },
)

test('a network in which features meet before any matrix product is not taken apart', async () => {
  expect(await splitModel(randomNetwork(8, 'productOfFeatures'))).toBeUndefined()
})

test('what is no model is refused', async () => {
  await expect(splitModel(Uint8Array.of(1, 2, 3))).rejects.toThrow(NotOnnx)
})
