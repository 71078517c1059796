// Whether gradients are right: every operation, layer, loss and second-order path in 64 bits beside central differences, and
// losses in 32 bits beside another library's differentiation (@jax-js/jax). `npm run gradients [--json]`; a miss ends with 1.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { checkGradient } from '../../autodiff/centralDifferences.ts'
import { compileGraph } from '../../autodiff/compiledGraph.ts'
import { gradient } from '../../autodiff/gradient.ts'
import { createTape } from '../../autodiff/tape.ts'
import { at } from '../../core/base/assert.ts'
import { createRandom } from '../../core/base/random.ts'
import {
  OPERATIONS,
  filled,
  lossCases,
  lossOnTape,
  secondOrderOf,
  worstShare,
  type LossCase,
  type OperationCase,
} from './gradientCases.ts'
import { tell, type Figure, type Section } from './report.ts'

/** Relative, against central differences in 64 bits. */
const LIMIT = 1e-5
/** Of the largest gradient, against another library in 32 bits, whose exp and tanh are approximations of its own. */
const PEER_LIMIT = 1e-5
const STEP = 1e-4
const SAMPLES = 60

const losses = lossCases()
const sections: readonly Section[] = [
  await operationSection(),
  await lossSection(),
  await secondOrderSection(),
  await peerSection(),
]
tell(sections)

async function operationSection(): Promise<Section> {
  const figures: Figure[] = []
  for (const operation of OPERATIONS) {
    const first = await checkOperation(operation, operation.build)
    figures.push({ name: operation.name, value: first, atMost: LIMIT })
    const second = await checkOperation(operation, secondOrderOf(operation))
    figures.push({ name: `${operation.name}, second order`, value: second, atMost: LIMIT })
  }
  return {
    title: 'operations and layers in 64 bits, worst relative error against central differences',
    figures,
  }
}

async function checkOperation(operation: OperationCase, build: OperationCase['build']): Promise<number> {
  const random = createRandom(17)
  const inputs = operation.shapes.map(shape => {
    const values = Float64Array.from(filled(shape, random).values)
    // Away from 0, where some have a kink or a pole
    const away = values.map(value => (operation.isPositive ? 1 : Math.sign(value)) * (0.2 + Math.abs(value)))
    return { shape, values: away }
  })
  return (await checkGradient({ inputs, build }, SAMPLES, STEP)).worst
}

async function lossSection(): Promise<Section> {
  const figures: Figure[] = []
  for (const each of losses)
    figures.push({ name: each.name, value: await checkLoss(each, parameters => parameters), atMost: LIMIT })
  const notes = ['MAML is second order by itself: its loss holds the gradient of another']
  return {
    title: 'networks and losses in 64 bits, worst relative error against central differences',
    figures,
    notes,
  }
}

/** The gradient of the length of the gradient, through the whole of a loss. */
async function secondOrderSection(): Promise<Section> {
  const figures: Figure[] = []
  for (const each of losses) {
    const worst = await checkLoss(each, (loss, parameters) => gradient(loss, [parameters])[0] ?? loss)
    figures.push({ name: each.name, value: worst, atMost: LIMIT })
  }
  return { title: 'gradients of gradients of the same, in 64 bits', figures }
}

async function checkLoss(
  each: LossCase,
  transform: (loss: ReturnType<typeof lossOnTape>, parameters: ReturnType<typeof lossOnTape>) => typeof loss,
): Promise<number> {
  const moved = each.moved.map(name => {
    const input = each.inputs[name]
    if (!input) throw new RangeError(`a case must have the input that it moves, was ${name}`)
    return { shape: input.shape, values: Float64Array.from(input.values) }
  })
  const parameters = { shape: [each.parameters.length], values: Float64Array.from(each.parameters) }
  const checked = {
    inputs: [parameters, ...moved],
    build: ([flat, ...given]: readonly ReturnType<typeof lossOnTape>[]) => {
      if (!flat) throw new RangeError('a loss needs its parameters')
      return transform(lossOnTape(each, flat, given), flat)
    },
  }
  return (await checkGradient(checked, SAMPLES, STEP)).worst
}

async function peerSection(): Promise<Section> {
  const title =
    'the same losses in 32 bits beside @jax-js/jax, largest difference as a share of the largest gradient'
  const asked = losses.map(({ name, layout, parameters, inputs }) => ({
    name,
    layout,
    parameters: Array.from(parameters),
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([input, { shape, values }]) => [
        input,
        { shape, values: Array.from(values) },
      ]),
    ),
  }))
  const answer = spawnSync(process.execPath, [join(import.meta.dirname, 'jaxGradients.mjs')], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (answer.status === 3) return { title, leftOut: answer.stderr.trim() }
  if (answer.status !== 0) throw new Error(`the second opinion failed: ${answer.stderr}`)
  const opinions: Readonly<Record<string, { readonly loss: number; readonly gradient: readonly number[] }>> =
    JSON.parse(answer.stdout)
  const figures: Figure[] = []
  for (const each of losses) {
    const opinion = opinions[each.name]
    if (!opinion) continue
    const own = await gradientInSingle(each)
    figures.push({
      name: each.name,
      value: worstShare(own.gradient, opinion.gradient),
      atMost: PEER_LIMIT,
    })
    figures.push({
      name: `${each.name}, the loss itself`,
      value: Math.abs(own.loss - opinion.loss) / Math.abs(opinion.loss),
      atMost: PEER_LIMIT,
    })
  }
  return { title, figures }
}

async function gradientInSingle(each: LossCase) {
  const tape = createTape()
  const parameters = tape.input('parameters', [each.parameters.length])
  const loss = lossOnTape(each, parameters, [])
  tape.output('loss', loss)
  const [pull] = gradient(loss, [parameters])
  if (pull) tape.output('gradient', pull)
  const graph = await compileGraph(tape)
  const answer = await graph.run({ parameters: each.parameters })
  await graph.release()
  return { loss: at(answer.loss ?? [], 0), gradient: answer.gradient ?? new Float32Array() }
}
