import { expect, test } from 'vitest'
import { at } from '../core/base/assert.ts'
import { createRandom } from '../core/base/random.ts'
import { OBSERVATION_SIZE, featureIndex } from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT, actionIndex } from '../core/policy/action.ts'
import { likeliestAction, type DecisionPoint } from '../research/agreementTrial.ts'
import { tasteTraders } from '../research/scriptedTrader.ts'
import { prepareGround, runAgreementTrial } from './agreementTuning.ts'

/** A policy that sells condors without a trend and sides with one, nearer to the money in the afternoon. */
function logitsAt({ observation, minute }: DecisionPoint): Float32Array {
  const trend = at(observation, featureIndex('regime'))
  const logits = new Float32Array(ACTION_COUNT)
  const side = trend > 0 ? 'Put' : 'Call'
  const trade =
    Math.abs(trend) < 0.2 ? 'sellIronCondor' : (`sell${side}Vertical${minute > 200 ? 15 : 10}` as const)
  logits[actionIndex(trade)] = 1
  return logits
}

function sessionOf(name: string, seed: number): DecisionPoint[] {
  const random = createRandom(seed)
  return Array.from({ length: 24 }, (_, index) => {
    const minute = 10 + index * 15
    const observation = new Float32Array(OBSERVATION_SIZE)
    observation[featureIndex('minutesSinceOpen')] = minute / 390
    observation[featureIndex('impliedVolatility')] = 0.2
    observation[featureIndex('regime')] = 2 * random.uniform() - 1
    return {
      id: `${name}/${minute}`,
      session: name,
      minute,
      observation,
      allowed: ACTIONS.map(action => action !== 'close'),
      nets: Float64Array.from(ACTIONS, (_, action) => (action === 0 ? 0 : 10)),
      implied: Float64Array.from(ACTIONS, () => 0.7),
      until: Float64Array.from(ACTIONS, () => minute + 10),
    }
  })
}

test('by both ways a consistent trader comes closer and a coin does not', async () => {
  const past = Array.from({ length: 14 }, (_, index) => sessionOf(`past ${index}`, index))
  const fresh = Array.from({ length: 8 }, (_, index) => sessionOf(`fresh ${index}`, 100 + index)).flat()
  const ground = await prepareGround(past, fresh, logitsAt, 1, 400)
  const said = fresh.filter(point => {
    const logs = ground.referenceLogs.get(point.id) ?? []
    return likeliestAction(point, logs) === likeliestAction(point, logitsAt(point))
  })
  expect(said.length / fresh.length).toBeGreaterThan(0.75)
  const traders = tasteTraders(1).filter(({ kind }) => kind === 'time of day' || kind === 'inconsistent')
  const rows = await runAgreementTrial(ground, 1, traders)
  expect(rows.map(({ trader, way }) => `${trader.kind}, ${way}`)).toEqual([
    'time of day, adapter',
    'time of day, tuned policy',
    'inconsistent, adapter',
    'inconsistent, tuned policy',
  ])
  expect(rows.map(({ trader, change }) => change.fall.value > 0.3 === trader.isConsistent)).not.toContain(
    false,
  )
  expect(rows.every(({ answers }) => answers > 10 && answers <= 40)).toBe(true)
})
