import { useDesk } from '../state/deskStore.ts'
import { usePulse } from '../state/frames.ts'
import { useView } from '../state/viewStore.ts'

const MINUTE = 60_000

/** Steps of the clock that times are chosen from, in minutes, and how many of them there may be. */
const STEPS = [1, 2, 5, 10, 15, 30, 60] as const
const MOST_STEPS = 13

/** The lowest and highest factor on volatility that is looked at, and its step. */
export const FACTORS = { low: 0.5, high: 1.5, step: 0.05 } as const

/** The moment and the volatility that payoff and scenarios are looked at. */
export interface LaterMarket {
  /** Times to choose from: now, round ones of the clock, the close. */
  readonly times: readonly number[]
  /** The place of the chosen one. */
  readonly place: number
  readonly time: number
  /** Minutes from now. */
  readonly minutes: number
  readonly factor: number
  /** Whether it is the market as it is. */
  readonly isNow: boolean
}

/** The moment that is looked at, now where none was chosen; undefined before the session is known. */
export function useLaterMarket(): LaterMarket | undefined {
  const now = usePulse(pulse => Math.floor(pulse.time / 1000) * 1000)
  const close = useDesk(state => state.times?.close)
  const chosen = useView(view => view.laterTime)
  const factor = useView(view => view.volatilityFactor)
  if (now === undefined || close === undefined) return undefined
  return laterMarket(laterTimes(now, close), chosen, factor)
}

/** The chosen moment among times that go on: what has passed is now, what lies between two is the next one. */
export function laterMarket(
  times: readonly number[],
  chosen: number | undefined,
  factor: number,
): LaterMarket {
  const [now = 0] = times
  const found = chosen === undefined || chosen <= now ? 0 : times.findIndex(time => time >= chosen)
  const place = found < 0 ? times.length - 1 : found
  const time = times[place] ?? now
  const minutes = (time - now) / MINUTE
  return { times, place, time, minutes, factor, isNow: place === 0 && factor === 1 }
}

/** Now, round times of the clock after it, and the close; only now once the close has passed. */
export function laterTimes(now: number, close: number): number[] {
  if (!(close > now)) return [now]
  const left = (close - now) / MINUTE
  const step = (STEPS.find(minutes => left / minutes <= MOST_STEPS) ?? 60) * MINUTE
  const times = [now]
  for (let time = Math.ceil((now + 1) / step) * step; time < close; time += step) times.push(time)
  return [...times, close]
}
