import { at } from '../core/base/assert.ts'
import { OBSERVATION_SIZE, featureIndex, observe } from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT, type Action } from '../core/policy/action.ts'
import { adapterShifts, chooseProbabilities, likeliest } from '../core/policy/choice.ts'
import { findFlips, type Flip } from '../core/policy/flip.ts'
import { yearsToClose } from '../core/session/phase.ts'
import { chainShifter, type MarketShift } from '../core/volatility/shiftedChain.ts'
import { smileVolatility } from '../core/volatility/smile.ts'
import { holdingOf, marketOf, type Moment } from './moment.ts'
import { offerActions } from './offer.ts'
import type { Ports } from './ports.ts'
import { withDeadline } from './withDeadline.ts'

/** The nearest changes of the market that change the decision, each tried by deciding again in that market. */
export async function flipsOf(
  moment: Moment,
  action: Action,
  observation: Float32Array,
  ports: Ports,
): Promise<Flip[]> {
  const { smile, expectedMove, desk, time } = moment
  if (!smile || expectedMove === undefined) return []
  const shiftChain = chainShifter(moment.chain, smile, ports.pricer)
  const minutes = Math.max(1, (desk.times.guard - time) / 60_000)
  const decideAt = async (shifts: readonly MarketShift[]): Promise<Action[]> => {
    const tried: Moment[] = []
    for (const shift of shifts) {
      tried.push(shiftedMoment(moment, shiftChain, shift))
      // A chain priced anew takes a while; here and below clicks and quotes do not wait for all of them
      await ports.delay(0)
    }
    const rows = new Float32Array(tried.length * OBSERVATION_SIZE)
    tried.forEach((entry, index) => rows.set(observeShifted(entry, observation), index * OBSERVATION_SIZE))
    const logits = await withDeadline(
      ports.policy.logits(rows, tried.length),
      ports.deadlines.policy,
      ports.delay,
    )
    const decided: Action[] = []
    for (const [index, entry] of tried.entries()) {
      const mask = offerActions(entry.chain, entry.smile, entry.desk, entry.time)
      const allowed = ACTIONS.map(name => mask[name].allowed)
      const seen = rows.subarray(index * OBSERVATION_SIZE, (index + 1) * OBSERVATION_SIZE)
      const answer = logits.subarray(index * ACTION_COUNT, (index + 1) * ACTION_COUNT)
      const shifts = adapterShifts(entry.adapter, seen)
      decided.push(likeliest(chooseProbabilities(answer, allowed, shifts)).action)
      await ports.delay(0)
    }
    return decided
  }
  return findFlips(action, { spot: 2 * expectedMove, minutes }, decideAt)
}

function shiftedMoment(
  moment: Moment,
  shiftChain: ReturnType<typeof chainShifter>,
  shift: MarketShift,
): Moment {
  const time = moment.time + shift.minutes * 60_000
  const { chain, smile } = shiftChain(Math.max(1e-9, yearsToClose(moment.desk.times, time)), shift)
  const impliedVolatility = smileVolatility(smile, smile.forward)
  return { ...moment, time, spot: moment.spot + shift.spot, chain, smile, impliedVolatility }
}

/** The observation of a shifted moment; what memory says of it is taken as it was. */
function observeShifted(moment: Moment, observation: Float32Array): Float32Array {
  const days = at(observation, featureIndex('daysSinceSimilar')) * 30
  return observe(marketOf(moment), holdingOf(moment), moment.recollection, days)
}
