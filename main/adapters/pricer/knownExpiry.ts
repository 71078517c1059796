import type { Greeks } from '../../core/pricing/blackScholes.ts'
import type { ChainTerms } from '../../core/pricing/chainKernels.ts'

/** A chain of a month, in which early exercise is worth up to half a dollar. */
export const MONTH: ChainTerms = {
  style: 'american',
  underlying: 600,
  carry: { years: 30 / 365, discountYears: 30 / 365, rate: 0.043, dividendYield: 0.012 },
}

/** How far kernels may lie from what is known: a millionth of a dollar, and in Greeks what differences leave of it. */
export const KNOWN_REACH = { price: 1e-6, greek: 1e-5 }

/** An American option of `MONTH` and what it comes to. */
export interface KnownOption {
  readonly sign: 1 | -1
  readonly strike: number
  readonly volatility: number
  readonly greeks: Greeks
}

/**
 * By the readable formulas, which take milliseconds an option, so they are written down; a test holds them to the
 * formulas.
 */
export const KNOWN_OPTIONS: readonly KnownOption[] = [
  {
    sign: -1,
    strike: 570,
    volatility: 0.22,
    greeks: {
      price: 4.0397951358,
      delta: -0.18901109861,
      gamma: 0.00717776581,
      theta: -58.843378135,
      charm: 1.232488572,
      vega: 46.489035648,
      rho: -8.837457935,
      vanna: -1.008736071,
      vomma: 152.81213003,
    },
  },
  {
    sign: -1,
    strike: 600,
    volatility: 0.18,
    greeks: {
      price: 11.6810733823,
      delta: -0.4753991049,
      gamma: 0.01310747169,
      theta: -67.098065386,
      charm: -0.140654205,
      vega: 68.269776661,
      rho: -20.031287637,
      vanna: -0.013360483,
      vomma: 1.54150019,
    },
  },
  {
    sign: -1,
    strike: 630,
    volatility: 0.16,
    greeks: {
      price: 31.2096407292,
      delta: -0.8606596746,
      gamma: 0.00974469117,
      theta: -27.553252426,
      charm: -1.654656022,
      vega: 37.066294692,
      rho: -22.202544603,
      vanna: 1.916502388,
      vomma: 372.76896635,
    },
  },
  {
    sign: 1,
    strike: 600,
    volatility: 0.18,
    greeks: {
      price: 13.1007323352,
      delta: 0.5294405229,
      gamma: 0.01283561116,
      theta: -84.141546495,
      charm: -0.175398968,
      vega: 68.362816676,
      rho: 25.032623127,
      vanna: -0.052045766,
      vomma: 0.67303018,
    },
  },
]
