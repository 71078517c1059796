import { createRandom, hashText } from '../../core/base/random.ts'
import type { EpochMilliseconds, IsoDate, Milliseconds } from '../../core/base/units.ts'
import { at } from '../../core/base/assert.ts'
import { createChain, rowOf, writeQuote, listMore, type OptionChain } from '../../core/market/optionChain.ts'
import { comboQuote, onGrid, type ComboQuote } from '../../core/portfolio/comboQuote.ts'
import { orderFees, type FeeSchedule } from '../../core/portfolio/fees.ts'
import { isOpenOrder, type Fill, type Order } from '../../core/portfolio/order.ts'
import { legKey, type Leg, type LegQuote } from '../../core/portfolio/structure.ts'
import type { Approved } from '../../core/risk/checkOrder.ts'
import { tradingSession, type SessionTimes } from '../../core/session/calendar.ts'
import type { BrokerEvent, MarketEvent } from '../../engine/event.ts'
import type { Broker } from '../../engine/ports.ts'
import type { BrokerLog } from './brokerLog.ts'

/** How the simulated venue behaves. */
export interface VenueRules {
  readonly fees: FeeSchedule
  /** Chance that an order is rejected for no reason of ours, for drills. */
  readonly rejectShare: number
  readonly seed: number
}

/** Chance a second that a resting order at the mid finds somebody, and what giving way to the natural price adds. */
const FILL_RATE_AT_MID = 0.02
const FILL_RATE_NEAR_NATURAL = 0.25

/** A wait before the venue looks at an order again. */
const LOOK_EVERY: Milliseconds = 100

/**
 * A broker and its venue on the quotes of the feed. At the natural price an order fills at once, as far as the
 * displayed sizes go; inside the spread it may find somebody, the likelier the more it gives way; beyond the mid it
 * waits. Combinations trade whole, legs never alone. It keeps its own log, which outlives us.
 */
export class SimulatedBroker implements Broker {
  readonly accountId = 'SIM0DTE'
  readonly #rules: VenueRules
  readonly #log: BrokerLog
  readonly #tell: (event: BrokerEvent) => void
  readonly #wallClock: () => number
  readonly #orders = new Map<string, Order>()
  readonly #fills: Fill[] = []
  #chain: OptionChain | undefined
  /** Contracts that fills have taken of the sizes on display, by row: of the bid, then of the ask. */
  readonly #taken = new Map<number, readonly [bid: number, ask: number]>()
  #times: SessionTimes | undefined
  #time: EpochMilliseconds = 0
  #lookedAt: EpochMilliseconds = 0

  constructor(
    rules: VenueRules,
    log: BrokerLog,
    wallClock: () => number,
    tell: (event: BrokerEvent) => void,
  ) {
    this.#rules = rules
    this.#log = log
    this.#tell = tell
    this.#wallClock = wallClock
    for (const record of log.read()) {
      this.#orders.set(record.order.id, record.order)
      if (record.kind === 'fill') this.#fills.push(record.fill)
    }
  }

  /** Says which account this is and everything it knows of it; what was working when we died is still working. */
  connect(time: EpochMilliseconds): void {
    this.#time = Math.max(this.#time, time)
    this.#tell({ kind: 'accountConfirmed', time, id: this.accountId, mode: 'paper' })
    this.#tell({ kind: 'reconciled', time, orders: [...this.#orders.values()], fills: this.#fills.slice() })
  }

  /** Sees what the market says. */
  hear(event: MarketEvent): void {
    this.#time = Math.max(this.#time, event.time)
    if (event.kind === 'sessionOpened') {
      this.#chain = createChain(event.listing)
      this.#times = tradingSession(event.session.date)
      this.#taken.clear()
      this.#expireOrders(event.session.date)
      return
    }
    if (!this.#chain) return
    if (event.kind === 'quotesConfirmed') this.#taken.clear()
    if (event.kind === 'contractsListed')
      this.#chain = listMore(this.#chain, event.callStrikes, event.putStrikes)
    if (event.kind === 'quotes') {
      for (let index = 0; index < event.count; index += 1) {
        const sizes = [at(event.bidSize, index), at(event.askSize, index)] as const
        this.#taken.delete(at(event.rows, index))
        writeQuote(
          this.#chain,
          at(event.rows, index),
          at(event.bid, index),
          at(event.ask, index),
          ...sizes,
          at(event.times, index),
        )
      }
    }
  }

  /** Lets time pass at the venue: working orders are looked at. */
  pass(time: EpochMilliseconds): void {
    this.#time = Math.max(this.#time, time)
    if (this.#time - this.#lookedAt < LOOK_EVERY) return
    const since = this.#lookedAt === 0 ? LOOK_EVERY : Math.min(60_000, this.#time - this.#lookedAt)
    this.#lookedAt = this.#time
    for (const order of this.#orders.values()) if (order.status === 'working') this.#tryFill(order, since)
  }

  submit(order: Approved<Order>): void {
    const known = this.#orders.get(order.id)
    if (known) return this.#answerAgain(known)
    const refusal = this.#refusalOf(order)
    if (refusal) {
      this.#write({ ...order, status: 'rejected', note: refusal })
      this.#tell({ kind: 'orderRejected', time: this.#time, order: order.id, note: refusal })
      return
    }
    const working: Order = { ...order, status: 'working' }
    this.#write(working)
    this.#tell({ kind: 'orderAcknowledged', time: this.#time, order: order.id })
    this.#tryFill(working, LOOK_EVERY)
  }

  replace(order: Approved<Order>): void {
    const known = this.#orders.get(order.id)
    if (!known || known.status !== 'working') return
    const changed: Order = { ...known, limit: order.limit, stepsTaken: order.stepsTaken }
    this.#write(changed)
    this.#tryFill(changed, LOOK_EVERY)
  }

  cancel(orderId: string): void {
    const order = this.#orders.get(orderId)
    if (!order || !isOpenOrder(order)) return
    this.#write({ ...order, status: 'cancelled', note: 'cancelled on request' })
    this.#tell({ kind: 'orderCancelled', time: this.#time, order: orderId, note: 'cancelled on request' })
  }

  cancelAll(): void {
    for (const id of this.#orders.keys()) this.cancel(id)
  }

  /** What was sent before is not done again, and stays what it is. */
  #answerAgain(known: Order): void {
    const [time, order] = [this.#time, known.id]
    if (isOpenOrder(known)) return this.#tell({ kind: 'orderAcknowledged', time, order })
    this.#tell({ kind: 'orderRejected', time, order, note: 'an order of this id was sent before' })
  }

  /** Orders are good for their day. */
  #expireOrders(today: IsoDate): void {
    for (const order of this.#orders.values()) {
      if (isOpenOrder(order) && order.structure.expiry < today)
        this.#write({ ...order, status: 'cancelled', note: 'its day is over' })
    }
  }

  #tryFill(order: Order, since: Milliseconds): void {
    if (!this.#times || this.#time >= this.#times.lastTrade) return
    const quote = this.#quoteOf(order.legs)
    if (!quote) return
    const left = order.quantity - order.filled
    if (order.limit <= quote.natural + 1e-9) {
      const lots = Math.min(left, Math.max(0, Math.floor(quote.naturalSize)))
      if (lots > 0) this.#fill(order, lots, quote.natural)
      return
    }
    const give = (quote.mid - order.limit) / (quote.mid - quote.natural)
    if (give < -1e-9) return
    const rate = FILL_RATE_AT_MID + FILL_RATE_NEAR_NATURAL * Math.max(0, give) ** 2
    const chance = createRandom(hashText(order.id, this.#rules.seed ^ Math.round(this.#time / LOOK_EVERY)))
    if (chance.uniform() < 1 - Math.exp((-rate * since) / 1000)) {
      this.#fill(order, Math.min(left, 1 + chance.below(left)), order.limit)
    }
  }

  #fill(order: Order, lots: number, net: number): void {
    const filled = order.filled + lots
    const changed: Order = { ...order, filled, status: filled >= order.quantity ? 'filled' : 'working' }
    const fill: Fill = {
      id: `${order.id}-${filled}`,
      order: order.id,
      time: this.#time,
      quantity: lots,
      net: onGrid(net),
      fees: orderFees(order.legs, lots, this.#rules.fees),
      legs: order.legs.map(leg => ({ ...leg, price: this.#legPrice(leg) })),
    }
    this.#takeSizes(order.legs, lots)
    this.#fills.push(fill)
    this.#orders.set(order.id, changed)
    this.#log.append({ kind: 'fill', at: this.#wallClock(), fill, order: changed })
    this.#tell({ kind: 'orderFilled', time: this.#time, fill })
  }

  /** What one fill took of a size on display is not there for the next, until the quote is new. */
  #takeSizes(legs: readonly Leg[], lots: number): void {
    const chain = this.#chain
    if (!chain) return
    for (const leg of legs) {
      const row = rowOf(chain, leg.right, leg.strike)
      const [bid, ask] = this.#taken.get(row) ?? [0, 0]
      this.#taken.set(row, leg.ratio > 0 ? [bid, ask + lots] : [bid + lots, ask])
    }
  }

  #write(order: Order): void {
    this.#orders.set(order.id, order)
    this.#log.append({ kind: 'order', at: this.#wallClock(), order })
  }

  #refusalOf(order: Order): string | undefined {
    if (!this.#times || this.#time < this.#times.open || this.#time >= this.#times.lastTrade)
      return 'options are not trading'
    if (!this.#quoteOf(order.legs)) return 'a leg is not quoted'
    const isUnlucky = createRandom(hashText(order.id, this.#rules.seed)).uniform() < this.#rules.rejectShare
    return isUnlucky ? 'rejected by the venue' : undefined
  }

  #quoteOf(legs: readonly Leg[]): ComboQuote | undefined {
    const quotes: Record<string, LegQuote> = {}
    for (const leg of legs) {
      const quote = this.#legQuote(leg)
      if (quote) quotes[legKey(leg)] = quote
    }
    return comboQuote(legs, quotes)
  }

  #legQuote(leg: Leg): LegQuote | undefined {
    const chain = this.#chain
    const row = chain ? rowOf(chain, leg.right, leg.strike) : -1
    if (!chain || row < 0 || at(chain.quoteTime, row) === 0) return undefined
    const [bidTaken, askTaken] = this.#taken.get(row) ?? [0, 0]
    return {
      right: leg.right,
      strike: leg.strike,
      bid: at(chain.bid, row),
      ask: at(chain.ask, row),
      bidSize: at(chain.bidSize, row) - bidTaken,
      askSize: at(chain.askSize, row) - askTaken,
      age: Math.max(0, this.#time - at(chain.quoteTime, row)),
    }
  }

  /** Legs are reported at their mids; the net is what was agreed. */
  #legPrice(leg: Leg): number {
    const quote = this.#legQuote(leg)
    return quote ? (quote.bid + quote.ask) / 2 : 0
  }
}
