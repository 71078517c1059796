import type { EpochMilliseconds, Price, Volatility } from '../core/base/units.ts'
import type { observe } from '../core/features/observation.ts'
import type { Bar } from '../core/market/bar.ts'
import { copyChain, type OptionChain } from '../core/market/optionChain.ts'
import type { Recollection } from '../core/memory/recollection.ts'
import { situationVector } from '../core/memory/situation.ts'
import type { Adapter } from '../core/policy/choice.ts'
import type { DecisionContext } from '../core/policy/decision.ts'
import type { Proposal } from '../core/policy/proposal.ts'
import { comboQuote } from '../core/portfolio/comboQuote.ts'
import { riskScore } from '../core/risk/riskScore.ts'
import { marketRegime, realisedVolatility } from '../core/volatility/realised.ts'
import { smileSkew, smileVolatility, type Smile } from '../core/volatility/smile.ts'
import { openProfitAt, riskStateAt } from './book/accounts.ts'
import { heldPositions, type Book } from './book/book.ts'
import { bookMark } from './bookMark.ts'
import type { Market } from './market.ts'
import { legQuotes, type Desk } from './offer.ts'

/** The moment that is decided on: a copy of the market that later quotes do not touch, and the book as it stood. */
export interface Moment {
  readonly time: EpochMilliseconds
  readonly spot: Price
  readonly chain: OptionChain
  readonly smile: Smile | undefined
  readonly bars: readonly Bar[]
  readonly impliedVolatility: Volatility
  readonly realisedVolatility: Volatility | undefined
  readonly expectedMove: Price | undefined
  readonly firstMove: Price | undefined
  readonly openingPrice: Price | undefined
  readonly volatilityIndex: number | undefined
  readonly desk: Desk
  readonly openProfit: number
  readonly openedAt: EpochMilliseconds | undefined
  readonly riskScore: number
  readonly recollection: Recollection
  readonly adapter: Adapter
}

/** What the market features see of a moment. */
export function marketOf(moment: Moment): Parameters<typeof observe>[0] {
  return {
    session: moment.desk.times,
    time: moment.time,
    spot: moment.spot,
    impliedVolatility: moment.impliedVolatility,
    regime: marketRegime(moment.bars, moment.spot),
  }
}

/** What the holding features see of a moment. */
export function holdingOf(moment: Moment): Parameters<typeof observe>[1] {
  return {
    hasPosition: moment.desk.held.length > 0,
    openProfit: moment.openProfit,
    openedAt: moment.openedAt,
    riskScore: moment.riskScore,
  }
}

/** The vector by which a moment is remembered and compared. */
export function situationOf(moment: Moment): Float32Array {
  const { times } = moment.desk
  const passed = (moment.time - times.open) / (times.close - times.open)
  const realised = moment.realisedVolatility
  return situationVector({
    timeOfDay: passed * 4,
    impliedVolatility: Math.log(moment.impliedVolatility) * 4,
    realisedOverImplied: realised === undefined ? 0 : Math.log(realised / moment.impliedVolatility) * 2,
    regime: marketRegime(moment.bars, moment.spot) * 2,
    dayMove:
      moment.openingPrice !== undefined && moment.firstMove
        ? (moment.spot - moment.openingPrice) / moment.firstMove
        : 0,
    skew: (moment.smile ? smileSkew(moment.smile) : 0) * 5,
    holding: moment.desk.held.length > 0 ? 1 : 0,
    risk: moment.riskScore * 2,
  })
}

/** The market that a decision was made in, as it is kept with it. */
export function contextOf(moment: Moment, proposal: Proposal | undefined): DecisionContext {
  const quote = proposal
    ? comboQuote(proposal.legs, legQuotes(moment.chain, proposal.legs, moment.time))
    : undefined
  return {
    spot: moment.spot,
    forward: moment.smile?.forward ?? moment.spot,
    impliedVolatility: moment.impliedVolatility,
    realisedVolatility: moment.realisedVolatility,
    expectedMove: moment.expectedMove,
    vix: moment.volatilityIndex,
    regime: marketRegime(moment.bars, moment.spot),
    minutesToClose: Math.max(0, (moment.desk.times.close - moment.time) / 60_000),
    dataAge: quote?.age ?? 0,
  }
}

/** The moment that a market and a book stand at; undefined before the first price. */
export function momentOf(market: Market, book: Book, time: EpochMilliseconds): Moment | undefined {
  const spot = market.spot?.last
  if (spot === undefined || !book.rules) return undefined
  const mark = bookMark(market, book, time)
  const held = heldPositions(book)
  const risk = riskStateAt(book, mark)
  const { smile } = market
  return {
    time,
    spot,
    chain: copyChain(market.chain),
    smile,
    bars: market.bars.slice(),
    impliedVolatility: smile ? smileVolatility(smile, smile.forward) : Number.NaN,
    realisedVolatility: realisedVolatility(market.bars),
    expectedMove: market.move?.move,
    firstMove: market.firstMove?.move,
    openingPrice: market.bars[0]?.open,
    volatilityIndex: market.volatilityIndex?.value,
    desk: {
      times: market.times,
      plan: book.rules.plan,
      sizing: book.sizing.by === 'kelly' ? book.sizing : undefined,
      limits: book.limits,
      risk,
      held,
    },
    openProfit: held.reduce((sum, position) => sum + openProfitAt(book, position, mark), 0),
    openedAt: held.length > 0 ? Math.min(...held.map(position => position.openedAt)) : undefined,
    riskScore: riskScore(risk, book.limits, held, spot, market.move?.move),
    recollection: book.recollection,
    adapter: { preference: book.preference, quality: book.quality },
  }
}
