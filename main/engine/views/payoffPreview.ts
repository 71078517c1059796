import type { ClientRequest } from '../../contract/commands.ts'
import type { PayoffPreview } from '../../contract/frames.ts'
import type { EpochMilliseconds, Price } from '../../core/base/units.ts'
import { failure, success, type Result } from '../../core/base/result.ts'
import { comboQuote } from '../../core/portfolio/comboQuote.ts'
import { orderFees } from '../../core/portfolio/fees.ts'
import { rulesOf, type Book } from '../book/book.ts'
import type { Engine } from '../engine.ts'
import type { Market } from '../market.ts'
import { legQuotes } from '../offer.ts'
import { payoffCurve, priceAxis, type Holding } from './curvesFrame.ts'

type Asked = ClientRequest<'payoff/preview'>['holdings'][number]

/**
 * The payoff of holdings that are only being thought of, at the close and after some minutes at some factor on
 * volatility; or why there is none. Nothing of the engine changes.
 */
export function payoffPreview(
  engine: Engine,
  request: ClientRequest<'payoff/preview'>,
  time: EpochMilliseconds,
): PayoffPreview {
  const { market, book } = engine
  if (!market?.smile) return { kind: 'nothing', reason: 'too little of the chain is quoted' }
  const holdings: Holding[] = []
  for (const asked of request.holdings) {
    const holding = holdingAsked(asked, market, book, time)
    if (!holding.ok) return { kind: 'nothing', reason: holding.failure }
    holdings.push(holding.value)
  }
  const prices = priceAxis(market.smile, market.move?.move)
  const later = { minutes: request.minutes ?? 0, volatilityFactor: request.volatilityFactor ?? 1 }
  return {
    kind: 'payoff',
    time,
    prices,
    curve: payoffCurve('What if', holdings, market.smile, prices, later),
    nets: holdings.map(holding => holding.net),
  }
}

function holdingAsked(
  { legs, quantity, net, fees }: Asked,
  market: Market,
  book: Book,
  time: EpochMilliseconds,
): Result<Holding, string> {
  const price = net ?? middleOf(legs, market, time)
  if (price === undefined) return failure('a leg is not quoted')
  return success({
    legs,
    quantity,
    net: price,
    fees: fees ?? orderFees(legs, quantity, rulesOf(book).plan.fees),
  })
}

function middleOf(legs: Asked['legs'], market: Market, time: EpochMilliseconds): Price | undefined {
  return comboQuote(legs, legQuotes(market.chain, legs, time))?.mid
}
