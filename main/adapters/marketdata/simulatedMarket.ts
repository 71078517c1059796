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
import { tradingSession, type SessionTimes } from '../../core/session/calendar.ts'
import { CHOPPY_BELOW, marketRegime } from '../../core/volatility/realised.ts'
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
  type PathPoint,
} from './simulatedPath.ts'
import { modelPrice, type QuotedMarket } from './simulatedQuotes.ts'

/** Which day a market lives through. */
export interface MarketDay {
  readonly date: IsoDate
  readonly seed: number
  /**
   * Makes the day coarse: one step of the path and quotes of the whole chain at once in this time, which must divide a
   * minute (`RangeError` otherwise); index and statistics come with each minute. Undefined: ten steps a second.
   */
  readonly quoteEvery?: Milliseconds | undefined
  readonly model?: DayModel | undefined
}

/** The underlying of a simulated day and what its options are worth, without anybody quoting them. */
export class SimulatedMarket {
  readonly times: SessionTimes
  readonly model: DayModel
  readonly character: DayCharacter
  readonly isCoarse: boolean
  /** Time between two steps. */
  readonly pace: Milliseconds
  /** The seed of the day, made of the given one and the date. */
  readonly seed: number
  readonly #length: number
  readonly #law: AffineLaw | undefined
  readonly #path: Path
  /** The minutes so far, where an edge needs them. */
  readonly #minutes: Bar[] = []
  #push = 0

  constructor({ date, seed, quoteEvery, model = USUAL }: MarketDay) {
    this.model = model
    this.isCoarse = quoteEvery !== undefined
    this.pace = quoteEvery ?? 1000 / STEPS_PER_SECOND
    if (!(this.pace > 0) || MILLISECONDS_PER_MINUTE % this.pace !== 0)
      throw new RangeError(`quoteEvery must divide a minute, was ${this.pace}`)
    this.times = tradingSession(date)
    this.seed = hashText(date, seed)
    const random = createRandom(this.seed)
    this.character = drawDay(random.split('day'), 560 + 140 * random.split('level').uniform(), model)
    this.#length = (this.times.close - this.times.open) / MILLISECONDS_PER_MINUTE
    this.#law = model.dynamics === 'affine' ? affineLaw(model, this.#length) : undefined
    this.#path = this.#law
      ? createAffinePath(this.character, this.#length, random, model, this.#law, this.pace)
      : createPath(this.character, this.#length, random, model, 1000 / this.pace)
  }

  get point(): PathPoint {
    return this.#path.point
  }

  minuteAt(time: EpochMilliseconds): number {
    return (time - this.times.open) / MILLISECONDS_PER_MINUTE
  }

  /**
   * Goes to an instant, one pace after the one before. A coarse step ends at its instant and takes the activity of its
   * middle, so that the day realises its variance between open and close to the step; after the close nothing moves,
   * and what expired can be worth no more.
   */
  advance(time: EpochMilliseconds): void {
    const minute = this.minuteAt(time)
    const before = minute - this.pace / MILLISECONDS_PER_MINUTE
    if (!this.isCoarse) this.#path.step(minute, this.#push)
    else if (before >= 0 && minute <= this.#length) this.#path.step((before + minute) / 2, this.#push)
    this.#follow(time)
  }

  /** What the market makers quote around at the instant that was reached. */
  quotedAt(time: EpochMilliseconds): QuotedMarket {
    const minute = this.minuteAt(time)
    const { spot, skew } = this.point
    const common = { spot, skew, minute, length: this.#length }
    if (this.#law) return { ...common, ...this.#lawful(this.#law, minute) }
    const { halfLifeMinutes } = this.model.variance
    const atTheMoney = atTheMoneyVolatility(this.character, this.point, minute, this.#length, halfLifeMinutes)
    return { ...common, atTheMoney }
  }

  /** What the law of the market says of its options. */
  #lawful(law: AffineLaw, minute: number): Pick<QuotedMarket, 'atTheMoney' | 'timeValue'> {
    const { spot, variance } = this.point
    const smile = law.smileAt(minute, variance)
    const move: Price = this.character.startPrice * this.character.impliedDayMove
    const years = Math.max(yearsLeft(minute, this.#length), 1e-9)
    return {
      atTheMoney: (move * smile.atTheMoney) / (spot * Math.sqrt(years)),
      timeValue: strike => move * smile.timeValue((strike - spot) / move),
    }
  }

  /** A planted momentum takes its push from the regime at each minute. */
  #follow(time: EpochMilliseconds): void {
    const { edge } = this.model
    if (edge.kind !== 'momentum') return
    const spot = Math.round(this.point.spot * 100) / 100
    extendBars(this.#minutes, spot, 0, time)
    if (time % MILLISECONDS_PER_MINUTE !== 0) return
    const trend = clamp(marketRegime(this.#minutes, spot) / CHOPPY_BELOW, -1, 1)
    this.#push = edge.strength * trend * Math.sqrt(this.#length / 60)
  }
}

/** One day seen twice: at an instant, and when its options settle. */
export interface SettledDay {
  readonly spot: Price
  readonly settlement: Price
  /** What the options were worth at the instant, before anybody quoted them. */
  readonly worth: (right: 'call' | 'put', strike: Price) => Price
}

/** Lives a coarse day from the open to its settlement; `minute` is the instant, in minutes after the open. */
export function settleDay(
  day: MarketDay & { readonly quoteEvery: Milliseconds },
  minute: number,
): SettledDay {
  const market = new SimulatedMarket(day)
  const instant = market.times.open + minute * MILLISECONDS_PER_MINUTE
  let time = market.times.open
  for (; time <= instant; time += market.pace) market.advance(time)
  const quoted = market.quotedAt(instant)
  for (; time <= market.times.close; time += market.pace) market.advance(time)
  const { spot } = quoted
  return {
    spot,
    settlement: market.point.spot,
    worth: (right, strike) => modelPrice(strike, right === 'call', quoted),
  }
}
