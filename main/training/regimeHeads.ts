import { add, choose, compare, multiply } from '../autodiff/elementwise.ts'
import type { Layout, Weights } from '../autodiff/layout.ts'
import { matrixProduct } from '../autodiff/products.ts'
import { concatenate, reshape, slice } from '../autodiff/shaping.ts'
import type { Value } from '../autodiff/tape.ts'
import type { Random } from '../core/base/random.ts'
import type { NetworkKind, PolicyAnswer, PolicyNetwork } from './network.ts'
import { policyFile } from './policyFile.ts'

/** Well below what is usual, about it, well above it. */
const REGIMES = 3
/** Deviations from the mean at which one head gives way to the next: of a normal feature each has a third of the moments. */
const BORDER = 0.43

/** The parameters of one network a regime, one after the other, so that heads share nothing. */
export function regimeHeadsLayout({ layout }: Pick<PolicyNetwork, 'layout'>, regimes: number): Layout {
  return Array.from({ length: regimes }, (_, regime) => regime).flatMap(regime =>
    layout.map(([name, sizes]) => [headName(regime, name), sizes] as const),
  )
}

/** Parameters of heads to start from, each drawn by itself. */
export function initialHeads(network: PolicyNetwork, regimes: number, random: Random): Float32Array {
  const heads = Array.from({ length: regimes }, () => network.initial(random))
  return Float32Array.from(heads.flatMap(head => [...head]))
}

/**
 * What the heads say of observations [rows, size], mixed by `shares` [rows, regimes]: a 1 at the announced regime
 * switches, probabilities of a detector mix (Jacobs et al. 1991).
 */
export function regimeHeads(
  weights: Weights,
  observations: Value,
  shares: Value,
  network: PolicyNetwork,
): PolicyAnswer {
  const [rows = 1, regimes = 1] = shares.shape
  const answers = Array.from({ length: regimes }, (_, regime) =>
    network.answer(name => weights(headName(regime, name)), observations),
  )
  const mixed = (values: readonly Value[]) =>
    values
      .map((value, regime) => {
        const share = slice(shares, 1, regime, regime + 1)
        return multiply(value, reshape(share, [rows, ...value.shape.slice(1).map(() => 1)]))
      })
      .reduce((sum, value) => add(sum, value))
  const names = Object.keys(answers[0]?.shown ?? {})
  const shown = names.map(name => [name, mixed(answers.flatMap(answer => answer.shown?.[name] ?? []))])
  return {
    logits: mixed(answers.map(({ logits }) => logits)),
    values: mixed(answers.map(({ values }) => values)),
    shown: Object.fromEntries(shown),
  }
}

/**
 * A network a regime, switched by one feature of what is seen: the one in charge is told by how far that is from its
 * usual. The model file also shows `regime` [rows, regimes], a 1 at the one in charge.
 */
export function regimeNetwork(head: NetworkKind, feature: number): NetworkKind {
  return sizes => {
    const inner = head(sizes)
    const { observationSize, actionCount } = inner
    const picking = Float32Array.from({ length: observationSize }, (_, place) => Number(place === feature))
    const network: Omit<PolicyNetwork, 'model'> = {
      observationSize,
      actionCount,
      // No encoder has a width of 0
      identity: [observationSize, actionCount, 0, 0, REGIMES, feature, ...inner.identity.slice(2)],
      layout: regimeHeadsLayout(inner, REGIMES),
      notes: inner.notes ?? {},
      initial: random => initialHeads(inner, REGIMES, random),
      answer(weights, observations) {
        // Picked by a product, at which an explanation can take the file apart
        const detector = observations.tape.constant(picking, [observationSize, 1])
        const shares = sharesOf(matrixProduct(observations, detector))
        const { shown, ...answer } = regimeHeads(weights, observations, shares, inner)
        return { ...answer, shown: { ...shown, regime: shares } }
      },
    }
    return { ...network, model: policyFile(network) }
  }
}

/** Which regime a normalised feature [rows, 1] announces: [rows, regimes] with a single 1. */
function sharesOf(feature: Value): Value {
  const below = choose(compare('Less', feature, -BORDER), 1, 0)
  const above = choose(compare('Greater', feature, BORDER), 1, 0)
  const between = add(multiply(add(below, above), -1), 1)
  return concatenate([below, between, above], 1)
}

function headName(regime: number, name: string): string {
  return `regime${regime}/${name}`
}
