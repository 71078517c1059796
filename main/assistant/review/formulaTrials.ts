import { answersOf, GIVEN_PRICES } from './conventions.ts'
import type { GivenQuantity } from './quantity.ts'
import { rightText } from './rightText.ts'
import type { Role } from './roles.ts'
import type { Trial } from './rule.ts'
import { callText } from './sampling.ts'
import { parameterOf, type Subject } from './subject.ts'

/** One market that a pricing function is asked about; years, and decimals a year. */
interface Market {
  readonly spot: number
  readonly strike: number
  readonly years: number
  readonly volatility: number
  readonly rate: number
  readonly dividend: number
}

const MARKETS: readonly Market[] = [
  { spot: 100, strike: 100, years: 0.5, volatility: 0.2, rate: 0.04, dividend: 0 },
  { spot: 100, strike: 90, years: 0.25, volatility: 0.35, rate: 0.03, dividend: 0.01 },
  { spot: 80, strike: 95, years: 1, volatility: 0.3, rate: 0.05, dividend: 0.02 },
  { spot: 620, strike: 622, years: 0.01, volatility: 0.15, rate: 0.045, dividend: 0 },
]

/** Markets where early exercise is worth something: deep in the money, high rates or dividends. */
const EXERCISED: readonly Market[] = [
  { spot: 80, strike: 120, years: 1, volatility: 0.2, rate: 0.08, dividend: 0 },
  { spot: 140, strike: 100, years: 1, volatility: 0.2, rate: 0.02, dividend: 0.1 },
]

/** Differences this small are another approximation of the normal distribution, larger ones another formula. */
const FORMULA_TOLERANCE = 2e-4
const TREE_TOLERANCE = 2e-2

/** How long a unit of time is in years by each convention in use, and how many of it are asked for. */
const TIMES: Readonly<Partial<Record<Role, { readonly units: readonly string[]; readonly asked: number }>>> =
  {
    days: { units: ['1 / 365', '1 / 252', '1 / 365.25', '1 / 360'], asked: 30 },
    hours: { units: ['1 / (365 * 24)', '1 / (252 * 6.5)', '1 / (365.25 * 24)'], asked: 20 },
    minutes: { units: ['1 / (365 * 24 * 60)', '1 / (252 * 390)', '1 / (365.25 * 24 * 60)'], asked: 200 },
  }

/** Calls of a pricing function with what the reference says, over all quantities that it gives; empty where it cannot be called. */
export function formulaTrials(subject: Subject, quantities: readonly GivenQuantity[]): readonly Trial[] {
  return quantities.flatMap(given =>
    (given.quantity === 'american_price' ? EXERCISED : MARKETS).flatMap(market =>
      rightsOf(subject, given).flatMap(rights => trialAt(subject, given, market, rights)),
    ),
  )
}

type Right = 'call' | 'put'

/** The rights of each call: one by one where a parameter says it, else that of the name; both at once where nothing says it. */
function rightsOf(subject: Subject, { right }: GivenQuantity): readonly (readonly Right[])[] {
  if (parameterOf(subject, 'isCall', 'isPut', 'right')) return [['call'], ['put']]
  return [right === 'unsaid' ? ['call', 'put'] : [right]]
}

/** One call; of the rights every one is a convention. */
function trialAt(
  subject: Subject,
  { quantity, accessor }: GivenQuantity,
  market: Market,
  rights: readonly Right[],
): readonly Trial[] {
  const time = TIMES[parameterOf(subject, 'years', 'days', 'hours', 'minutes')?.role ?? 'years']
  const { units, asked } = time ?? { units: ['1.0'], asked: market.years }
  const call = callText(subject, argumentsAt(subject, market, rights[0] ?? 'call', asked))
  if (call === undefined) return []
  const expected = units.flatMap(unit =>
    rights.flatMap(right =>
      answersOf(subject, quantity, {
        ...askedOf(subject, market),
        years: `${String(asked)} * (${unit})`,
        isCall: right === 'call' ? 'True' : 'False',
        unit,
      }),
    ),
  )
  return [
    {
      topic: quantity,
      input: `${subject.function.name}(${call})${accessor}`,
      actual: `$f(${call})${accessor}`,
      expected,
      tolerance: quantity === 'american_price' ? TREE_TOLERANCE : FORMULA_TOLERANCE,
    },
  ]
}

/** The texts of the arguments by role. */
function argumentsAt(
  subject: Subject,
  market: Market,
  right: Right,
  asked: number,
): Partial<Record<Role, string>> {
  const written = parameterOf(subject, 'right')?.kind
  const spot = String(market.spot)
  const time = String(asked)
  return {
    spot,
    price: spot,
    exit: spot,
    forward: forwardOf(market),
    strike: String(market.strike),
    years: time,
    days: time,
    hours: time,
    minutes: time,
    volatility: String(market.volatility),
    rate: String(market.rate),
    dividend: String(market.dividend),
    isCall: right === 'call' ? 'True' : 'False',
    isPut: right === 'put' ? 'True' : 'False',
    right: rightText(written?.kind === 'string' ? written.options : [], right),
    callPrice: GIVEN_PRICES.call,
    putPrice: GIVEN_PRICES.put,
    premium: GIVEN_PRICES.paid,
    entry: GIVEN_PRICES.paid,
  }
}

/** What the reference is asked. What the function is not given, it is taken to be without; a forward carries the rate in it. */
function askedOf(subject: Subject, market: Market) {
  const has = (role: Role): boolean => parameterOf(subject, role) !== undefined
  const dividend = has('forward') ? market.rate : has('dividend') ? market.dividend : 0
  return {
    spot: has('forward') ? forwardOf(market) : String(market.spot),
    strike: String(market.strike),
    volatility: String(market.volatility),
    rate: String(has('rate') ? market.rate : 0),
    dividend: String(dividend),
  }
}

function forwardOf({ spot, rate, dividend, years }: Market): string {
  return (spot * Math.exp((rate - dividend) * years)).toFixed(4)
}
