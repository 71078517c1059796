import { createOnnxGraph } from '../autodiff/onnxWriter.ts'
import {
  FEATURES,
  OBSERVATION_SIZE,
  OBSERVATION_VERSION,
  featureIndex,
  type FeatureName,
} from '../core/features/observation.ts'
import { ACTIONS, ACTION_COUNT, ACTION_VERSION, actionIndex, type Action } from '../core/policy/action.ts'

/**
 * The first policy: a written rule in the form of a network, so that everything around it can be built and judged
 * before anything is trained. Each hidden unit is a soft threshold on features; each action adds them up. It claims no
 * edge.
 */

/** A soft threshold: tanh(bias + sum of weights times features), near 1 where what its name says holds, else near -1. */
interface Unit {
  readonly name: string
  readonly weights: Partial<Record<FeatureName, number>>
  readonly bias: number
}

/** Steepness of a threshold at a level of one feature. */
function above(name: string, feature: FeatureName, level: number, steepness: number): Unit {
  return { name, weights: { [feature]: steepness }, bias: -steepness * level }
}

const UNITS: readonly Unit[] = [
  above('rising', 'regime', 0.22, 6),
  above('falling', 'regime', -0.22, -6),
  above('earlyMinutes', 'minutesSinceOpen', 0.03, -60),
  above('lastHour', 'minutesToClose', 0.17, -30),
  above('riskIsHigh', 'riskScore', 0.55, 7),
  above('volatilityIsHigh', 'impliedVolatility', 0.3, 9),
  above('volatilityIsLow', 'impliedVolatility', 0.12, -30),
  above('holding', 'hasPosition', 0.5, 5),
  above('inProfit', 'positionProfit', 0.035, 40),
  above('inLoss', 'positionProfit', -0.07, -25),
  above('heldLong', 'minutesInPosition', 0.11, 25),
  {
    name: 'losing',
    weights: {
      lastOutcome1: -0.8,
      lastOutcome2: -0.6,
      lastOutcome3: -0.4,
      lastOutcome4: -0.2,
      lastOutcome5: -0.1,
    },
    bias: -0.9,
  },
  above('recentLoss', 'profitTrend', -0.35, -5),
  above('tolerant', 'riskTolerance', 0.5, 4),
  above('hourIsGood', 'winRateThisHour', 0.5, 4),
  above('unfamiliar', 'daysSinceSimilar', 0.6, 4),
  above('muchSaid', 'suggestionsThisSession', 0.9, 5),
  above('saysYes', 'acceptanceRate', 0.5, 4),
  { name: 'price', weights: { spot: 0.02 }, bias: 0 },
]

/** What each action gains (or loses) when a unit is on, beside its standing offset. */
const VOTES: Record<Action, { readonly offset: number; readonly votes: Readonly<Record<string, number>> }> = {
  noTrade: {
    offset: 0.68,
    votes: {
      earlyMinutes: 1.6,
      lastHour: 0.9,
      riskIsHigh: 1.2,
      volatilityIsLow: 0.8,
      losing: 0.4,
      recentLoss: 0.4,
      holding: 0.35,
      unfamiliar: 0.06,
      muchSaid: 0.3,
      hourIsGood: -0.15,
      saysYes: -0.06,
      price: 0.02,
    },
  },
  sellPutVertical10: {
    offset: 0.05,
    votes: { rising: 1.0, falling: -1.2, volatilityIsHigh: 0.3, riskIsHigh: -0.5, tolerant: -0.15 },
  },
  sellPutVertical15: {
    offset: 0.02,
    votes: { rising: 1.1, falling: -1.4, volatilityIsHigh: -0.3, riskIsHigh: -0.8, tolerant: 0.15 },
  },
  sellCallVertical10: {
    offset: 0.05,
    votes: { falling: 1.0, rising: -1.2, volatilityIsHigh: 0.3, riskIsHigh: -0.5, tolerant: -0.15 },
  },
  sellCallVertical15: {
    offset: 0.02,
    votes: { falling: 1.1, rising: -1.4, volatilityIsHigh: -0.3, riskIsHigh: -0.8, tolerant: 0.15 },
  },
  sellIronCondor: {
    offset: 0.84,
    votes: {
      rising: -0.9,
      falling: -0.9,
      volatilityIsHigh: 0.2,
      riskIsHigh: -0.7,
      lastHour: -0.3,
      tolerant: 0.08,
    },
  },
  close: {
    offset: -1.2,
    votes: { inProfit: 0.9, inLoss: 1.3, heldLong: 1.3, lastHour: 0.9, riskIsHigh: 1.4, holding: 0.2 },
  },
}

/** A card beside a policy file: what it is, what it was made of, and what it does not claim. */
export interface FirstPolicyCard {
  readonly name: string
  readonly version: string
  readonly observationVersion: number
  readonly actionVersion: number
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly madeBy: string
  readonly kind: string
  readonly claims: string
  readonly units: readonly { readonly name: string; readonly formula: string }[]
}

/** The policy as an ONNX file. The same code always gives the same bytes. */
export function firstPolicyModel(): Uint8Array {
  const hidden = UNITS.length
  const weights = new Float32Array(OBSERVATION_SIZE * hidden)
  const biases = Float32Array.from(UNITS, unit => unit.bias)
  UNITS.forEach((unit, column) => {
    for (const feature of FEATURES)
      weights[featureIndex(feature.name) * hidden + column] = unit.weights[feature.name] ?? 0
  })
  const votes = new Float32Array(hidden * ACTION_COUNT)
  const offsets = new Float32Array(ACTION_COUNT)
  for (const action of ACTIONS) {
    const column = actionIndex(action)
    // A unit runs from -1 to 1, a vote from nothing to its full weight
    const cast = UNITS.map(unit => (VOTES[action].votes[unit.name] ?? 0) / 2)
    offsets[column] = VOTES[action].offset + cast.reduce((sum, vote) => sum + vote, 0)
    cast.forEach((vote, row) => {
      votes[row * ACTION_COUNT + column] = vote
    })
  }
  const graph = createOnnxGraph('first-policy')
  graph.input('observation', ['rows', OBSERVATION_SIZE])
  graph.constant('unitWeights', [OBSERVATION_SIZE, hidden], weights)
  graph.constant('unitBiases', [hidden], biases)
  graph.constant('actionVotes', [hidden, ACTION_COUNT], votes)
  graph.constant('actionOffsets', [ACTION_COUNT], offsets)
  graph.apply('Gemm', ['observation', 'unitWeights', 'unitBiases'], 'sums')
  graph.apply('Tanh', ['sums'], 'units')
  graph.apply('Gemm', ['units', 'actionVotes', 'actionOffsets'], 'logits')
  graph.output('logits', ['rows', ACTION_COUNT])
  graph.note('observationVersion', String(OBSERVATION_VERSION))
  graph.note('actionVersion', String(ACTION_VERSION))
  return graph.bytes()
}

/** The card of the first policy. */
export function firstPolicyCard(): FirstPolicyCard {
  return {
    name: 'first',
    version: 'first-1',
    observationVersion: OBSERVATION_VERSION,
    actionVersion: ACTION_VERSION,
    inputs: FEATURES.map(feature => feature.name),
    outputs: [...ACTIONS],
    madeBy: 'npm run policy:first',
    kind: 'A written rule as a network of soft thresholds. Nothing was trained.',
    claims: 'None. No edge is claimed, shown or implied; it exists so that the loop around it can be judged.',
    units: UNITS.map(unit => ({ name: unit.name, formula: formula(unit) })),
  }
}

function formula(unit: Unit): string {
  const terms = Object.entries(unit.weights).map(([feature, weight]) => `${weight} * ${feature}`)
  return `tanh(${terms.join(' + ')} + ${unit.bias.toFixed(4)})`
}
