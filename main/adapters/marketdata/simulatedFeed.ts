import { createRandom, hashText } from '../../core/base/random.ts'
import { clamp } from '../../core/base/statistics.ts'
import {
  MILLISECONDS_PER_MINUTE,
  type EpochMilliseconds,
  type IsoDate,
  type Milliseconds,
  type Price,
} from '../../core/base/units.ts'
import { extendBars, type Bar } from '../../core/market/bar.ts'
import { CHOPPY_BELOW, marketRegime } from '../../core/volatility/realised.ts'
import { tradingSession, type SessionTimes } from '../../core/session/calendar.ts'
import type { MarketEvent } from '../../engine/event.ts'
import type { MarketSource, MarketStep } from '../../engine/ports.ts'
import { createAffinePath } from './simulatedAffinePath.ts'
import { affineLaw, type AffineLaw } from './simulatedLaw.ts'
import { USUAL, type DayModel } from './simulatedModel.ts'
import {
  STEPS_PER_SECOND,
  atTheMoneyVolatility,
  createPath,
  drawDay,
  yearsLeft,
  type DayCharacter,
  type Path,
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
  /**
   * Makes the day coarse: one step of the path and quotes of the whole chain at once in this time, which must divide a
   * minute (`RangeError` otherwise); index and statistics come with each minute. Undefined: ten steps a second.
   */
  readonly quoteEvery?: Milliseconds | undefined
  readonly model?: DayModel | undefined
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

/** One day being walked forward, ten steps a second, or a step in every so many milliseconds. */
class SimulatedWalk {
  readonly times: SessionTimes
  readonly #day: SimulatedDay
  readonly #model: DayModel
  readonly #isCoarse: boolean
  readonly #pace: Milliseconds
  readonly #character: DayCharacter
  readonly #length: number
  readonly #strikes: readonly Price[]
  readonly #law: AffineLaw | undefined
  readonly #path: Path
  /** The minutes so far, where an edge needs them. */
  readonly #minutes: Bar[] = []
  #push = 0
  readonly #makers: MarketMakers
  readonly #seed: number
  #time: EpochMilliseconds

  constructor(day: SimulatedDay) {
    this.#day = day
    this.#model = day.model ?? USUAL
    this.#isCoarse = day.quoteEvery !== undefined
    this.#pace = day.quoteEvery ?? STEP
    if (!(this.#pace > 0) || MILLISECONDS_PER_MINUTE % this.#pace !== 0)
      throw new RangeError(`quoteEvery must divide a minute, was ${this.#pace}`)
    this.times = tradingSession(day.date)
    this.#seed = hashText(day.date, day.seed)
    const random = createRandom(this.#seed)
    const level = 560 + 140 * random.split('level').uniform()
    this.#character = drawDay(random.split('day'), level, this.#model)
    this.#length = (this.times.close - this.times.open) / MILLISECONDS_PER_MINUTE
    this.#law = this.#model.dynamics === 'affine' ? affineLaw(this.#model, this.#length) : undefined
    this.#path = this.#law
      ? createAffinePath(this.#character, this.#length, random, this.#model, this.#law, this.#pace)
      : createPath(this.#character, this.#length, random, this.#model, 1000 / this.#pace)
    const each = day.strikesEachSide ?? STRIKES_EACH_SIDE
    const centre = Math.round(this.#character.startPrice)
    this.#strikes = Array.from({ length: 2 * each + 1 }, (_, index) => centre - each + index)
    const imperfections = day.imperfections ?? USUAL_IMPERFECTIONS
    const seed = hashText('makers', this.#seed)
    this.#makers = createMarketMakers(this.#strikes, centre, seed, imperfections, this.#model.quotes)
    this.#time = this.times.open
  }

  /** The instant of the last step at or before an instant. */
  onGrid(instant: EpochMilliseconds): EpochMilliseconds {
    return this.#isCoarse ? instant - ((instant - this.times.open) % this.#pace) : instant
  }

  /** Walks to an instant without quoting the options; gives the bars of the underlying on the way. */
  skipTo(instant: EpochMilliseconds): Bar[] {
    const bars: Bar[] = []
    while (this.#time < instant) {
      this.#advance()
      extendBars(bars, cents(this.#path.point.spot), this.#shares(this.#time), this.#time)
      this.#time += this.#pace
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
    this.#time += this.#pace
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
          quoteInterval: Math.max(1000, this.#pace),
          previousClose: this.#character.previousClose,
        },
        listing: { underlying: 'SPY', expiry: date, style: 'american', ...listed },
      },
      { kind: 'barsBackfilled', time: start, bars },
    ]
  }

  #advance(): void {
    const minute = this.#minuteAt(this.#time)
    this.#walk(minute)
    if (this.#time % MILLISECONDS_PER_MINUTE === 0) this.#makers.beginMinute(minute, this.#market(minute))
    this.#follow()
  }

  /**
   * A coarse step ends at its instant and takes the activity of its middle, so that the day realises its variance
   * between open and close to the step; after the close nothing moves, and what expired can be worth no more.
   */
  #walk(minute: number): void {
    if (!this.#isCoarse) return this.#path.step(minute, this.#push)
    const before = minute - this.#pace / MILLISECONDS_PER_MINUTE
    if (before >= 0 && minute <= this.#length) this.#path.step((before + minute) / 2, this.#push)
  }

  /** A planted momentum takes its push from the regime at each minute. */
  #follow(): void {
    const { edge } = this.#model
    if (edge.kind !== 'momentum') return
    const { spot } = this.#path.point
    extendBars(this.#minutes, cents(spot), 0, this.#time)
    if (this.#time % MILLISECONDS_PER_MINUTE !== 0) return
    const trend = clamp(marketRegime(this.#minutes, cents(spot)) / CHOPPY_BELOW, -1, 1)
    this.#push = edge.strength * trend * Math.sqrt(this.#length / 60)
  }

  #events(now: EpochMilliseconds): MarketEvent[] {
    const market = this.#market(this.#minuteAt(now))
    const last = cents(this.#path.point.spot)
    const [bid, ask] = [cents(last - 0.01), last]
    const slice = Math.round((now % 1000) / STEP)
    const quotes = this.#isCoarse
      ? this.#makers.quoteAll(now, market)
      : this.#makers.quote(slice, now, market)
    const events: MarketEvent[] = [
      { kind: 'underlying', time: now, bid, ask, last, volume: this.#shares(now) },
      quotes,
    ]
    if (now % (this.#isCoarse ? MILLISECONDS_PER_MINUTE : STATISTICS_EVERY) === 0) {
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
    const { spot, skew } = point
    const common = { spot, skew, minute, length: this.#length }
    if (this.#law) return { ...common, ...this.#lawful(this.#law, minute) }
    const { halfLifeMinutes } = this.#model.variance
    const atTheMoney = atTheMoneyVolatility(this.#character, point, minute, this.#length, halfLifeMinutes)
    return { ...common, atTheMoney }
  }

  /** What the law of the market says of its options. */
  #lawful(law: AffineLaw, minute: number): Pick<QuotedMarket, 'atTheMoney' | 'timeValue'> {
    const { spot, variance } = this.#path.point
    const smile = law.smileAt(minute, variance)
    const move = this.#character.startPrice * this.#character.impliedDayMove
    const years = Math.max(yearsLeft(minute, this.#length), 1e-9)
    return {
      atTheMoney: (move * smile.atTheMoney) / (spot * Math.sqrt(years)),
      timeValue: strike => move * smile.timeValue((strike - spot) / move),
    }
  }

  /** VIX follows the variance of the day, damped, because it looks a month ahead. */
  #volatilityIndex(): number {
    const { point } = this.#path
    const move = Math.log(point.spot / this.#character.previousClose)
    return cents(this.#character.volatilityIndex * Math.exp(0.06 * Math.log(point.variance) - 3.5 * move))
  }

  #shares(time: EpochMilliseconds): number {
    const draw = createRandom(hashText('shares', this.#seed ^ Math.round(time / STEP))).uniform()
    const usual = 900 * (this.#isCoarse ? this.#pace / STEP : 1)
    return Math.ceil(usual * this.#path.point.variance * -Math.log(1 - draw))
  }

  #minuteAt(time: EpochMilliseconds): number {
    return (time - this.times.open) / MILLISECONDS_PER_MINUTE
  }
}

function cents(price: Price): Price {
  return Math.round(price * 100) / 100
}
