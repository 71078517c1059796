import { at } from '../base/assert.ts'
import { OBSERVATION_SIZE, featureIndex, usualObservation } from '../features/observation.ts'
import { ACTION_COUNT, actionIndex } from './action.ts'
import { adapterShifts, chooseProbabilities, probabilityOf, type Adapter } from './choice.ts'
import type { Decision } from './decision.ts'

/** The features that the trader's adapter looks at, as indices; bit k of a look stands for the k-th of them. */
const ADAPTED = (['minutesSinceOpen', 'impliedVolatility', 'regime'] as const).map(featureIndex)
const LOOKS = 1 << ADAPTED.length

/**
 * What a full explanation asks of a policy: which of the twenty features moved the probability of the chosen action from
 * its usual value to this one. Plain numbers, so that it goes over to another thread as it is.
 */
export interface ShapleyQuestion {
  readonly observation: Float32Array
  readonly usual: Float32Array
  /** Index of the action. */
  readonly chosen: number
  readonly allowed: readonly boolean[]
  /**
   * What the trader's adapter adds to the logits, one row of all actions for each of the eight ways in which the features
   * that it looks at are as seen (bit set) or as usual.
   */
  readonly shifts: Float64Array
}

/** The shifts of an adapter in all eight looks. */
export function shiftsOfAdapter(
  adapter: Adapter,
  observation: Float32Array,
  usual: Float32Array,
): Float64Array {
  const shifts = new Float64Array(LOOKS * ACTION_COUNT)
  for (let look = 0; look < LOOKS; look += 1) {
    const seen = usual.slice()
    ADAPTED.forEach((feature, place) => {
      if ((look & (1 << place)) !== 0) seen[feature] = at(observation, feature)
    })
    shifts.set(adapterShifts(adapter, seen), look * ACTION_COUNT)
  }
  return shifts
}

/**
 * The shifts that a decision itself shows: how far its probabilities stand from the policy's own, held the same in every
 * look. For decisions whose adapter of then is gone. An action that was masked keeps 0.
 */
export function shiftsOfDecision(
  probabilities: readonly number[],
  policyProbabilities: readonly number[],
): Float64Array {
  const row = Float64Array.from({ length: ACTION_COUNT }, (_, action) => {
    const [adapted, own] = [at(probabilities, action), at(policyProbabilities, action)]
    return adapted > 0 && own > 0 ? Math.log(adapted / own) : 0
  })
  const shifts = new Float64Array(LOOKS * ACTION_COUNT)
  for (let look = 0; look < LOOKS; look += 1) shifts.set(row, look * ACTION_COUNT)
  return shifts
}

/** What a decision is explained by: the question, and whether the adapter of then is part of it or its shift only. */
export interface DecisionQuestion {
  readonly question: ShapleyQuestion
  readonly isAdapterKnown: boolean
}

/** How near probabilities must be to be those of one and the same adapter. */
const SAME_ADAPTER = 1e-6

/**
 * The question about a decision of the past: masked actions are those without any probability. An adapter of then is
 * believed where it turns the policy's own probabilities into those of the decision; else the shift itself is held.
 */
export function questionOfDecision(
  decision: Pick<Decision, 'observation' | 'action' | 'probabilities' | 'policyProbabilities'>,
  adapter: Adapter | undefined,
): DecisionQuestion {
  const { probabilities, policyProbabilities } = decision
  const observation = Float32Array.from(decision.observation)
  const usual = usualObservation(observation)
  const allowed = probabilities.map(probability => probability > 0)
  const known = adapter && shiftsOfAdapter(adapter, observation, usual)
  const own = policyProbabilities.map(probability => Math.log(Math.max(probability, Number.MIN_VALUE)))
  const again = known && chooseProbabilities(own, allowed, known.subarray((LOOKS - 1) * ACTION_COUNT))
  const isAdapterKnown =
    again?.every((probability, action) => Math.abs(probability - at(probabilities, action)) < SAME_ADAPTER) ??
    false
  const shifts = known && isAdapterKnown ? known : shiftsOfDecision(probabilities, policyProbabilities)
  return {
    question: { observation, usual, chosen: actionIndex(decision.action), allowed, shifts },
    isAdapterKnown,
  }
}

/**
 * The players of the game: features that are not as usual, by index. One that is as usual adds nothing to any coalition.
 * Those that the adapter looks at come first, so that the lowest bits of a coalition tell its look.
 */
export function playersOf({ observation, usual }: ShapleyQuestion): readonly number[] {
  const unusual = Array.from({ length: OBSERVATION_SIZE }, (_, feature) => feature).filter(
    feature => at(observation, feature) !== at(usual, feature),
  )
  return [
    ...ADAPTED.filter(feature => unusual.includes(feature)),
    ...unusual.filter(feature => !ADAPTED.includes(feature)),
  ]
}

/** Places of players in a new order: those that the adapter looks at first, as before, the others ever less telling. */
export function byTelling(players: readonly number[], telling: Float64Array): readonly number[] {
  const places = players.map((_, place) => place)
  const adapted = places.filter(place => ADAPTED.includes(at(players, place)))
  const others = places.filter(place => !adapted.includes(place))
  others.sort((one, other) => at(telling, other) - at(telling, one))
  return [...adapted, ...others]
}

/** Observations of some coalitions, row by row: players inside take their value as seen, all else is as usual. */
export function questionRows(
  { observation, usual }: ShapleyQuestion,
  players: readonly number[],
  coalitions: ArrayLike<number>,
): Float32Array {
  const rows = new Float32Array(coalitions.length * OBSERVATION_SIZE)
  const seen = Float32Array.from(players, feature => at(observation, feature))
  const places = Uint8Array.from(players)
  for (let index = 0; index < coalitions.length; index += 1) {
    const row = index * OBSERVATION_SIZE
    rows.set(usual, row)
    for (let rest = at(coalitions, index); rest !== 0; rest &= rest - 1) {
      const player = 31 - Math.clz32(rest & -rest)
      rows[row + at(places, player)] = at(seen, player)
    }
  }
  return rows
}

/** The shifts of a coalition, all actions. */
export function shiftsOfCoalition(
  { shifts }: ShapleyQuestion,
  players: readonly number[],
  coalition: number,
): Float64Array {
  let look = 0
  ADAPTED.forEach((feature, place) => {
    const player = players.indexOf(feature)
    if (player >= 0 && (coalition & (1 << player)) !== 0) look |= 1 << place
  })
  return shifts.subarray(look * ACTION_COUNT, (look + 1) * ACTION_COUNT)
}

/** What coalitions are worth, the probability of the chosen action, from the policy's logits for their rows. */
export function worthsOf(
  question: ShapleyQuestion,
  players: readonly number[],
  coalitions: ArrayLike<number>,
  logits: Float32Array,
): Float64Array {
  const shifts = Array.from({ length: LOOKS }, (_, low) => shiftsOfCoalition(question, players, low))
  const adapted = players.filter(feature => ADAPTED.includes(feature)).length
  const lowest = (1 << adapted) - 1
  const worths = new Float64Array(coalitions.length)
  for (let index = 0; index < coalitions.length; index += 1) {
    const shift = shifts[at(coalitions, index) & lowest]
    if (shift)
      worths[index] = probabilityOf(question.chosen, logits, index * ACTION_COUNT, question.allowed, shift)
  }
  return worths
}
