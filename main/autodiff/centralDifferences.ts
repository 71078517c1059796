import { compileGraph, type Numbers } from './compiledGraph.ts'
import { gradient } from './gradient.ts'
import { multiply } from './elementwise.ts'
import { sum } from './shaping.ts'
import { createTape, sizeOf, type Shape, type Value } from './tape.ts'

/** A computation to be checked: its inputs by shape, and the graph. */
export interface Checked {
  readonly inputs: readonly { readonly shape: Shape; readonly values: Float64Array }[]
  /** Any value; the numbers of it are weighted and added up to a loss. */
  readonly build: (inputs: readonly Value[]) => Value
}

/** The largest relative error of a gradient, and how many numbers were tried. */
export interface GradientCheck {
  readonly worst: number
  readonly tried: number
}

/**
 * The gradient of a computation in 64 bits beside central differences of the same graph, at up to `samples` numbers of
 * every input. Each error is a share of the size of both, which is taken as at least a hundredth of the largest of the
 * gradient, for central differences have an absolute error of their own. Richardson's step takes away their h^2 term.
 */
export async function checkGradient(
  { inputs, build }: Checked,
  samples = 12,
  step = 1e-3,
): Promise<GradientCheck> {
  const tape = createTape('double')
  const fed = inputs.map(({ shape }, index) => tape.input(`input${index}`, shape))
  const built = build(fed)
  // Weights that differ from place to place, so that errors do not cancel
  const weights = Array.from(
    { length: sizeOf(built.shape) },
    (_, index) => 1 + 0.3 * Math.sin(1.7 * index + 0.4),
  )
  const loss = sum(multiply(built, tape.constant(weights, built.shape)))
  tape.output('loss', loss)
  gradient(loss, fed).forEach((each, index) => tape.output(`gradient${index}`, each))
  const graph = await compileGraph(tape)
  const feeds = Object.fromEntries(inputs.map(({ values }, index) => [`input${index}`, values.slice()]))
  const answer = await graph.run(feeds)
  const largest = Math.max(1e-8, ...inputs.map((_, index) => largestOf(answer[`gradient${index}`])))
  let [worst, tried] = [0, 0]
  for (const [index, { values }] of inputs.entries()) {
    const found = answer[`gradient${index}`]
    const stride = Math.max(1, Math.floor(values.length / samples))
    for (let place = 0; place < values.length; place += stride) {
      const expected = await richardson(async shift => {
        const moved = values.slice()
        moved[place] = (values[place] ?? 0) + shift
        const { loss: lossOf } = await graph.run({ ...feeds, [`input${index}`]: moved })
        return lossOf?.[0] ?? Number.NaN
      }, step)
      const got = found?.[place] ?? Number.NaN
      const error = Math.abs(got - expected) / Math.max(0.01 * largest, Math.abs(got) + Math.abs(expected))
      worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error)
      tried += 1
    }
  }
  await graph.release()
  return { worst, tried }
}

/** The derivative at 0 from central differences at two steps, without their second-order term. */
async function richardson(lossAt: (shift: number) => Promise<number>, step: number): Promise<number> {
  const wide = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step)
  const narrow = ((await lossAt(step / 2)) - (await lossAt(-step / 2))) / step
  return (4 * narrow - wide) / 3
}

function largestOf(numbers: Numbers = new Float64Array()): number {
  let most = 0
  for (const each of numbers) most = Math.max(most, Math.abs(each))
  return most
}
