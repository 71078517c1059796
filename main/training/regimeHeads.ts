import { add, multiply } from '../autodiff/elementwise.ts'
import type { Layout, Weights } from '../autodiff/layout.ts'
import { reshape, slice } from '../autodiff/shaping.ts'
import type { Value } from '../autodiff/tape.ts'
import type { Random } from '../core/base/random.ts'
import { initialParameters, networkLayout, policyNetwork, type NetworkShape } from './network.ts'

/** The parameters of one network a regime, one after the other, so that heads share nothing. */
export function regimeHeadsLayout(shape: NetworkShape, regimes: number): Layout {
  return Array.from({ length: regimes }, (_, regime) => regime).flatMap(regime =>
    networkLayout(shape).map(([name, sizes]) => [headName(regime, name), sizes] as const),
  )
}

/** Parameters of heads to start from, each drawn by itself. */
export function initialHeads(shape: NetworkShape, regimes: number, random: Random): Float32Array {
  const heads = Array.from({ length: regimes }, () => initialParameters(shape, random))
  return Float32Array.from(heads.flatMap(head => [...head]))
}

/**
 * Logits [rows, actions] of the heads for observations [rows, size], mixed by `shares` [rows, regimes]: a 1 at the
 * announced regime switches, probabilities of a detector mix (Jacobs et al. 1991).
 */
export function regimeHeads(
  weights: Weights,
  observations: Value,
  shares: Value,
  { hidden }: NetworkShape,
): Value {
  const [rows = 1, regimes = 1] = shares.shape
  return Array.from({ length: regimes }, (_, regime) => {
    const head: Weights = name => weights(headName(regime, name))
    const share = reshape(slice(shares, 1, regime, regime + 1), [rows, 1])
    return multiply(policyNetwork(head, observations, hidden).logits, share)
  }).reduce((sum, logits) => add(sum, logits))
}

function headName(regime: number, name: string): string {
  return `regime${regime}/${name}`
}
