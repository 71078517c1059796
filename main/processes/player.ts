import type { EpochMilliseconds, Milliseconds } from '../core/base/units.ts'
import type { MarketEvent } from '../engine/event.ts'
import type { MarketSource, MarketStep } from '../engine/ports.ts'

/** How fast a session is played: a factor on real time, or as fast as the machine can. */
export type Pace = number | 'max'

/** What hears a session being played. */
export interface Audience {
  hear(event: MarketEvent): void
  /** A second of session time has passed. */
  beat(time: EpochMilliseconds): void
  /** Resolves once everything heard so far is worked in. */
  settled(): Promise<void>
}

/** Time between two beats. */
const BEAT: Milliseconds = 1000

/** How long the player sleeps when it is ahead of the clock. */
const SHORTEST_SLEEP: Milliseconds = 4

/** How long the player runs before everything else gets its turn. */
const LONGEST_RUN: Milliseconds = 2

/**
 * Plays a source to an audience. At a finite pace it keeps step with the wall clock and never waits for anybody; at full
 * speed it waits after every step, so that the same session always runs the same.
 */
export class Player {
  readonly #source: MarketSource
  readonly #audience: Audience
  readonly #wallClock: () => Milliseconds
  #pace: Pace
  #isPaused = false
  #isClosed = false
  #anchor: { readonly wall: Milliseconds; readonly session: EpochMilliseconds }
  #nextBeat: EpochMilliseconds
  #time: EpochMilliseconds

  constructor(source: MarketSource, audience: Audience, pace: Pace, wallClock: () => Milliseconds) {
    this.#source = source
    this.#audience = audience
    this.#pace = pace
    this.#wallClock = wallClock
    this.#time = source.start
    this.#nextBeat = Math.ceil(source.start / BEAT) * BEAT
    this.#anchor = { wall: wallClock(), session: source.start }
  }

  /** Session time reached. */
  get time(): EpochMilliseconds {
    return this.#time
  }

  get pace(): Pace {
    return this.#pace
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** Another pace from here on. */
  setPace(pace: Pace): void {
    this.#pace = pace
    this.#anchor = { wall: this.#wallClock(), session: this.#time }
  }

  /** Holds the session still, or lets it go on. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused
    this.#anchor = { wall: this.#wallClock(), session: this.#time }
  }

  /** Plays to the end of the source; resolves there, or when closed. */
  async play(): Promise<void> {
    for (const event of this.#source.opening) this.#audience.hear(event)
    await this.#audience.settled()
    this.#anchor = { wall: this.#wallClock(), session: this.#time }
    let since = this.#wallClock()
    for (let step = await this.#source.next(); step && !this.#isClosed; step = await this.#source.next()) {
      await this.#waitFor(step)
      if (this.#isClosed) break
      this.#perform(step)
      if (this.#pace === 'max') await this.#audience.settled()
      if (this.#wallClock() - since > LONGEST_RUN) {
        // Sockets, workers and clicks get their turn even when the pace is high
        await sleep(0)
        since = this.#wallClock()
      }
    }
    await this.#source.close()
  }

  /** Stops playing at the next step. */
  close(): void {
    this.#isClosed = true
    this.#isPaused = false
  }

  #perform(step: MarketStep): void {
    this.#time = step.time
    while (this.#nextBeat < step.time) this.#beat()
    for (const event of step.events) this.#audience.hear(event)
    if (this.#nextBeat === step.time) this.#beat()
  }

  #beat(): void {
    // After the last trade sources take long steps; one beat a step is enough
    if (this.#time - this.#nextBeat > 60 * BEAT) this.#nextBeat = this.#time
    this.#audience.beat(this.#nextBeat)
    this.#nextBeat += BEAT
  }

  async #waitFor(step: MarketStep): Promise<void> {
    while (!this.#isClosed) {
      if (!this.#isPaused) {
        if (this.#pace === 'max') return
        const due = this.#anchor.wall + (step.time - this.#anchor.session) / this.#pace
        const ahead = due - this.#wallClock()
        if (ahead <= 0) return
        await sleep(Math.max(SHORTEST_SLEEP, Math.min(ahead, 100)))
      } else {
        await sleep(50)
      }
    }
  }
}

function sleep(time: Milliseconds): Promise<void> {
  return new Promise(resolve => {
    if (time === 0) setImmediate(resolve)
    else setTimeout(resolve, time)
  })
}
