import type { PulseFrame } from '../../contract/frames.ts'
import type { EpochMilliseconds } from '../../core/base/units.ts'
import { volumeWeightedAveragePrice } from '../../core/market/bar.ts'
import { marketRegime, realisedVolatility } from '../../core/volatility/realised.ts'
import { smileVolatility } from '../../core/volatility/smile.ts'
import { staleAfter } from '../book/accounts.ts'
import { heldPositions, openDecision } from '../book/book.ts'
import { bookMark, emptyMark } from '../bookMark.ts'
import type { Engine } from '../engine.ts'
import { marketPhase, type Market } from '../market.ts'
import { dayAttribution, dayFactors, positionFrame, riskFrame, sumGreeks } from './holdingFrames.ts'

/** What only the program around the engine knows. */
export type PulseSurroundings = Pick<PulseFrame, 'heartbeats' | 'pricer' | 'playback' | 'recording'>

/** The figures of the strip, the positions and the risk bar at an instant. */
export function pulseFrame(engine: Engine, time: EpochMilliseconds, around: PulseSurroundings): PulseFrame {
  const { book, market } = engine
  const mark = market ? bookMark(market, book, time) : emptyMark(time)
  const held = heldPositions(book)
  const positions = held.map(position => positionFrame(book, position, mark))
  return {
    time,
    phase: market ? marketPhase(market, time) : 'closed',
    ...marketFigures(market),
    staleAfter: staleAfter(book),
    nextDecision: nextDecision(engine),
    positions,
    bookGreeks: sumGreeks(positions),
    attribution: dayAttribution(book, mark),
    factors: dayFactors(book, mark),
    risk: riskFrame(book, market, mark),
    ...around,
  }
}

type MarketFigures = Pick<
  PulseFrame,
  | 'spot'
  | 'previousClose'
  | 'volatilityIndex'
  | 'forward'
  | 'expectedMove'
  | 'openingMove'
  | 'impliedVolatility'
  | 'realisedVolatility'
  | 'regime'
  | 'bar'
  | 'volumeWeightedAveragePrice'
>

function marketFigures(market: Market | undefined): MarketFigures {
  const smile = market?.smile
  const spot = market?.spot
  const bars = market?.bars ?? []
  return {
    spot,
    previousClose: market?.info.previousClose,
    volatilityIndex: market?.volatilityIndex,
    forward: smile?.forward,
    expectedMove: market?.move,
    openingMove: market?.firstMove?.move,
    impliedVolatility: smile && smileVolatility(smile, smile.forward),
    realisedVolatility: realisedVolatility(bars),
    regime: spot ? marketRegime(bars, spot.last) : 0,
    bar: bars.at(-1),
    volumeWeightedAveragePrice: bars.length > 0 ? volumeWeightedAveragePrice(bars) : undefined,
  }
}

function nextDecision(engine: Engine): EpochMilliseconds | undefined {
  const open = openDecision(engine.book)
  if (open) return open.action === 'noTrade' ? open.expiresAt : undefined
  const cadence = engine.book.rules?.cadence
  const last = [...engine.book.decisions.values()].at(-1)
  return last && cadence !== undefined ? last.time + cadence : undefined
}
