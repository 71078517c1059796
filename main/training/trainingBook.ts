import { at, invariant } from '../core/base/assert.ts'
import { CONTRACT_MULTIPLIER, type Dollars, type Price } from '../core/base/units.ts'
import { observe } from '../core/features/observation.ts'
import { rememberAnswer, rememberTrade, type Recollection } from '../core/memory/recollection.ts'
import { ACTIONS, ACTION_COUNT, actionIndex, targetDelta, type Action } from '../core/policy/action.ts'
import { marginRequirement } from '../core/portfolio/margin.ts'
import { openProfit, type Position } from '../core/portfolio/position.ts'
import type { Limits } from '../core/risk/limits.ts'
import { riskScore } from '../core/risk/riskScore.ts'
import type { Lockout, RiskState } from '../core/risk/riskState.ts'
import { mostAtRisk, shutReason } from '../engine/offer.ts'
import { readClosing, type ClosingQuote } from './quoteTape.ts'
import { MOST_LEGS, OPENINGS, beatTime, type SessionTable } from './sessionTable.ts'
import {
  closedPosition,
  endedPosition,
  lotsOf,
  openedPosition,
  passesGate,
  scoredNet,
  settledPosition,
} from './trainingTrade.ts'

/** A trade of a session by numbers alone, enough to put it back. */
export interface TradeRecord {
  /** Its row in the opening columns of the table. */
  readonly opening: number
  readonly quantity: number
  /** The beat it was closed at, -1 while it is held. */
  readonly closedAt: number
  /** What closing it brought, net a share. */
  readonly closingNet: Price
  /** Open profit when its legs were last quoted. */
  readonly lastOpen: Dollars
}

/** Lots of one opening, held or closed. */
interface Holding {
  readonly opening: number
  position: Position
  closedAt: number
  closingNet: Price
  lastOpen: Dollars
}

const CLOSE = actionIndex('close')

/** The opening of each action, -1 where it opens nothing; and the action of each opening. */
const OPENING_OF = Int8Array.from(ACTIONS, action => OPENINGS.indexOf(action))
const ACTION_OF = Int8Array.from(OPENINGS, actionIndex)

/** What the end of an opening walk asks for stale quotes: older than any limit. */
const NEVER_FRESH = Number.POSITIVE_INFINITY

/**
 * The book of one compiled session: what of the engine's durable half can matter to what a policy sees, may do and
 * earns. The trader says yes to everything at once, and the venue is certain: an opening fills at the end of its walk,
 * a closing at the natural price. Exits, scores, lockout and decisions come in the order of the engine; where a leg
 * that is held is stale, its position counts at its last fresh mid.
 */
export class TrainingBook {
  readonly table: SessionTable
  readonly #limits: Limits
  readonly #daysSinceSimilar: number | undefined
  readonly #holdings: Holding[] = []
  readonly #quote: ClosingQuote = { natural: 0, mid: 0, isStale: false }
  #recollection: Recollection
  #lockout: Lockout | undefined
  #beat = -1

  constructor(
    table: SessionTable,
    limits: Limits,
    recollection: Recollection,
    daysSinceSimilar: number | undefined,
  ) {
    this.table = table
    this.#recollection = { ...recollection, suggestionsThisSession: 0 }
    this.#limits = limits
    this.#daysSinceSimilar = daysSinceSimilar
  }

  /** The last beat that was lived, -1 before the first. */
  get beat(): number {
    return this.#beat
  }

  get recollection(): Recollection {
    return this.#recollection
  }

  get isLockedOut(): boolean {
    return this.#lockout !== undefined
  }

  /** Whether nothing will be decided any more in this session. */
  get isOver(): boolean {
    return this.#lockout !== undefined && !this.#holdings.some(isHeld)
  }

  /** Everything that was opened, in its order. */
  get trades(): readonly TradeRecord[] {
    return this.#holdings.map(({ opening, position, closedAt, closingNet, lastOpen }) => ({
      opening,
      quantity: position.opened,
      closedAt,
      closingNet,
      lastOpen,
    }))
  }

  /** Profit of the session after costs, what is held at mid. */
  profit(): Dollars {
    const { realised, open } = this.#dayProfit()
    return realised + open
  }

  /**
   * Profit of the session if nothing more were decided: what is held counts at what its frozen exit will bring. Only a
   * compiled session knows that, and only training asks.
   */
  outcome(): Dollars {
    let sum = 0
    for (const { opening, position } of this.#holdings) {
      const ended = position.quantity > 0 ? endedPosition(this.table, opening, position) : position
      sum += ended.realised - ended.fees
    }
    return sum
  }

  /** Lives every beat up to and including one. */
  advanceTo(beat: number): void {
    const last = Math.min(beat, this.table.quotes.beats - 1)
    while (this.#beat < last) {
      this.#leave()
      this.#beat += 1
      const isIdle = !this.#holdings.some(holding => isHeld(holding) || this.#isAwaited(holding))
      if (!isIdle) this.#noteScores()
      this.#watchDayLoss()
      // Nothing held and nothing to be scored: the beats between change nothing
      if (isIdle) this.#beat = last
    }
  }

  /** Lives the rest of the session; what is held after the last trade is worth its intrinsic value. */
  finish(): void {
    this.advanceTo(this.table.quotes.beats - 1)
    this.#leave()
    for (const holding of this.#holdings) {
      if (!isHeld(holding)) continue
      holding.position = settledPosition(this.table, holding.position)
    }
  }

  /** Writes what is seen at a decision, whose beat must be the last that was lived, and which actions are on offer. */
  see(decision: number, observation: Float32Array, mask: Uint8Array): void {
    const { table } = this
    const { decisions, openings } = table
    const risk = this.#riskState()
    const held = this.#heldPositions()
    const time = beatTime(table, this.#beat)
    const spot = at(decisions.spot, decision)
    const move = at(decisions.expectedMove, decision)
    const market = {
      session: table.times,
      time,
      spot,
      impliedVolatility: at(decisions.impliedVolatility, decision),
      regime: at(decisions.regime, decision),
    }
    const holding = {
      hasPosition: held.length > 0,
      openProfit: this.#openProfitOfAll(),
      openedAt: held.length > 0 ? Math.min(...held.map(({ openedAt }) => openedAt)) : undefined,
      riskScore: riskScore(risk, this.#limits, held, spot, Number.isNaN(move) ? undefined : move),
    }
    observation.set(observe(market, holding, this.#recollection, this.#daysSinceSimilar))
    const isShut = shutReason({ times: table.times, limits: this.#limits, risk }, time) !== undefined
    mask.fill(0)
    mask[0] = 1
    for (let opening = 0; opening < OPENINGS.length; opening += 1) {
      const isOffered = openings.reason[decision * OPENINGS.length + opening] === 0
      if (isOffered && !isShut) mask[at(ACTION_OF, opening)] = 1
    }
    const exposed = this.#mostExposed()
    mask[CLOSE] = exposed && this.#readQuote(exposed) ? 1 : 0
  }

  /** Does what was decided at a decision, which its mask must allow. */
  act(decision: number, action: number): void {
    if (action === 0) return
    if (action === CLOSE) return this.#close()
    const opening = action > 0 && action < ACTION_COUNT ? at(OPENING_OF, action) : -1
    invariant(opening >= 0, `an action must be a whole number below ${ACTION_COUNT}, was ${action}`)
    this.#open(decision * OPENINGS.length + opening)
  }

  /** Puts a session back to where it stood after a beat. */
  restore(
    beat: number,
    isLockedOut: boolean,
    trades: readonly TradeRecord[],
    recollection: Recollection,
  ): void {
    this.#beat = beat
    this.#recollection = recollection
    this.#lockout = isLockedOut ? this.#lockoutAt(beat) : undefined
    this.#holdings.splice(0)
    for (const { opening, quantity, closedAt, closingNet, lastOpen } of trades) {
      const holding = newHolding(this.table, opening, quantity)
      if (closedAt >= 0) this.#closeAt(holding, closingNet, closedAt)
      holding.lastOpen = lastOpen
      this.#holdings.push(holding)
    }
  }

  #open(opening: number): void {
    const { table } = this
    const lots = lotsOf(table, opening, this.#riskState(), this.#limits)
    // The venue's word on an exit of this beat comes between the evaluation and the gate
    this.#leave()
    const age = this.#ageOf(opening)
    if (!passesGate(table, opening, lots, age, this.#riskState(), this.#limits)) return
    const action = OPENINGS[opening % OPENINGS.length]
    invariant(table.openings.reason[opening] === 0 && action !== undefined, 'what is opened is on offer')
    this.#remember(1)
    this.#recollection = rememberAnswer(this.#recollection, true, riskWish(action))
    this.#holdings.push(newHolding(table, opening, lots))
  }

  /** Closes what has the most left to lose; where its exit came first, the yes comes too late. */
  #close(): void {
    const exposed = this.#mostExposed()
    this.#leave()
    this.#remember(1)
    if (exposed && isHeld(exposed) && this.#readQuote(exposed))
      this.#closeAt(exposed, this.#quote.natural, this.#beat)
  }

  #remember(suggestions: number): void {
    const count = this.#recollection.suggestionsThisSession + suggestions
    this.#recollection = { ...this.#recollection, suggestionsThisSession: count }
  }

  /** The venue fills the exits that fired at the last beat. */
  #leave(): void {
    const { exitBeat, exitDebit } = this.table.openings
    for (const holding of this.#holdings) {
      if (isHeld(holding) && exitBeat[holding.opening] === this.#beat)
        this.#closeAt(holding, -at(exitDebit, holding.opening), this.#beat)
    }
  }

  #noteScores(): void {
    const { scoreBeat } = this.table.openings
    for (const { opening, position } of this.#holdings) {
      if (scoreBeat[opening] !== this.#beat) continue
      const net = scoredNet(this.table, opening, position.opened)
      this.#recollection = rememberTrade(this.#recollection, position.openedAt, net)
    }
  }

  #watchDayLoss(): void {
    if (this.#lockout || this.profit() > -this.#limits.dayLossLimit) return
    this.#lockout = this.#lockoutAt(this.#beat)
  }

  #lockoutAt(beat: number): Lockout {
    return { since: beatTime(this.table, beat), session: this.table.date, dayLoss: this.#limits.dayLossLimit }
  }

  #isAwaited({ opening }: Holding): boolean {
    return at(this.table.openings.scoreBeat, opening) >= this.#beat
  }

  #heldPositions(): Position[] {
    return this.#holdings.filter(isHeld).map(({ position }) => position)
  }

  #mostExposed(): Holding | undefined {
    const exposed = mostAtRisk(this.#heldPositions())
    return exposed && this.#holdings.find(({ position }) => position === exposed)
  }

  #readQuote({ opening }: Holding): boolean {
    const { quotes, openings } = this.table
    return readClosing(quotes, this.#beat, openings.rows, opening * MOST_LEGS, MOST_LEGS, this.#quote)
  }

  #openProfit(holding: Holding): Dollars {
    if (this.#readQuote(holding) && !this.#quote.isStale)
      holding.lastOpen = openProfit(holding.position, this.#quote.mid)
    return holding.lastOpen
  }

  #openProfitOfAll(): Dollars {
    let sum = 0
    for (const holding of this.#holdings) if (isHeld(holding)) sum += this.#openProfit(holding)
    return sum
  }

  /** As `dayProfit` of the engine's accounts sums it. */
  #dayProfit(): { readonly realised: Dollars; readonly open: Dollars } {
    let realised = 0
    let open = 0
    for (const holding of this.#holdings) {
      realised += holding.position.realised - holding.position.fees
      open += isHeld(holding) ? this.#openProfit(holding) : 0
    }
    return { realised, open }
  }

  /** As `riskStateAt` of the engine's accounts gives it, with no order on its way. */
  #riskState(): RiskState {
    const { realised, open } = this.#dayProfit()
    let [atStops, contracts, exposure, structures] = [0, 0, 0, 0]
    for (const { position } of this.#holdings) {
      const { quantity, entryNet, exit, structure } = position
      if (quantity === 0) continue
      atStops += (entryNet - exit.stop) * CONTRACT_MULTIPLIER * quantity
      contracts += structure.legs.length * quantity
      exposure += marginRequirement(structure.legs, quantity)
      structures += 1
    }
    return {
      phase: 'session',
      account: 'paper',
      lockout: this.#lockout,
      isFlattening: false,
      isHalted: false,
      isMemoryDown: false,
      dayProfit: realised + open,
      profitAtStops: realised + atStops,
      openContracts: contracts,
      openStructures: structures,
      exposure,
      tradesOpened: this.#holdings.length,
    }
  }

  /** 0 where every leg of an opening is fresh enough to be traded. */
  #ageOf(opening: number): number {
    const { quotes, openings } = this.table
    readClosing(quotes, this.#beat, openings.rows, opening * MOST_LEGS, MOST_LEGS, this.#quote)
    return this.#quote.isStale ? NEVER_FRESH : 0
  }

  #closeAt(holding: Holding, net: Price, beat: number): void {
    holding.position = closedPosition(this.table, holding.position, net, beat)
    holding.closedAt = beat
    holding.closingNet = net
  }
}

function newHolding(table: SessionTable, opening: number, quantity: number): Holding {
  return {
    opening,
    position: openedPosition(table, opening, quantity),
    closedAt: -1,
    closingNet: 0,
    lastOpen: 0,
  }
}

function isHeld({ position }: Holding): boolean {
  return position.quantity > 0
}

/** How much risk a yes asks for, as the lessons of the engine read it. */
function riskWish(action: Action): number {
  return targetDelta(action) > 0.1 ? 0.5 : 0
}
