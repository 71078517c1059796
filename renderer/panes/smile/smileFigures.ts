import type { FramesState } from '../../state/frames.ts'

export type Curves = NonNullable<FramesState['curves']>

/** What is known of the smile at one strike, volatilities a calendar year; undefined where nobody knows. */
export interface SmilePoint {
  readonly price: number
  readonly fit: number | undefined
  readonly low: number | undefined
  readonly high: number | undefined
  readonly earlier: number | undefined
  /** The contract of the nearest strike: what it is bid and asked at. 0 where nothing is bid. */
  readonly quote: { readonly strike: number; readonly bid: number; readonly ask: number } | undefined
}

/** Everything known at a price: curves read between their points, the quote of the nearest strike as it is. */
export function smilePoint(curves: Curves, price: number): SmilePoint {
  const { prices, smile, smileLow, smileHigh, earlierSmile } = curves
  return {
    price,
    fit: valueAt(prices, smile, price),
    low: smileLow && valueAt(prices, smileLow, price),
    high: smileHigh && valueAt(prices, smileHigh, price),
    earlier: valueAt(prices, earlierSmile, price),
    quote: nearestQuote(curves, price),
  }
}

/** A curve at a price between its points; undefined beyond them. */
export function valueAt(prices: Float64Array, column: Float64Array, price: number): number | undefined {
  const [first, last] = [prices[0] ?? 0, prices.at(-1) ?? 0]
  if (price < first || price > last) return undefined
  const place = ((price - first) / (last - first)) * (prices.length - 1)
  const below = Math.floor(place)
  const [one, other] = [column[below], column[Math.min(prices.length - 1, below + 1)]]
  if (one === undefined || other === undefined || Number.isNaN(one)) return undefined
  return one + (other - one) * (place - below)
}

/**
 * The volatilities that a plot must reach, in points, with a little room. Bands, bids and asks may reach out of it where
 * they know next to nothing: a contract at a cent would flatten all others.
 */
export function smileRange({ smile, earlierSmile, contractVolatilities }: Curves): [number, number] {
  const known = [...smile, ...earlierSmile, ...contractVolatilities].filter(Number.isFinite)
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const room = Math.max(high - low, 0.005)
  return [Math.max(0, low - room * 0.14) * 100, (high + room * 0.1) * 100]
}

function nearestQuote(curves: Curves, price: number): SmilePoint['quote'] {
  const { contractStrikes, contractBids, contractAsks } = curves
  let best = -1
  for (let index = 0; index < contractStrikes.length; index += 1) {
    const distance = Math.abs((contractStrikes[index] ?? Number.NaN) - price)
    if (best < 0 || distance < Math.abs((contractStrikes[best] ?? 0) - price)) best = index
  }
  const [strike, bid, ask] = [contractStrikes[best], contractBids[best], contractAsks[best]]
  if (strike === undefined || bid === undefined || ask === undefined || Number.isNaN(bid + ask))
    return undefined
  return { strike, bid, ask }
}
