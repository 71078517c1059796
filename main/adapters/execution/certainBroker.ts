import { at } from '../../core/base/assert.ts'
import type { EpochMilliseconds, Price } from '../../core/base/units.ts'
import { createChain, listMore, rowOf, writeQuote, type OptionChain } from '../../core/market/optionChain.ts'
import { comboQuote, onGrid } from '../../core/portfolio/comboQuote.ts'
import { orderFees, type FeeSchedule } from '../../core/portfolio/fees.ts'
import type { Order } from '../../core/portfolio/order.ts'
import { legKey, type Leg, type LegQuote } from '../../core/portfolio/structure.ts'
import type { Approved } from '../../core/risk/checkOrder.ts'
import { tradingSession, type SessionTimes } from '../../core/session/calendar.ts'
import type { BrokerEvent, MarketEvent } from '../../engine/event.ts'
import type { Broker } from '../../engine/ports.ts'

/**
 * A venue without chance, at the prices by which every suggestion is scored: an opening fills whole and at once at the
 * worst limit of its walk, a closing at the natural price. What training learns from; sizes on display do not count.
 */
export class CertainBroker implements Broker {
  readonly accountId = 'SIMCERTAIN'
  readonly #fees: FeeSchedule
  readonly #tell: (event: BrokerEvent) => void
  readonly #known = new Set<string>()
  #chain: OptionChain | undefined
  #times: SessionTimes | undefined
  #time: EpochMilliseconds = 0

  constructor(fees: FeeSchedule, tell: (event: BrokerEvent) => void) {
    this.#fees = fees
    this.#tell = tell
  }

  /** Says which account this is. It never knows more than it told. */
  connect(time: EpochMilliseconds): void {
    this.pass(time)
    this.#tell({ kind: 'accountConfirmed', time, id: this.accountId, mode: 'paper' })
  }

  /** Sees what the market says. */
  hear(event: MarketEvent): void {
    this.pass(event.time)
    if (event.kind === 'sessionOpened') {
      this.#chain = createChain(event.listing)
      this.#times = tradingSession(event.session.date)
      return
    }
    const chain = this.#chain
    if (!chain) return
    if (event.kind === 'contractsListed') this.#chain = listMore(chain, event.callStrikes, event.putStrikes)
    if (event.kind !== 'quotes') return
    for (let index = 0; index < event.count; index += 1) {
      const [bid, ask] = [at(event.bid, index), at(event.ask, index)]
      writeQuote(chain, at(event.rows, index), bid, ask, 0, 0, at(event.times, index))
    }
  }

  /** Lets time pass at the venue; nothing rests there. */
  pass(time: EpochMilliseconds): void {
    this.#time = Math.max(this.#time, time)
  }

  submit(order: Approved<Order>): void {
    const time = this.#time
    const refusal = this.#refusalOf(order)
    const price = this.#priceOf(order)
    if (refusal !== undefined || price === undefined) {
      const note = refusal ?? 'a leg is not quoted'
      this.#tell({ kind: 'orderRejected', time, order: order.id, note })
      return
    }
    this.#known.add(order.id)
    this.#tell({ kind: 'orderAcknowledged', time, order: order.id })
    this.#tell({
      kind: 'orderFilled',
      time,
      fill: {
        id: `${order.id}-${order.quantity}`,
        order: order.id,
        time,
        quantity: order.quantity,
        net: onGrid(price),
        fees: orderFees(order.legs, order.quantity, this.#fees),
        legs: order.legs.map(leg => ({ ...leg, price: this.#midOf(leg) })),
      },
    })
  }

  /** Orders end as they come: nothing rests that could be moved or cancelled. */
  replace(): void {
    return
  }

  cancel(): void {
    return
  }

  cancelAll(): void {
    return
  }

  #refusalOf(order: Order): string | undefined {
    if (this.#known.has(order.id)) return 'an order of this id was sent before'
    const isOpen = this.#times && this.#time >= this.#times.open && this.#time < this.#times.lastTrade
    return isOpen ? undefined : 'options are not trading'
  }

  #priceOf(order: Order): Price | undefined {
    const quotes: Record<string, LegQuote> = {}
    for (const leg of order.legs) {
      const quote = this.#legQuote(leg)
      if (quote) quotes[legKey(leg)] = quote
    }
    const quote = comboQuote(order.legs, quotes)
    return quote && (order.purpose === 'open' ? order.walk.end : quote.natural)
  }

  #legQuote({ right, strike }: Leg): LegQuote | undefined {
    const chain = this.#chain
    const row = chain ? rowOf(chain, right, strike) : -1
    if (!chain || row < 0 || at(chain.quoteTime, row) === 0) return undefined
    const [bid, ask] = [at(chain.bid, row), at(chain.ask, row)]
    return { right, strike, bid, ask, bidSize: 0, askSize: 0, age: 0 }
  }

  #midOf(leg: Leg): Price {
    const quote = this.#legQuote(leg)
    return quote ? (quote.bid + quote.ask) / 2 : 0
  }
}
