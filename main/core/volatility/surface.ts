import { at, numberAt } from '../base/assert.ts'
import type { Price, Volatility, Years } from '../base/units.ts'
import type { OptionChain } from '../market/optionChain.ts'
import { outOfTheMoneyValue, quantileCurve } from './quantileCurve.ts'
import { impliedDeviation } from '../pricing/impliedVolatility.ts'
import { fitSmile, localDeviations, smileVolatility, type Smile } from './smile.ts'

/**
 * The smiles of several expiries, by rising time. Their local deviations rise with time at every quantile, so the ratio of
 * a later price of the underlying to a sooner one, each over its forward, rises with the quantile: the later is more
 * spread out in the convex order (Shaked and Shanthikumar, "Stochastic orders", 2007, theorem 3.A.44 and 4.B.4), every
 * option on it is worth more at the same strike over the forward, and no calendar spread can be arbitraged.
 */
export interface VolatilitySurface {
  readonly smiles: readonly Smile[]
}

/** The chain of one expiry around its forward. */
export interface ExpiryQuotes {
  readonly chain: OptionChain
  readonly forward: Price
  readonly years: Years
}

/** Fits expiries one after the other, each at least as spread out as the one before; those that say nothing are left out. */
export function fitSurface(expiries: readonly ExpiryQuotes[]): VolatilitySurface {
  const smiles: Smile[] = []
  for (const { chain, forward, years } of [...expiries].sort((one, other) => one.years - other.years)) {
    const smile = fitSmile(chain, forward, years, undefined, smiles.at(-1))
    if (smile) smiles.push(smile)
  }
  return { smiles }
}

/**
 * The smile at a time between expiries, or before the first and after the last: local variances run straight in time,
 * the forward does in its logarithm. Undefined of an empty surface or where no time is left.
 */
export function smileAt({ smiles }: VolatilitySurface, years: Years): Smile | undefined {
  const later = smiles.find(smile => smile.years >= years)
  const sooner = smiles.findLast(smile => smile.years <= years)
  const nearest = sooner ?? later
  if (!nearest || !(years > 0)) return undefined
  if (!sooner || !later || sooner === later) return { ...nearest, years }
  const share = (years - sooner.years) / (later.years - sooner.years)
  const [from, to] = [localDeviations(sooner), localDeviations(later)]
  const deviations = from.map((deviation, segment) =>
    Math.sqrt(deviation ** 2 * (1 - share) + numberAt(to, segment) ** 2 * share),
  )
  const between = (one: number, other: number) => one * (1 - share) + other * share
  const forward = sooner.forward * (later.forward / sooner.forward) ** share
  return withDeviations(deviations, {
    ...sooner,
    forward,
    years,
    reaches: sooner.reaches.map((reach, index) => between(reach, at(later.reaches, index))),
    contracts: Math.min(sooner.contracts, later.contracts),
  })
}

/** The same smile where it is spread out at least as far as one of a sooner expiry, else raised to it. */
export function notBelow(sooner: Smile, smile: Smile): Smile {
  const [least, own] = [localDeviations(sooner), localDeviations(smile)]
  if (own.every((deviation, segment) => deviation >= numberAt(least, segment))) return smile
  return withDeviations(
    own.map((deviation, segment) => Math.max(deviation, numberAt(least, segment))),
    smile,
  )
}

/** A smile with these local deviations, each above 0, in the place of its own. */
function withDeviations(deviations: Float64Array, smile: Smile): Smile {
  const atTheMoney = impliedDeviation(1, 1, outOfTheMoneyValue(quantileCurve(deviations), 0))
  return {
    ...smile,
    atTheMoney: atTheMoney / Math.sqrt(smile.years),
    shape: Array.from(deviations, deviation => deviation / atTheMoney),
  }
}

/** Total implied variance, volatility squared times time, at a strike given as a multiple of the forward. */
export function totalVariance(
  surface: VolatilitySurface,
  years: Years,
  moneyness: number,
): number | undefined {
  const smile = smileAt(surface, years)
  if (!smile) return undefined
  const volatility: Volatility = smileVolatility(smile, smile.forward * moneyness)
  return volatility * volatility * years
}
