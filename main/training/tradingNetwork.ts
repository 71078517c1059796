import { FEATURES, OBSERVATION_SIZE, featureIndex, type FeatureName } from '../core/features/observation.ts'
import { ACTION_COUNT } from '../core/policy/action.ts'
import { attentionNetwork, type FeatureGroup } from './attentionNetwork.ts'
import { plainNetwork, type PolicyNetwork } from './network.ts'
import { regimeNetwork } from './regimeHeads.ts'
import type { LearningSettings } from './trainingPlan.ts'

/** Which features tell of the price, and which of the moment it is in; all others tell of what came of trades: the flow. */
const PRICE: ReadonlySet<FeatureName> = new Set(['spot', 'impliedVolatility', 'regime'])
const CONTEXT: ReadonlySet<FeatureName> = new Set([
  'minutesSinceOpen',
  'minutesToClose',
  'daysSinceSimilar',
  'suggestionsThisSession',
  'riskTolerance',
])

/** Small enough to be trained in minutes: about as many parameters as the usual plain network. */
const ENCODER = { width: 24, heads: 4 }

/** What of a training decides its network. */
type NetworkSettings = Pick<LearningSettings, 'hidden' | 'encoder' | 'regimes'>

/** The network that a plan asks for: the twenty features in, a logit for each of the seven actions out. */
export function networkOf({ hidden, encoder, regimes }: NetworkSettings): PolicyNetwork {
  const kind =
    encoder === 'attention' ? attentionNetwork({ ...ENCODER, groups: groups() }) : plainNetwork(hidden)
  const switched = regimes ? regimeNetwork(kind, featureIndex('regime')) : kind
  return switched({ observationSize: OBSERVATION_SIZE, actionCount: ACTION_COUNT })
}

/** What that network is, in a sentence for its card. */
export function networkSentence({ hidden, encoder, regimes }: NetworkSettings): string {
  const network =
    encoder === 'attention'
      ? 'An attention encoder over price, flow and context'
      : `A network of ${hidden.join(' and ')} units`
  return `${network}${regimes ? ', one a market regime' : ''}, trained by proximal policy optimisation.`
}

/** The twenty features by what they tell of, in the order of the observation. */
function groups(): readonly FeatureGroup[] {
  const kindOf = (name: FeatureName) => (PRICE.has(name) ? 'price' : CONTEXT.has(name) ? 'context' : 'flow')
  return ['price', 'flow', 'context'].map(name => ({
    name,
    features: FEATURES.flatMap((feature, place) => (kindOf(feature.name) === name ? [place] : [])),
  }))
}
