import { at } from '../../core/base/assert.ts'
import type { BatchColumns, GreekColumns } from '../../../native/europeanKernels.ts'

/**
 * European price and Greeks of a batch in TypeScript, as fast as we can write it without losing the accuracy: columns in, columns
 * out, Mills ratios with one shared exponential. What the native kernels are timed against.
 */
export function columnarGreeks(batch: BatchColumns, greeks: GreekColumns, count: number): void {
  for (let row = 0; row < count; row += 1) writeRow(batch, greeks, row)
}

function writeRow(batch: BatchColumns, greeks: GreekColumns, row: number): void {
  const spot = at(batch.spot, row)
  const strike = at(batch.strike, row)
  const years = at(batch.years, row)
  const volatility = at(batch.volatility, row)
  const rate = at(batch.rate, row)
  const dividendYield = at(batch.dividendYield, row)
  const root = Math.sqrt(years)
  const deviation = volatility * root
  const inverse = 1 / deviation
  const d1 =
    (Math.log1p((spot - strike) / strike) + (rate - dividendYield) * years) * inverse + 0.5 * deviation
  const d2 = d1 - deviation
  const carried = Math.exp(-dividendYield * years)
  const lent = strike * Math.exp(-rate * years)
  const density = carried * 0.3989422804014327 * Math.exp(-0.5 * d1 * d1)
  const tail1 = density * millsRatio(Math.abs(d1))
  const tail2 = spot * density * millsRatio(Math.abs(d2))
  const sign = at(batch.sign, row) > 0 ? 1 : -1
  const delta = sign * (sign * d1 > 0 ? carried - tail1 : tail1)
  const owed = sign * (sign * d2 > 0 ? lent - tail2 : tail2)
  const shares = spot * delta
  const vega = spot * density * root
  const perVolatility = d2 / volatility
  greeks.price[row] = shares - owed
  greeks.delta[row] = delta
  greeks.gamma[row] = (density / spot) * inverse
  greeks.theta[row] = (-0.5 * vega * volatility) / years + dividendYield * shares - rate * owed
  greeks.vega[row] = vega
  greeks.rho[row] = years * owed
  greeks.vanna[row] = -density * perVolatility
  greeks.charm[row] = dividendYield * delta - density * ((rate - dividendYield) * inverse - d2 / (2 * years))
  greeks.vomma[row] = vega * d1 * perVolatility
}

/** The Mills ratio for x >= 0; the same rational function as in native/kernels/lanes.h. */
function millsRatio(distance: number): number {
  const x = distance > 38 ? 38 : distance
  const above =
    (((((((0.0000150705564033078941 * x + 0.000365723337498864682) * x + 0.00427686611467795995) * x +
      0.0311008583554263987) *
      x +
      0.152972368362204478) *
      x +
      0.520738682502975982) *
      x +
      1.20327501663200053) *
      x +
      1.74562917911958564) *
      x +
    1.2533141373155003
  const below =
    ((((((((0.00001507055639944372 * x + 0.000365723338113910072) * x + 0.0042919366279104108) * x +
      0.0314665834824637288) *
      x +
      0.157219043754384614) *
      x +
      0.551109082372182785) *
      x +
      1.34782953225728446) *
      x +
      2.20799638118706762) *
      x +
      2.19069513170937102) *
      x +
    1
  return above / below
}
