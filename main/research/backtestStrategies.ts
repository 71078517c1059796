import type { IsoDate, Price } from '../core/base/units.ts'
import { selectStructure } from '../core/policy/selection.ts'
import type { Action } from '../core/policy/action.ts'
import { structureName, type Leg, type Structure } from '../core/portfolio/structure.ts'
import type { OptionRight } from '../core/market/optionContract.ts'
import { rowOf, type OptionChain } from '../core/market/optionChain.ts'
import { isTwoSided } from '../core/market/quote.ts'
import { at } from '../core/base/assert.ts'

/** What a strategy holds: its legs and how a trader calls them. */
export interface Holding {
  readonly name: string
  readonly legs: readonly Leg[]
  /** The structure of the house, where it is one of those that the cockpit suggests. */
  readonly structure: Structure | undefined
}

/** Where a strategy stands when it chooses. */
export interface ChoiceMarket {
  readonly date: IsoDate
  /** What the file quotes; where a strategy by moneyness looks for its strikes. */
  readonly quoted: OptionChain
  /** The same with what our smile says between and beyond; where the actions of the cockpit look for theirs. */
  readonly chain: OptionChain
  readonly underlying: Price
  readonly forward: Price
  readonly wingShare: number
}

/** A strategy that enters once a day at a fixed time; what it holds does not depend on anything it could have learned. */
export interface FixedStrategy {
  readonly name: string
  /** In words, what is bought or sold and when it ends. */
  readonly description: string
  /** `frozen` ends by the exit rule of the cockpit's own suggestions; `end` holds to the last price of the day. */
  readonly exit: 'frozen' | 'end'
  /** Which action of the cockpit it is the fixed-time form of. */
  readonly action: Action | undefined
  /** What is held, undefined for nothing, or why it cannot be. */
  choose(market: ChoiceMarket): Holding | undefined | 'noStrike'
}

/** How far a listed strike may lie from where a strategy wants it, as a share of the underlying. */
const NEAREST = 0.0015

const HELD = 'held to the end of the day'
const FROZEN = "ended by the cockpit's own exit rule"

/** Every fixed strategy by name: the baselines first, then those of the published study (Vilkov 2023), by moneyness. */
export const FIXED_STRATEGIES: readonly FixedStrategy[] = [
  {
    name: 'doNothing',
    description: 'Trades nothing.',
    exit: 'end',
    action: 'noTrade',
    choose: () => undefined,
  },
  ofAction('fixedTimeCondor', 'sellIronCondor', `Sells the iron condor of delta 0.10 both sides, ${FROZEN}.`),
  ofAction('fixedTimePutVertical', 'sellPutVertical10', `Sells the put vertical of delta 0.10, ${FROZEN}.`),
  ofAction(
    'fixedTimeCallVertical',
    'sellCallVertical10',
    `Sells the call vertical of delta 0.10, ${FROZEN}.`,
  ),
  ofMoneyness('straddle', `Buys call and put at the money, ${HELD}.`, [
    ['put', 1, 1],
    ['call', 1, 1],
  ]),
  ofMoneyness('strangle', `Buys the put at 0.995 and the call at 1.005 of the underlying, ${HELD}.`, [
    ['put', 0.995, 1],
    ['call', 1.005, 1],
  ]),
  ofMoneyness('shortStraddle', `Sells call and put at the money, ${HELD}; its loss has no bound.`, [
    ['put', 1, -1],
    ['call', 1, -1],
  ]),
  ofMoneyness('ironButterfly', `Sells the straddle and buys the wings at 0.995 and 1.005, ${HELD}.`, [
    ['put', 0.995, 1],
    ['put', 1, -1],
    ['call', 1, -1],
    ['call', 1.005, 1],
  ]),
  ofMoneyness('ironCondor', `Sells 0.997 and 1.003 and buys the wings at 0.995 and 1.005, ${HELD}.`, [
    ['put', 0.995, 1],
    ['put', 0.997, -1],
    ['call', 1.003, -1],
    ['call', 1.005, 1],
  ]),
  ofMoneyness('riskReversal', `Sells the put at 0.995 and buys the call at 1.005, ${HELD}.`, [
    ['put', 0.995, -1],
    ['call', 1.005, 1],
  ]),
  ofMoneyness('bullCallSpread', `Buys the call at the money and sells the one at 1.005, ${HELD}.`, [
    ['call', 1, 1],
    ['call', 1.005, -1],
  ]),
  ofMoneyness('bearPutSpread', `Buys the put at the money and sells the one at 0.995, ${HELD}.`, [
    ['put', 1, 1],
    ['put', 0.995, -1],
  ]),
]

/** The strategy of a name, however it is spelled: `fixed-time condor` is `fixedTimeCondor`. */
export function fixedStrategy(name: string): FixedStrategy | undefined {
  return FIXED_STRATEGIES.find(strategy => lettersOf(strategy.name) === lettersOf(name))
}

function lettersOf(name: string): string {
  return name.replaceAll(/[^A-Za-z]/g, '').toLowerCase()
}

function ofAction(name: string, action: Action, description: string): FixedStrategy {
  return {
    name,
    description,
    exit: 'frozen',
    action,
    choose({ chain, forward, wingShare }) {
      const structure = selectStructure(chain, action, forward, wingShare)
      if (typeof structure === 'string') return 'noStrike'
      return { name: structureName(structure), legs: structure.legs, structure }
    },
  }
}

function ofMoneyness(
  name: string,
  description: string,
  wanted: readonly (readonly [OptionRight, number, 1 | -1])[],
): FixedStrategy {
  return {
    name,
    description,
    exit: 'end',
    action: undefined,
    choose({ quoted, underlying }) {
      const legs: Leg[] = []
      for (const [right, moneyness, ratio] of wanted) {
        // A straddle has one strike, so both of its options must be quoted there
        const rights = wanted.filter(leg => leg[1] === moneyness).map(leg => leg[0])
        const strike = nearestQuoted(quoted, rights, moneyness * underlying)
        if (strike === undefined || Math.abs(strike / underlying - moneyness) > NEAREST) return 'noStrike'
        if (legs.some(leg => leg.right === right && leg.strike === strike)) return 'noStrike'
        legs.push({ right, strike, ratio })
      }
      return { name: `${legs.map(leg => leg.strike).join('/')} ${name}`, legs, structure: undefined }
    },
  }
}

/** The strike nearest a price at which every one of some rights is quoted on both sides; the lower of two. */
function nearestQuoted(chain: OptionChain, rights: readonly OptionRight[], price: Price): Price | undefined {
  const isQuoted = (right: OptionRight, strike: Price) => {
    const row = rowOf(chain, right, strike)
    return row >= 0 && isTwoSided(at(chain.bid, row), at(chain.ask, row))
  }
  let best: Price | undefined
  for (const strike of chain.strikes) {
    if (!rights.every(right => isQuoted(right, strike))) continue
    if (best === undefined || Math.abs(strike - price) < Math.abs(best - price)) best = strike
  }
  return best
}
