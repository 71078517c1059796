import type { Price, Years } from '../core/base/units.ts'
import { at } from '../core/base/assert.ts'
import type { OptionRight } from '../core/market/optionContract.ts'
import { gaussLegendre } from '../core/pricing/quadrature.ts'

/** The parameters of Heston: variance now and in the long run, speed towards it, volatility of variance, correlation. */
export interface HestonParameters {
  readonly v0: number
  readonly kappa: number
  readonly theta: number
  readonly sigma: number
  readonly rho: number
}

/** A complex number. */
interface Complex {
  readonly re: number
  readonly im: number
}

/** Nodes of each panel, and the relative size at which the integrand is over. */
const NODES = 32
const NEGLIGIBLE = 1e-17
const MOST_PANELS = 400
const NARROWEST = 0.5

/**
 * The undiscounted European value under S. Heston, "A closed-form solution for options with stochastic volatility",
 * Review of Financial Studies 6 (1993). One integral along Im u = -1/2 (A. Lewis, "Option valuation under stochastic
 * volatility", 2000), with the characteristic function in the form that stays on one branch (Albrecher, Mayer, Schoutens
 * and Tistaert, 2007), by Gauss-Legendre in panels until nothing is left.
 */
export function hestonPrice(
  parameters: HestonParameters,
  right: OptionRight,
  forward: Price,
  strike: Price,
  years: Years,
): Price {
  const log = Math.log(forward / strike)
  const integrand = (u: number) => {
    const { re, im } = logCharacteristic(parameters, u, years)
    return (Math.exp(re) * Math.cos(u * log + im)) / (u * u + 0.25)
  }
  const call =
    forward - (Math.sqrt(forward * strike) / Math.PI) * integralFromZero(integrand, parameters, years, log)
  return right === 'call' ? Math.max(0, call) : Math.max(0, call - forward + strike)
}

/**
 * The integral of a decaying oscillation above a peak of width 1/2: panels that widen from there until they are as wide
 * as a swing or the decay is, whichever is shorter.
 */
function integralFromZero(
  integrand: (u: number) => number,
  { v0, theta }: HestonParameters,
  years: Years,
  log: number,
): number {
  const deviation = Math.sqrt(Math.max(v0, theta) * years)
  const widest = Math.min(4 / deviation, Math.PI / Math.max(1e-8, Math.abs(log)))
  const { nodes, weights } = gaussLegendre(NODES)
  let [sum, start, width] = [0, 0, Math.min(NARROWEST, widest)]
  for (let panel = 0; panel < MOST_PANELS; panel += 1) {
    let [part, size] = [0, 0]
    for (let node = 0; node < NODES; node += 1) {
      const value = integrand(start + (width * (at(nodes, node) + 1)) / 2)
      part += at(weights, node) * value
      size += at(weights, node) * Math.abs(value)
    }
    sum += (part * width) / 2
    if (size * width < NEGLIGIBLE * Math.abs(sum)) break
    start += width
    width = Math.min(widest, 2 * width)
  }
  return sum
}

/** The logarithm of E[exp(i (u - i/2) ln(S/F))]. */
function logCharacteristic(
  { v0, kappa, theta, sigma, rho }: HestonParameters,
  u: number,
  years: Years,
): Complex {
  const square = sigma * sigma
  // b = kappa - rho sigma i (u - i/2), d^2 = b^2 + sigma^2 (u^2 + 1/4)
  const b = { re: kappa - (rho * sigma) / 2, im: -rho * sigma * u }
  const d = root(plus(times(b, b), { re: square * (u * u + 0.25), im: 0 }))
  const less = minus(b, d)
  const g = over(less, plus(b, d))
  const decay = exponential({ re: -d.re * years, im: -d.im * years })
  const one = { re: 1, im: 0 }
  const fading = minus(one, times(g, decay))
  const inner = minus(scaled(less, years), scaled(logarithm(over(fading, minus(one, g))), 2))
  const pull = over(times(less, minus(one, decay)), fading)
  return plus(scaled(inner, (kappa * theta) / square), scaled(pull, v0 / square))
}

const plus = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im })
const minus = (a: Complex, b: Complex): Complex => ({ re: a.re - b.re, im: a.im - b.im })
const scaled = (a: Complex, factor: number): Complex => ({ re: a.re * factor, im: a.im * factor })
const times = (a: Complex, b: Complex): Complex => ({
  re: a.re * b.re - a.im * b.im,
  im: a.re * b.im + a.im * b.re,
})
const over = (a: Complex, b: Complex): Complex => {
  const size = b.re * b.re + b.im * b.im
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size }
}
const exponential = (a: Complex): Complex => ({
  re: Math.exp(a.re) * Math.cos(a.im),
  im: Math.exp(a.re) * Math.sin(a.im),
})
const logarithm = (a: Complex): Complex => ({
  re: Math.log(Math.hypot(a.re, a.im)),
  im: Math.atan2(a.im, a.re),
})
const root = (a: Complex): Complex => {
  const size = Math.hypot(a.re, a.im)
  const re = Math.sqrt((size + Math.abs(a.re)) / 2)
  const im = re > 0 ? a.im / (2 * re) : 0
  return a.re >= 0 ? { re, im } : { re: Math.abs(im), im: a.im < 0 ? -re : re }
}
