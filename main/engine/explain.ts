import { at } from '../core/base/assert.ts'
import { OBSERVATION_SIZE, featureIndex } from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT, actionIndex, type Action } from '../core/policy/action.ts'
import type { ActionMask } from '../core/policy/actionMask.ts'
import { adapterShifts, probabilityOf, type Adapter } from '../core/policy/choice.ts'
import type { DecisionContext, Driver, Reasons } from '../core/policy/decision.ts'
import { reasonSentence } from '../core/policy/sentence.ts'
import {
  DRIVERS,
  coalitionRows,
  shapleyValues,
  unusualDrivers,
  type DriverName,
} from '../core/policy/shapley.ts'
import type { Moment } from './moment.ts'
import type { Ports, Recall } from './ports.ts'
import { flipsOf } from './whatIf.ts'
import { withDeadline } from './withDeadline.ts'

/** Coalitions that are weighed before everything else gets its turn. */
const ROWS_A_TURN = 1024

/** What a decision has to be explained from. */
export interface Explained {
  readonly moment: Moment
  readonly observation: Float32Array
  readonly usual: Float32Array
  readonly action: Action
  readonly mask: ActionMask
  readonly context: DecisionContext
  /** Undefined where memory did not answer in time. */
  readonly recall: Recall | undefined
}

/** Everything that is said about why: drivers that sum, flips that were tried, past cases, and what is not known. */
export async function explain(explained: Explained, ports: Ports): Promise<Reasons> {
  const { moment, observation, action, mask, context, recall } = explained
  const unusual = unusualDrivers(observation, explained.usual)
  const worth = await coalitionWorth(explained, coalitionRows(observation, explained.usual, unusual), ports)
  const drivers = shapleyDrivers(
    worth,
    unusual.map(({ name }) => name),
  )
  const flips = await flipsOf(moment, action, observation, ports)
  const neighbours = recall?.neighbours ?? []
  return {
    sentence: reasonSentence({ action, drivers, flips, neighbours, context, observation, mask }),
    usual: at(worth, 0),
    now: at(worth, worth.length - 1),
    drivers,
    flips,
    neighbours,
    remembered: recall?.searched ?? 0,
    unknown: unknowns(explained),
  }
}

/** The probability of the chosen action for every coalition of drivers, under today's mask and adapter. */
async function coalitionWorth(
  { action, mask, moment }: Explained,
  rows: Float32Array,
  ports: Ports,
): Promise<Float64Array> {
  const count = rows.length / OBSERVATION_SIZE
  const logits = await withDeadline(ports.policy.logits(rows, count), ports.deadlines.policy, ports.delay)
  const allowed = ACTIONS.map(name => mask[name].allowed)
  const shiftsOf = rememberedShifts(moment.adapter)
  const chosen = actionIndex(action)
  const worth = new Float64Array(count)
  for (let row = 0; row < count; row += 1) {
    // Thousands of rows are looked at in turns; clicks and quotes do not wait for all of them
    if (row % ROWS_A_TURN === 0) await ports.delay(0)
    const seen = rows.subarray(row * OBSERVATION_SIZE, (row + 1) * OBSERVATION_SIZE)
    worth[row] = probabilityOf(chosen, logits, row * ACTION_COUNT, allowed, shiftsOf(seen))
  }
  await ports.delay(0)
  return worth
}

/** The adapter looks at three features only, so eight of the thousands of rows are enough to know its shifts. */
function rememberedShifts(adapter: Adapter): (observation: Float32Array) => Float64Array {
  const known = new Map<string, Float64Array>()
  const seen = (['minutesSinceOpen', 'regime', 'impliedVolatility'] as const).map(featureIndex)
  return observation => {
    const key = seen.map(feature => at(observation, feature)).join()
    const found = known.get(key) ?? adapterShifts(adapter, observation)
    known.set(key, found)
    return found
  }
}

/** All drivers, strongest first; those that were as usual stand at 0. */
function shapleyDrivers(worth: Float64Array, unusual: readonly DriverName[]): Driver[] {
  const values = shapleyValues(worth)
  return DRIVERS.map(({ name }) => {
    const place = unusual.indexOf(name)
    return { name, contribution: place < 0 ? 0 : at(values, place) }
  }).sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution))
}

function unknowns(explained: Explained): string[] {
  const { moment, context, recall } = explained
  const unknown: string[] = []
  if (!moment.smile) unknown.push('The smile: too few contracts are quoted.')
  if (context.expectedMove === undefined)
    unknown.push('The expected move: a strike around the money is not quoted on both sides.')
  if (context.realisedVolatility === undefined)
    unknown.push('Realised volatility: fewer than ten minutes are known.')
  if (context.vix === undefined) unknown.push('VIX: this source does not send it.')
  if (context.dataAge > 1000)
    unknown.push(`A leg was quoted ${(context.dataAge / 1000).toFixed(1)} s before the decision.`)
  if (!recall) unknown.push('Past cases: memory did not answer in time.')
  else if (recall.searched === 0) unknown.push('Past cases: none has ended yet.')
  else if (recall.searched < 30) unknown.push(`Past cases: only ${recall.searched} have ended.`)
  return unknown
}
