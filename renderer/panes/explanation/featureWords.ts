import { number, percent, points, profit, signed } from '../../ui/format.ts'

/** How a feature is called and how its figure is read. */
interface FeatureReading {
  readonly name: string
  readonly write: (value: number) => string
}

const SESSION_MINUTES = 390

const minutes = (value: number) => `${number(value * SESSION_MINUTES, 0)} min`
const outcome = (value: number) => (value > 0 ? 'won' : value < 0 ? 'lost' : 'none')

/** The twenty features in words, with the unit that a person reads them in. */
const READINGS: Readonly<Record<string, FeatureReading>> = {
  minutesSinceOpen: { name: 'Since the open', write: minutes },
  spot: { name: 'Underlying', write: value => number(value * 1000) },
  impliedVolatility: { name: 'Implied volatility', write: points },
  hasPosition: { name: 'Position held', write: value => (value > 0 ? 'yes' : 'no') },
  positionProfit: { name: 'Profit of the position', write: value => profit(value * 1000) },
  minutesInPosition: { name: 'Time in the position', write: minutes },
  riskScore: { name: 'Risk score', write: value => number(value) },
  minutesToClose: { name: 'To the close', write: minutes },
  lastOutcome1: { name: 'Last trade', write: outcome },
  lastOutcome2: { name: 'Trade before it', write: outcome },
  lastOutcome3: { name: 'Third last trade', write: outcome },
  lastOutcome4: { name: 'Fourth last trade', write: outcome },
  lastOutcome5: { name: 'Fifth last trade', write: outcome },
  acceptanceRate: { name: 'Your share of yes', write: value => percent(value) },
  winRateThisHour: { name: 'Won at this hour', write: value => percent(value) },
  profitTrend: { name: 'Trend of results', write: value => signed(value) },
  daysSinceSimilar: { name: 'Since a day alike', write: value => `${number(value * 30, 0)} days` },
  suggestionsThisSession: { name: 'Suggested today', write: value => number(value * 50, 0) },
  riskTolerance: { name: 'Risk your answers allow', write: value => number(value) },
  regime: { name: 'Regime', write: value => signed(value) },
}

/** A feature in words; one that this window does not know keeps its plain name. */
export function featureReading(feature: string): FeatureReading {
  return READINGS[feature] ?? { name: feature, write: value => number(value, 3) }
}
