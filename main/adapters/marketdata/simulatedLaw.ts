import { at, present } from '../../core/base/assert.ts'
import { clamp } from '../../core/base/statistics.ts'
import { millsRatio, normalDensity } from '../../core/pricing/normal.ts'
import type { DayModel } from './simulatedModel.ts'
import { activityProfile, varianceAhead } from './simulatedPath.ts'

/**
 * The law of the affine market, and what it makes options worth. In units of the move that the day's options price,
 * the underlying z and the multiple v of its variance follow
 *
 *   dz = sqrt(share a v) dW + jumps,   dv = k (1 - v) dt + s sqrt(v) dB + waking dN,   dW dB = leverage dt,
 *
 * where a is the activity and N counts normal jumps, which come with the activity and are paid for, so that z is a
 * martingale (Heston 1993, Bates 1996, with arithmetic moves, so that one law serves days of every size). Its
 * characteristic function is exp(A + B v): Riccati equations, solved by Runge and Kutta; expectations come from its
 * cosine series (Fang and Oosterlee 2008).
 */
export interface AffineLaw {
  /** Share of the diffusion in the variance of a day, such that a day that opens with v = 1 has variance 1. */
  readonly diffusionShare: number
  /** Variance of what is left of the day, in squared moves. */
  varianceAhead(minute: number, variance: number): number
  /** The smile of one instant. */
  smileAt(minute: number, variance: number): LawfulSmile
}

/** What strikes are worth at one instant, in moves of the day. */
export interface LawfulSmile {
  /** The expectation of what a strike `distance` above the underlying pays beyond exercising it now. */
  timeValue(distance: number): number
  /** The deviation that the strike at the money is priced with. */
  readonly atTheMoney: number
}

type Dynamics = Pick<DayModel, 'variance' | 'jumps'>

/** Minutes to the close at which smiles are kept. */
const LEFT = [2, 4, 7, 12, 20, 32, 50, 75, 110, 155, 210, 270, 330, 390]
/** Multiples of variance at which smiles are kept. */
const MULTIPLES = [0.05, 0.2, 0.45, 0.8, 1.25, 1.8, 2.6, 4, 6, 9]
/** Strikes in deviations at which smiles are kept. */
const REACH = 6
const SPACING = 0.25
const POINTS = (2 * REACH) / SPACING + 1

/** Laws are functions of their parameters alone, and many days share them; the newest are kept. */
const kept = new Map<string, AffineLaw>()
const KEPT_LAWS = 16

/** The law of a model's days of a length in minutes. */
export function affineLaw({ variance, jumps }: Dynamics, length: number): AffineLaw {
  const key = JSON.stringify([variance, jumps, length])
  const law = kept.get(key) ?? solveLaw({ variance, jumps }, length)
  kept.delete(key)
  kept.set(key, law)
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_LAWS) break
    kept.delete(oldest)
  }
  return law
}

function solveLaw(dynamics: Dynamics, length: number): AffineLaw {
  const equations = new LawEquations(dynamics, length)
  const lefts = [...LEFT.filter(left => left < length), length]
  const smiles = lefts.map(left => equations.smiles(left))
  return {
    diffusionShare: equations.diffusionShare,
    varianceAhead: (minute, variance) => equations.varianceAhead(length - minute, variance),
    smileAt: (minute, variance) => {
      const left = clamp(length - minute, 0, length)
      const deviation = Math.sqrt(equations.varianceAhead(left, variance))
      return smileOf(mixed(lefts, smiles, left, variance), deviation)
    },
  }
}

function smileOf(ratios: Float64Array, deviation: number): LawfulSmile {
  return {
    timeValue: distance => {
      if (!(deviation > 0)) return 0
      const place = clamp((distance / deviation + REACH) / SPACING, 0, POINTS - 1)
      const below = Math.min(POINTS - 2, Math.floor(place))
      const share = place - below
      const ratio = (1 - share) * at(ratios, below) + share * at(ratios, below + 1)
      return deviation * ratio * normalExcess(Math.abs(distance) / (deviation * ratio))
    },
    atTheMoney: deviation * at(ratios, (POINTS - 1) / 2),
  }
}

/** The smiles of the four corners around an instant, mixed by their distance in roots of time and of variance. */
function mixed(
  lefts: readonly number[],
  smiles: readonly (readonly Float64Array[])[],
  left: number,
  variance: number,
): Float64Array {
  const [row, rowShare] = between(lefts, left)
  const [column, columnShare] = between(MULTIPLES, variance)
  const corner = (down: number, right: number) =>
    present(smiles[row + down]?.[column + right], 'a smile must be kept at every node')
  const [a, b, c, d] = [corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)]
  return a.map(
    (value, index) =>
      (1 - rowShare) * ((1 - columnShare) * value + columnShare * at(b, index)) +
      rowShare * ((1 - columnShare) * at(c, index) + columnShare * at(d, index)),
  )
}

/** The node below a value, and the share of the way to the next, on the scale of roots; ends are held. */
function between(nodes: readonly number[], value: number): readonly [number, number] {
  let below = 0
  while (below < nodes.length - 2 && at(nodes, below + 1) <= value) below += 1
  const [low, high] = [Math.sqrt(at(nodes, below)), Math.sqrt(at(nodes, below + 1))]
  return [below, clamp((Math.sqrt(Math.max(0, value)) - low) / (high - low), 0, 1)]
}

/** E[(X - d)+] of a standard normal X, for d of 0 and above. */
function normalExcess(d: number): number {
  return d > 38 ? 0 : normalDensity(d) * (1 - d * millsRatio(d))
}

/** A and B of the characteristic function, real and imaginary. */
type Exponents = [number, number, number, number]

/** What drives the equations at an instant, a minute. */
interface Pace {
  readonly diffusion: number
  /** The root of it. */
  readonly root: number
  readonly jumps: number
}

/** One step of time, with what drives the equations at its ends and in its middle. */
interface RungeKuttaStep {
  readonly size: number
  readonly begin: Pace
  readonly middle: Pace
  readonly end: Pace
}

class LawEquations {
  readonly diffusionShare: number
  readonly #length: number
  readonly #reversion: number
  readonly #noise: number
  readonly #dynamics: Dynamics
  readonly #jumpVariance: number
  /** The variance ahead is `fixed + slope * v`, kept at every half minute to the close. */
  readonly #fixed: Float64Array
  readonly #slope: Float64Array

  constructor(dynamics: Dynamics, length: number) {
    const { variance, jumps } = dynamics
    this.#dynamics = dynamics
    this.#length = length
    this.#reversion = Math.LN2 / variance.halfLifeMinutes
    this.#noise = variance.deviation * Math.sqrt(2 * this.#reversion)
    this.#jumpVariance = jumps.perDay * jumps.deviation ** 2 * (1 + jumps.mean ** 2)
    const [fixed, slope] = this.#ahead(1)
    this.diffusionShare = (1 - this.#jumpVariance) / (lastOf(fixed) + lastOf(slope))
    const jumped = Float64Array.from(
      fixed,
      (_, half) => this.#jumpVariance * varianceAhead(length - half / 2, length),
    )
    this.#fixed = fixed.map((value, half) => this.diffusionShare * value + at(jumped, half))
    this.#slope = slope.map(value => this.diffusionShare * value)
  }

  varianceAhead(left: number, variance: number): number {
    const place = clamp(left * 2, 0, this.#fixed.length - 1)
    const below = Math.min(this.#fixed.length - 2, Math.floor(place))
    const value = (half: number) => at(this.#fixed, half) + at(this.#slope, half) * variance
    return value(below) + (place - below) * (value(below + 1) - value(below))
  }

  /** For each multiple of variance the deviations, over the true one, that the law prices strikes with. */
  smiles(left: number): Float64Array[] {
    const widest = Math.sqrt(this.varianceAhead(left, at(MULTIPLES, MULTIPLES.length - 1)))
    const narrowest = Math.sqrt(this.varianceAhead(left, at(MULTIPLES, 0)))
    const half = 7 * widest + 5 * this.#dynamics.jumps.deviation
    const terms = Math.min(512, Math.ceil(4 * (half / narrowest)))
    const steps = this.#steps(left)
    const exponents = Array.from({ length: terms }, (_, term) =>
      this.#exponents((term * Math.PI) / (2 * half), steps),
    )
    return MULTIPLES.map(multiple => {
      const deviation = Math.sqrt(this.varianceAhead(left, multiple))
      const series = withoutTail(exponents.map((exponent, term) => cosineTerm(exponent, multiple, term)))
      return ratiosOf(strike => callValue(series, strike * deviation, half) / deviation)
    })
  }

  /** The steps of Runge and Kutta from the close to `left` minutes before it, the same for every frequency. */
  #steps(left: number): readonly RungeKuttaStep[] {
    const count = Math.max(8, Math.ceil(left / 8))
    const size = left / count
    return Array.from({ length: count }, (_, index) => ({
      size,
      begin: this.#pace(index * size),
      middle: this.#pace(index * size + size / 2),
      end: this.#pace(index * size + size),
    }))
  }

  #pace(left: number): Pace {
    const activity = activityProfile(this.#length - left, this.#length) / this.#length
    const diffusion = this.diffusionShare * activity
    return { diffusion, root: Math.sqrt(diffusion), jumps: this.#dynamics.jumps.perDay * activity }
  }

  /** A and B at a frequency after some steps from the close. */
  #exponents(frequency: number, steps: readonly RungeKuttaStep[]): Exponents {
    let state: Exponents = [0, 0, 0, 0]
    for (const { size, begin, middle, end } of steps) {
      const one = this.#slopes(frequency, begin, state)
      const two = this.#slopes(frequency, middle, moved(state, one, size / 2))
      const three = this.#slopes(frequency, middle, moved(state, two, size / 2))
      const four = this.#slopes(frequency, end, moved(state, three, size))
      const mean: Exponents = [
        (one[0] + 2 * two[0] + 2 * three[0] + four[0]) / 6,
        (one[1] + 2 * two[1] + 2 * three[1] + four[1]) / 6,
        (one[2] + 2 * two[2] + 2 * three[2] + four[2]) / 6,
        (one[3] + 2 * two[3] + 2 * three[3] + four[3]) / 6,
      ]
      state = moved(state, mean, size)
    }
    return state
  }

  /** How A and B change with each minute further from the close. */
  #slopes(frequency: number, pace: Pace, [, , real, imaginary]: Exponents): Exponents {
    const { variance, jumps } = this.#dynamics
    const cross = frequency * variance.leverage * this.#noise * pace.root
    const half = 0.5 * this.#noise * this.#noise
    const size = Math.exp(jumps.waking * real - 0.5 * (frequency * jumps.deviation) ** 2)
    const shift = frequency * jumps.mean * jumps.deviation
    const angle = jumps.waking * imaginary + shift
    return [
      this.#reversion * real + pace.jumps * (size * Math.cos(angle) - 1),
      this.#reversion * imaginary + pace.jumps * (size * Math.sin(angle) - shift),
      -0.5 * frequency * frequency * pace.diffusion -
        cross * imaginary -
        this.#reversion * real +
        half * (real * real - imaginary * imaginary),
      cross * real - this.#reversion * imaginary + 2 * half * real * imaginary,
    ]
  }

  /** Activity-weighted variance ahead of a diffusion of a share: its fixed part and its slope in v, by half minutes. */
  #ahead(share: number): readonly [Float64Array, Float64Array] {
    const halves = 2 * this.#length
    const [fixed, slope] = [new Float64Array(halves + 1), new Float64Array(halves + 1)]
    const { jumps } = this.#dynamics
    for (let half = 0; half < halves; half += 1) {
      const activity = activityProfile(this.#length - half / 2 - 0.25, this.#length) / this.#length
      const before = at(slope, half)
      const middle = before + 0.25 * (share * activity - this.#reversion * before)
      slope[half + 1] = before + 0.5 * (share * activity - this.#reversion * middle)
      fixed[half + 1] =
        at(fixed, half) + 0.5 * middle * (this.#reversion + jumps.perDay * activity * jumps.waking)
    }
    return [fixed, slope]
  }
}

function moved(state: Exponents, slopes: Exponents, step: number): Exponents {
  return [
    state[0] + step * slopes[0],
    state[1] + step * slopes[1],
    state[2] + step * slopes[2],
    state[3] + step * slopes[3],
  ]
}

/** The coefficient of a cosine in the density over [-half, half], without its 1/half. */
function cosineTerm([a, b, c, d]: Exponents, variance: number, term: number): number {
  const angle = b + d * variance + (term * Math.PI) / 2
  return Math.exp(a + c * variance) * Math.cos(angle) * (term === 0 ? 0.5 : 1)
}

/** A series without the end that no sum can feel: wide laws need far fewer terms than the narrowest. */
function withoutTail(series: readonly number[]): readonly number[] {
  return series.slice(0, series.findLastIndex(term => Math.abs(term) > 1e-40) + 1)
}

/** E[(z - strike)+] of a density given as cosines over [-half, half]. */
function callValue(series: readonly number[], strike: number, half: number): number {
  let sum = at(series, 0) * 0.5 * (half - strike) ** 2
  for (let term = 1; term < series.length; term += 1) {
    const frequency = (term * Math.PI) / (2 * half)
    const ends = (term % 2 === 0 ? 1 : -1) - Math.cos(frequency * (strike + half))
    sum += (at(series, term) * ends) / (frequency * frequency)
  }
  return sum / half
}

/** The ratios of a smile from the worth of calls in true deviations; far out, where nothing is left, the last holds. */
function ratiosOf(call: (strike: number) => number): Float64Array {
  const ratios = new Float64Array(POINTS)
  const middle = (POINTS - 1) / 2
  for (const side of [1, -1]) {
    let last = 1
    for (let step = 0; step <= middle; step += 1) {
      const strike = side * step * SPACING
      const worth = call(strike) + Math.min(0, strike)
      if (worth > 1e-6) last = impliedRatio(worth, Math.abs(strike), last)
      ratios[middle + side * step] = last
    }
  }
  return ratios
}

/** The deviation at which a normal pays `worth` beyond `strike`, by Newton's steps held in bounds. */
function impliedRatio(worth: number, strike: number, start: number): number {
  let [low, high, ratio] = [0, 20, start]
  for (let round = 0; round < 60; round += 1) {
    const distance = strike / ratio
    const error = ratio * normalExcess(distance) - worth
    if (error > 0) high = ratio
    else low = ratio
    const next = ratio - error / normalDensity(distance)
    const held = next > low && next < high ? next : 0.5 * (low + high)
    if (Math.abs(held - ratio) < 1e-10) return held
    ratio = held
  }
  return ratio
}

function lastOf(values: Float64Array): number {
  return at(values, values.length - 1)
}
