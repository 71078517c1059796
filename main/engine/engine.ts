import type { Audit } from '../contract/audits.ts'
import type { Command } from '../contract/commands.ts'
import type { EpochMilliseconds, Milliseconds } from '../core/base/units.ts'
import { applyFact, carriedFrom, createBook, openBook, type Book } from './book/book.ts'
import type { BookEvent, BookMark, SuggestionRules } from './book/bookEvent.ts'
import { decide } from './book/decide.ts'
import { refused, type CommandReply, type Effect } from './book/step.ts'
import { bookMark, emptyMark, legsOfCommand, legsOfEvaluation, type WatchedLeg } from './bookMark.ts'
import { NEVER_DECIDED, isDecisionDue, type LastDecision } from './decisionClock.ts'
import { evaluate } from './evaluate.ts'
import type { Evaluation } from './evaluation.ts'
import { isBrokerEvent, type BrokerEvent, type EngineEvent, type MarketEvent } from './event.ts'
import { createInbox } from './inbox.ts'
import { LedgerLine, auditOf } from './ledgerLine.ts'
import { hearMarket, openMarket, priceMarket, type Market } from './market.ts'
import { momentOf } from './moment.ts'
import type { JournalEntry, Ports } from './ports.ts'
import { createStageClock } from './stages.ts'

/** An event in line, with whoever waits for its reply. */
interface Waiting {
  readonly event: EngineEvent
  readonly since: Milliseconds
  readonly reply?: (reply: CommandReply) => void
}

/** How long the engine works through its line before it looks up, so that a burst does not keep a click waiting. */
const LOOK_UP_AFTER: Milliseconds = 8

/**
 * The loop: one event in, one audit out, one writer of state. What an event did is on disk before anybody hears of it
 * and before an order that takes risk leaves; what gives risk back leaves at once.
 */
export class Engine {
  readonly book: Book = createBook()
  readonly stages = createStageClock()
  readonly #ports: Ports
  readonly #rules: SuggestionRules
  readonly #line: LedgerLine
  readonly #inbox = createInbox<Waiting>((item, event) => ({ ...item, event }))
  readonly #listeners = new Set<(audit: Audit) => void>()
  readonly #counts = { decisions: 0, suggestions: 0, noTrades: 0 }
  #market: Market | undefined
  #sequence = 0
  #time: EpochMilliseconds = 0
  #isDraining = false
  #isEvaluating = false
  #isEvaluationDue = false
  #lastDecision: LastDecision = NEVER_DECIDED
  #feedbackSince: Milliseconds | undefined
  #sleepers: (() => void)[] = []
  /** Opening orders that wait for the disk; one that is cancelled meanwhile never leaves. */
  readonly #leaving = new Set<string>()
  #flattenAsked: Milliseconds = Number.NEGATIVE_INFINITY

  constructor(ports: Ports, rules: SuggestionRules) {
    this.#ports = ports
    this.#rules = rules
    this.#line = new LedgerLine(ports.memory, ports.deadlines.commit, ports.delay, {
      memoryChanged: (isDown, reason) =>
        this.post(
          isDown
            ? { kind: 'dependencyLost', time: this.#time, dependency: 'memory', reason }
            : { kind: 'dependencyRestored', time: this.#time, dependency: 'memory' },
        ),
      committed: () => this.#wakeSleepers(),
    })
  }

  /** The market of the running session. */
  get market(): Market | undefined {
    return this.#market
  }

  /** Number of the last journal entry. */
  get sequence(): number {
    return this.#sequence
  }

  /** Time of the last event. */
  get time(): EpochMilliseconds {
    return this.#time
  }

  /** Decisions made so far, and what they were. */
  get counts(): Readonly<{ decisions: number; suggestions: number; noTrades: number }> {
    return this.#counts
  }

  /** Quotes that a newer one replaced while they waited. */
  get conflated(): number {
    return this.#inbox.conflated
  }

  /** Puts an event in line. */
  post(event: EngineEvent): void {
    this.#enqueue({ event, since: this.#ports.stopwatch.now() })
  }

  /** Gives a command; resolves once what it did is on disk. */
  send(command: Command): Promise<CommandReply> {
    return new Promise(reply => {
      const event = { kind: 'command' as const, time: this.#time, command }
      this.#enqueue({ event, since: this.#ports.stopwatch.now(), reply })
    })
  }

  /** Resolves once nothing is in line, no decision is being made and everything is on disk. */
  settled(): Promise<void> {
    return new Promise(resolve => {
      this.#sleepers.push(resolve)
      this.#wakeSleepers()
    })
  }

  /** Puts the facts of a journal back in their places, without effects: this is how every start begins. */
  recover(entries: readonly JournalEntry[]): void {
    for (const entry of entries) {
      const opened = entry.facts.find(fact => fact.kind === 'sessionOpened')
      if (entry.event.kind === 'sessionOpened' && opened) {
        openBook(this.book, entry.event)
        applyFact(this.book, opened)
      } else {
        for (const fact of entry.facts) applyFact(this.book, fact)
      }
      this.#sequence = entry.sequence
      this.#time = Math.max(this.#time, entry.time)
    }
  }

  /** Hears every audit from now on, in order; returns how to stop. */
  onAudit(listener: (audit: Audit) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #enqueue(item: Waiting): void {
    this.#inbox.put(item)
    if (!this.#isDraining) void this.#drain()
  }

  async #drain(): Promise<void> {
    const { stopwatch, delay } = this.#ports
    this.#isDraining = true
    await Promise.resolve()
    let since = stopwatch.now()
    for (let item = this.#inbox.take(); item; item = this.#inbox.take()) {
      this.#handleSafely(item)
      if (stopwatch.now() - since > LOOK_UP_AFTER) {
        await delay(0)
        since = stopwatch.now()
      }
    }
    this.#isDraining = false
    this.#wakeSleepers()
  }

  /** Whatever goes wrong inside stops trading, never the market data. */
  #handleSafely(item: Waiting): void {
    try {
      this.#handle(item)
    } catch (cause) {
      const rule = cause instanceof Error ? cause.message : String(cause)
      this.#work({ kind: 'failed', time: this.#time, rule }, item)
    }
  }

  #handle(item: Waiting): void {
    const { event } = item
    this.#time = Math.max(this.#time, event.time)
    switch (event.kind) {
      case 'beat':
        return this.#beat(event.time)
      case 'evaluated':
        return this.#takeEvaluation(event.evaluation, event.time)
      case 'evaluationFailed':
        return this.#work({
          kind: 'dependencyLost',
          time: event.time,
          dependency: 'policy',
          reason: event.reason,
        })
      case 'command':
        return this.#obey(event.command, item)
      case 'dependencyLost':
      case 'dependencyRestored':
      case 'failed':
        return this.#work(event)
      default:
        return isBrokerEvent(event) ? this.#hearBroker(event) : this.#hearMarket(event, item.since)
    }
  }

  #hearMarket(event: MarketEvent, since: Milliseconds): void {
    if (event.kind === 'sessionOpened') return this.#openSession(event)
    if (!this.#market) return
    hearMarket(this.#market, event)
    if (event.kind === 'quotes') this.stages.note('quoteToChain', this.#ports.stopwatch.now() - since)
  }

  #hearBroker(event: BrokerEvent): void {
    this.#work({ kind: 'broker', time: event.time, event, mark: this.#markAt(event.time) })
  }

  /** After a crash the same session goes on in the book that recovery rebuilt. */
  #openSession(event: Extract<MarketEvent, { kind: 'sessionOpened' }>): void {
    const { session } = event
    this.#market = openMarket(event)
    this.#lastDecision = NEVER_DECIDED
    if (this.book.session?.id === session.id)
      return this.#work({ kind: 'sessionResumed', time: event.time, rules: this.#rules })
    this.#work({
      kind: 'sessionOpened',
      time: event.time,
      session: { id: session.id, date: session.date, underlying: session.underlying, source: session.source },
      times: this.#market.times,
      rules: this.#rules,
      carried: carriedFrom(this.book),
      quoteInterval: session.quoteInterval,
    })
  }

  #beat(now: EpochMilliseconds): void {
    const market = this.#market
    if (!market || !this.book.session) return
    const { stopwatch, pricer } = this.#ports
    const began = stopwatch.now()
    priceMarket(market, now, pricer)
    const priced = stopwatch.now()
    this.stages.note('pricing', priced - began)
    this.#work({ kind: 'beat', time: now, mark: this.#markAt(now) })
    this.stages.note('book', stopwatch.now() - priced)
    if (isDecisionDue(market, this.book, this.#rules, this.#lastDecision, now)) this.#startEvaluation()
  }

  #startEvaluation(): void {
    if (this.#isEvaluating) {
      this.#isEvaluationDue = true
      return
    }
    const moment = this.#market && momentOf(this.#market, this.book, this.#time)
    if (!moment) return
    this.#isEvaluating = true
    this.#lastDecision = { time: this.#time, spot: moment.spot }
    const began = this.#ports.stopwatch.now()
    // The ports as they are now: a policy that takes over meanwhile decides from the next decision on
    const decision = evaluate(moment, { ...this.#ports })
    this.#ports.deciding?.(decision)
    void decision
      .then(
        evaluation => {
          const latency = this.#ports.stopwatch.now() - began
          this.stages.note('decision', latency)
          this.#noteLatency(latency)
          this.post({ kind: 'evaluated', time: this.#time, evaluation })
        },
        (cause: unknown) => {
          const reason = cause instanceof Error ? cause.message : String(cause)
          this.post({ kind: 'evaluationFailed', time: this.#time, reason })
        },
      )
      .finally(() => this.#endEvaluation())
  }

  /** A run that must be repeatable has no deadlines, and knows no slow decision either. */
  #noteLatency(latency: Milliseconds): void {
    if (!Number.isFinite(this.#ports.deadlines.policy)) return
    this.#work({ kind: 'slowDecision', time: this.#time, latency })
  }

  #endEvaluation(): void {
    this.#isEvaluating = false
    if (this.#isEvaluationDue) {
      this.#isEvaluationDue = false
      this.#startEvaluation()
    }
    this.#wakeSleepers()
  }

  #takeEvaluation(evaluation: Evaluation, time: EpochMilliseconds): void {
    this.#counts.decisions += 1
    if (evaluation.draft.action === 'noTrade') this.#counts.noTrades += 1
    else this.#counts.suggestions += 1
    if (this.book.lost.has('policy')) this.#work({ kind: 'dependencyRestored', time, dependency: 'policy' })
    this.#work({
      kind: 'evaluated',
      time,
      evaluation,
      mark: this.#markAt(time, legsOfEvaluation(evaluation)),
    })
  }

  #obey(command: Command, item: Waiting): void {
    if (command.name === 'killSwitch/flatten') this.#flattenAsked = item.since
    // The switch overtook what was asked before it was pulled
    if (TAKES_RISK.has(command.name) && item.since <= this.#flattenAsked)
      return item.reply?.(refused('refused', 'The kill switch was pulled. Nothing was sent.'))
    const mark = this.#markAt(this.#time, legsOfCommand(command, this.book))
    const isEdit = command.name === 'suggestion/modify' || command.name === 'suggestion/preview'
    const smile = isEdit ? { smile: this.#market?.smile } : {}
    this.#work({ kind: 'command', time: mark.time, command, mark, ...smile }, item)
  }

  #markAt(time: EpochMilliseconds, extra: readonly WatchedLeg[] = []): BookMark {
    return this.#market ? bookMark(this.#market, this.book, time, extra) : emptyMark(time)
  }

  /** Works one event into the book, and lets the world know once it is written down. */
  #work(event: BookEvent, asked?: Waiting): void {
    const { step, reply: answer } = decide(this.book, event)
    if (asked && step.effects.some(effect => effect.kind === 'evaluate')) this.#feedbackSince = asked.since
    for (const effect of step.effects) {
      if (!takesRisk(effect)) this.#act(effect)
      else if (effect.kind === 'submit') this.#leaving.add(effect.order.id)
    }
    if (step.facts.length === 0) return asked?.reply?.(answer)
    this.#sequence += 1
    const entry = {
      sequence: this.#sequence,
      session: this.book.session?.id ?? '',
      time: event.time,
      event,
      facts: step.facts,
    }
    const began = this.#ports.stopwatch.now()
    this.#line.hold({
      entry,
      release: isStored => {
        this.stages.note('commit', this.#ports.stopwatch.now() - began)
        for (const effect of step.effects) if (takesRisk(effect)) this.#actOnRisk(effect, isStored)
        this.#tell(auditOf(entry))
        asked?.reply?.(isStored || !answer.ok ? answer : notStored(step.effects))
      },
    })
    if (this.#feedbackSince !== undefined && step.facts.some(fact => fact.kind === 'suggested')) {
      this.stages.note('feedback', this.#ports.stopwatch.now() - this.#feedbackSince)
      this.#feedbackSince = undefined
    }
  }

  /** One that cannot hear stops trading like any other broken rule; the others hear all the same. */
  #tell(audit: Audit): void {
    for (const listener of this.#listeners) {
      try {
        listener(audit)
      } catch (cause) {
        const rule = cause instanceof Error ? cause.message : String(cause)
        if (this.book.halted === undefined) this.#work({ kind: 'failed', time: this.#time, rule })
      }
    }
  }

  #actOnRisk(effect: Effect, isStored: boolean): void {
    if (effect.kind !== 'submit') return
    const order = effect.order.id
    const isWanted = this.#leaving.delete(order)
    if (isStored && isWanted) return this.#act(effect)
    const note = isWanted ? 'not sent: the database did not store it' : 'not sent: cancelled before it left'
    this.post({ kind: 'orderRejected', time: this.#time, order, note })
  }

  #act(effect: Effect): void {
    const { broker } = this.#ports
    switch (effect.kind) {
      case 'submit':
        return broker.submit(effect.order)
      case 'replace':
        return broker.replace(effect.order)
      case 'cancel':
        this.#leaving.delete(effect.order)
        return broker.cancel(effect.order)
      case 'cancelAll':
        this.#leaving.clear()
        return broker.cancelAll()
      case 'evaluate':
        return this.#startEvaluation()
    }
  }

  #wakeSleepers(): void {
    if (this.#inbox.length > 0 || this.#isDraining || this.#isEvaluating || !this.#line.isIdle) return
    for (const wake of this.#sleepers.splice(0)) wake()
  }
}

/** Commands that may lead to an order that takes risk. */
const TAKES_RISK: ReadonlySet<string> = new Set(['suggestion/accept', 'suggestion/modify'])

/** Effects that may put money at risk wait until what led to them is on disk. */
function takesRisk(effect: Effect): boolean {
  return effect.kind === 'submit' && effect.order.purpose === 'open'
}

/** The reply to a command that was done and not stored: what gives risk back has left all the same. */
function notStored(effects: readonly Effect[]): CommandReply {
  const wasSent = effects.some(effect => effect.kind !== 'evaluate' && !takesRisk(effect))
  const follows = wasSent ? 'What closes or cancels was sent all the same.' : 'Nothing was sent.'
  return refused('refused', `The database did not store it. ${follows}`)
}
