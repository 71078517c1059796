import { createRandom, hashText } from '../../core/base/random.ts'
import {
  MILLISECONDS_PER_MINUTE,
  type EpochMilliseconds,
  type IsoDate,
  type Price,
} from '../../core/base/units.ts'
import { extendBars, type Bar } from '../../core/market/bar.ts'
import { tradingSession, type SessionTimes } from '../../core/session/calendar.ts'
import type { MarketEvent } from '../../engine/event.ts'
import type { MarketSource, MarketStep } from '../../engine/ports.ts'
import {
  STEPS_PER_SECOND,
  atTheMoneyVolatility,
  createPath,
  drawDay,
  type DayCharacter,
} from './simulatedPath.ts'
import {
  USUAL_IMPERFECTIONS,
  createMarketMakers,
  type Imperfections,
  type MarketMakers,
  type QuotedMarket,
} from './simulatedQuotes.ts'

/** A simulated day. */
export interface SimulatedDay {
  readonly date: IsoDate
  readonly seed: number
  /** The instant to begin at; what came before is told as bars. Before the open it begins at the open. */
  readonly from?: EpochMilliseconds | undefined
  /** Strikes on each side of the money, a dollar apart. */
  readonly strikesEachSide?: number
  readonly imperfections?: Imperfections
}

const STRIKES_EACH_SIDE = 45
const STEP = 1000 / STEPS_PER_SECOND

/** SPY on a simulated day: the same seed and date give the same day, tick by tick, at every pace and from every start. */
export function simulatedFeed(day: SimulatedDay): MarketSource {
  const walk = new SimulatedWalk(day)
  const start = Math.min(Math.max(day.from ?? walk.times.open, walk.times.open), walk.times.lastTrade)
  const bars = walk.skipTo(start)
  return {
    start,
    opening: walk.opening(start, bars),
    next: () => Promise.resolve(walk.step()),
    close: () => Promise.resolve(),
  }
}

/** One day being walked forward, ten steps a second. */
class SimulatedWalk {
  readonly times: SessionTimes
  readonly #day: SimulatedDay
  readonly #character: DayCharacter
  readonly #length: number
  readonly #strikes: readonly Price[]
  readonly #path: ReturnType<typeof createPath>
  readonly #makers: MarketMakers
  readonly #seed: number
  #time: EpochMilliseconds

  constructor(day: SimulatedDay) {
    this.#day = day
    this.times = tradingSession(day.date)
    this.#seed = hashText(day.date, day.seed)
    const random = createRandom(this.#seed)
    this.#character = drawDay(random.split('day'), 560 + 140 * random.split('level').uniform())
    this.#length = (this.times.close - this.times.open) / MILLISECONDS_PER_MINUTE
    this.#path = createPath(this.#character, this.#length, random)
    const each = day.strikesEachSide ?? STRIKES_EACH_SIDE
    const centre = Math.round(this.#character.startPrice)
    this.#strikes = Array.from({ length: 2 * each + 1 }, (_, index) => centre - each + index)
    const imperfections = day.imperfections ?? USUAL_IMPERFECTIONS
    this.#makers = createMarketMakers(this.#strikes, centre, hashText('makers', this.#seed), imperfections)
    this.#time = this.times.open
  }

  /** Walks to an instant without quoting the options; gives the bars of the underlying on the way. */
  skipTo(instant: EpochMilliseconds): Bar[] {
    const bars: Bar[] = []
    while (this.#time < instant) {
      this.#advance()
      extendBars(bars, cents(this.#path.point.spot), this.#shares(this.#time), this.#time)
      this.#time += STEP
    }
    return bars
  }

  /** The next tenth of a second; after the last trade the next minute, in which nothing is quoted. */
  step(): MarketStep | undefined {
    const now = this.#time
    if (now >= this.times.watchEnd) return undefined
    if (now >= this.times.lastTrade) {
      this.#time += MILLISECONDS_PER_MINUTE
      const isLast = this.#time >= this.times.watchEnd
      return { time: now, events: isLast ? [{ kind: 'sessionEnded', time: now }] : [] }
    }
    this.#advance()
    this.#time += STEP
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
          quoteInterval: 1000,
          previousClose: this.#character.previousClose,
        },
        listing: { underlying: 'SPY', expiry: date, style: 'american', ...listed },
      },
      { kind: 'barsBackfilled', time: start, bars },
    ]
  }

  #advance(): void {
    const minute = this.#minuteAt(this.#time)
    this.#path.step(minute)
    if (this.#time % MILLISECONDS_PER_MINUTE === 0) this.#makers.beginMinute(minute, this.#market(minute))
  }

  #events(now: EpochMilliseconds): MarketEvent[] {
    const minute = this.#minuteAt(now)
    const slice = Math.round((now % 1000) / STEP)
    const last = cents(this.#path.point.spot)
    const [bid, ask] = [cents(last - 0.01), last]
    const events: MarketEvent[] = [
      { kind: 'underlying', time: now, bid, ask, last, volume: this.#shares(now) },
      this.#makers.quote(slice, now, this.#market(minute)),
    ]
    if (slice === 0 && (now / 1000) % 5 === 0) {
      const volume = this.#makers.volume((now % MILLISECONDS_PER_MINUTE) / MILLISECONDS_PER_MINUTE)
      const value = this.#volatilityIndex()
      events.push(
        { kind: 'volatilityIndex', time: now, value, previousClose: this.#character.volatilityIndex },
        { kind: 'statistics', time: now, volume, openInterest: this.#makers.openInterest },
      )
    }
    return events
  }

  #market(minute: number): QuotedMarket {
    const { point } = this.#path
    const atTheMoney = atTheMoneyVolatility(this.#character, point, minute, this.#length)
    return { spot: point.spot, atTheMoney, skew: point.skew, minute, length: this.#length }
  }

  /** VIX follows the variance of the day, damped, because it looks a month ahead. */
  #volatilityIndex(): number {
    const { point } = this.#path
    const move = Math.log(point.spot / this.#character.previousClose)
    return cents(this.#character.volatilityIndex * Math.exp(0.06 * Math.log(point.variance) - 3.5 * move))
  }

  #shares(time: EpochMilliseconds): number {
    const draw = createRandom(hashText('shares', this.#seed ^ Math.round(time / STEP))).uniform()
    return Math.ceil(900 * this.#path.point.variance * -Math.log(1 - draw))
  }

  #minuteAt(time: EpochMilliseconds): number {
    return (time - this.times.open) / MILLISECONDS_PER_MINUTE
  }
}

function cents(price: Price): Price {
  return Math.round(price * 100) / 100
}
