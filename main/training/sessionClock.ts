import type { EpochMilliseconds, Milliseconds } from '../core/base/units.ts'
import type { MarketEvent } from '../engine/event.ts'
import type { MarketSource } from '../engine/ports.ts'

/** What happens next in a session: the source speaks, or the clock beats. */
export type SessionMoment =
  | { readonly kind: 'heard'; readonly event: MarketEvent }
  | { readonly kind: 'beat'; readonly time: EpochMilliseconds }

/**
 * A source from its opening to its end with the beats of a clock between, in the order in which a player tells them: a
 * beat at an instant hears everything of that instant. Closes the source at its end.
 */
export async function* inStep(
  source: MarketSource,
  beatEvery: Milliseconds,
): AsyncGenerator<SessionMoment, void, undefined> {
  for (const event of source.opening) yield { kind: 'heard', event }
  let nextBeat = Math.ceil(source.start / beatEvery) * beatEvery
  for (let step = await source.next(); step; step = await source.next()) {
    while (nextBeat < step.time) {
      // After the last trade sources take long steps; one beat a step is enough
      if (step.time - nextBeat > 60 * beatEvery) nextBeat = step.time
      yield { kind: 'beat', time: nextBeat }
      nextBeat += beatEvery
    }
    for (const event of step.events) yield { kind: 'heard', event }
    if (nextBeat === step.time) {
      yield { kind: 'beat', time: nextBeat }
      nextBeat += beatEvery
    }
  }
  await source.close()
}
