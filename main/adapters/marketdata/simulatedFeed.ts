import { createRandom, hashText } from '../../core/base/random.ts'
import { MILLISECONDS_PER_MINUTE, type EpochMilliseconds, type Price } from '../../core/base/units.ts'
import { extendBars, type Bar } from '../../core/market/bar.ts'
import type { SessionTimes } from '../../core/session/calendar.ts'
import type { MarketEvent } from '../../engine/event.ts'
import type { MarketSource, MarketStep } from '../../engine/ports.ts'
import { SimulatedMarket, type MarketDay } from './simulatedMarket.ts'
import { STEPS_PER_SECOND } from './simulatedPath.ts'
import {
  USUAL_IMPERFECTIONS,
  createMarketMakers,
  type Imperfections,
  type MarketMakers,
} from './simulatedQuotes.ts'

/** A simulated day, and how it is told. */
export interface SimulatedDay extends MarketDay {
  /** The instant to begin at; what came before is told as bars. Before the open it begins at the open. */
  readonly from?: EpochMilliseconds | undefined
  /** Strikes on each side of the money, a dollar apart. */
  readonly strikesEachSide?: number
  readonly imperfections?: Imperfections
}

const STRIKES_EACH_SIDE = 45
const STEP = 1000 / STEPS_PER_SECOND
const STATISTICS_EVERY = 5000

/** SPY on a simulated day: the same seed and date give the same day, tick by tick, at every pace and from every start. */
export function simulatedFeed(day: SimulatedDay): MarketSource {
  const walk = new SimulatedWalk(day)
  const start = walk.onGrid(
    Math.min(Math.max(day.from ?? walk.times.open, walk.times.open), walk.times.lastTrade),
  )
  const bars = walk.skipTo(start)
  return {
    start,
    opening: walk.opening(start, bars),
    next: () => Promise.resolve(walk.step()),
    close: () => Promise.resolve(),
  }
}

/** One day being walked forward and told, step by step. */
class SimulatedWalk {
  readonly times: SessionTimes
  readonly #day: SimulatedDay
  readonly #market: SimulatedMarket
  readonly #strikes: readonly Price[]
  readonly #makers: MarketMakers
  #time: EpochMilliseconds

  constructor(day: SimulatedDay) {
    this.#day = day
    this.#market = new SimulatedMarket(day)
    this.times = this.#market.times
    const each = day.strikesEachSide ?? STRIKES_EACH_SIDE
    const centre = Math.round(this.#market.character.startPrice)
    this.#strikes = Array.from({ length: 2 * each + 1 }, (_, index) => centre - each + index)
    const imperfections = day.imperfections ?? USUAL_IMPERFECTIONS
    const seed = hashText('makers', this.#market.seed)
    this.#makers = createMarketMakers(this.#strikes, centre, seed, imperfections, this.#market.model.quotes)
    this.#time = this.times.open
  }

  /** The instant of the last step at or before an instant. */
  onGrid(instant: EpochMilliseconds): EpochMilliseconds {
    const { isCoarse, pace } = this.#market
    return isCoarse ? instant - ((instant - this.times.open) % pace) : instant
  }

  /** Walks to an instant without quoting the options; gives the bars of the underlying on the way. */
  skipTo(instant: EpochMilliseconds): Bar[] {
    const bars: Bar[] = []
    while (this.#time < instant) {
      this.#advance()
      extendBars(bars, cents(this.#market.point.spot), this.#shares(this.#time), this.#time)
      this.#time += this.#market.pace
    }
    return bars
  }

  /** The next step; after the last trade the next minute, in which nothing is quoted. */
  step(): MarketStep | undefined {
    const now = this.#time
    if (now >= this.times.watchEnd) return undefined
    if (now >= this.times.lastTrade) {
      this.#time += MILLISECONDS_PER_MINUTE
      const isLast = this.#time >= this.times.watchEnd
      return { time: now, events: isLast ? [{ kind: 'sessionEnded', time: now }] : [] }
    }
    this.#advance()
    this.#time += this.#market.pace
    return { time: now, events: this.#events(now) }
  }

  /** What is known before the first step. */
  opening(start: EpochMilliseconds, bars: readonly Bar[]): MarketEvent[] {
    const { date, seed } = this.#day
    const listed = { callStrikes: this.#strikes, putStrikes: this.#strikes }
    return [
      {
        kind: 'sessionOpened',
        time: start,
        session: {
          id: `${date}-simulated-${seed}`,
          date,
          underlying: 'SPY',
          style: 'american',
          source: `simulated, seed ${seed}`,
          quoteInterval: Math.max(1000, this.#market.pace),
          previousClose: this.#market.character.previousClose,
        },
        listing: { underlying: 'SPY', expiry: date, style: 'american', ...listed },
      },
      { kind: 'barsBackfilled', time: start, bars },
    ]
  }

  #advance(): void {
    this.#market.advance(this.#time)
    if (this.#time % MILLISECONDS_PER_MINUTE !== 0) return
    this.#makers.beginMinute(this.#market.minuteAt(this.#time), this.#market.quotedAt(this.#time))
  }

  #events(now: EpochMilliseconds): MarketEvent[] {
    const market = this.#market.quotedAt(now)
    const { isCoarse, point, character } = this.#market
    const last = cents(point.spot)
    const [bid, ask] = [cents(last - 0.01), last]
    const slice = Math.round((now % 1000) / STEP)
    const events: MarketEvent[] = [
      { kind: 'underlying', time: now, bid, ask, last, volume: this.#shares(now) },
      isCoarse ? this.#makers.quoteAll(now, market) : this.#makers.quote(slice, now, market),
    ]
    if (now % (isCoarse ? MILLISECONDS_PER_MINUTE : STATISTICS_EVERY) === 0) {
      const volume = this.#makers.volume((now % MILLISECONDS_PER_MINUTE) / MILLISECONDS_PER_MINUTE)
      const value = this.#volatilityIndex()
      events.push(
        { kind: 'volatilityIndex', time: now, value, previousClose: character.volatilityIndex },
        { kind: 'statistics', time: now, volume, openInterest: this.#makers.openInterest },
      )
    }
    return events
  }

  /** VIX follows the variance of the day, damped, because it looks a month ahead. */
  #volatilityIndex(): number {
    const { point, character } = this.#market
    const move = Math.log(point.spot / character.previousClose)
    return cents(character.volatilityIndex * Math.exp(0.06 * Math.log(point.variance) - 3.5 * move))
  }

  #shares(time: EpochMilliseconds): number {
    const { seed, isCoarse, pace, point } = this.#market
    const draw = createRandom(hashText('shares', seed ^ Math.round(time / STEP))).uniform()
    const usual = 900 * (isCoarse ? pace / STEP : 1)
    return Math.ceil(usual * point.variance * -Math.log(1 - draw))
  }
}

function cents(price: Price): Price {
  return Math.round(price * 100) / 100
}
