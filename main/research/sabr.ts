import type { Price, Volatility, Years } from '../core/base/units.ts'

/** The parameters of SABR: forward volatility, elasticity, volatility of volatility, and correlation. */
export interface SabrParameters {
  readonly alpha: number
  readonly beta: number
  readonly nu: number
  readonly rho: number
}

/** Below this z / x(z) is its Taylor series, which the logarithm would round away. */
const SMALL = 1e-4

/**
 * The Black volatility of a strike under SABR, by the expansion of Hagan, Kumar, Lesniewski and Woodward, "Managing smile
 * risk", Wilmott Magazine (2002), formula 2.17a.
 */
export function sabrVolatility(
  { alpha, beta, nu, rho }: SabrParameters,
  forward: Price,
  strike: Price,
  years: Years,
): Volatility {
  const elastic = 1 - beta
  const log = Math.log(forward / strike)
  const level = (forward * strike) ** (elastic / 2)
  const wide = (elastic * log) ** 2
  const z = (nu / alpha) * level * log
  const ratio =
    Math.abs(z) < SMALL
      ? 1 - (rho * z) / 2 + ((2 - 3 * rho * rho) * z * z) / 12
      : z / Math.log((Math.sqrt(1 - 2 * rho * z + z * z) + z - rho) / (1 - rho))
  const drift =
    (elastic * elastic * alpha * alpha) / (24 * level * level) +
    (rho * beta * nu * alpha) / (4 * level) +
    ((2 - 3 * rho * rho) * nu * nu) / 24
  return (alpha / (level * (1 + wide / 24 + (wide * wide) / 1920))) * ratio * (1 + drift * years)
}
