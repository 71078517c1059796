// A second opinion on losses and gradients: the same formulas, written once more for @jax-js/jax and differentiated by it.
// Reads cases from standard input, answers loss and gradient of each. Ends with 3 where the package is not installed.
import { readFileSync } from 'node:fs'

/** Heads and widths as in `gradientCases.ts`; whatever else there is comes with the case. */
const HEADS = 2
const CLIP = 0.2
const ENTROPY_WEIGHT = 0.05
const VALUE_WEIGHT = 0.5
const BETA = 0.7
const INNER_RATE = 0.2

const jax = await loaded()
const { numpy: np, nn, grad, valueAndGrad, tree } = jax

const answers = {}
for (const each of JSON.parse(readFileSync(0, 'utf8'))) {
  const formula = formulaOf(each)
  if (!formula) continue
  const parameters = parametersOf(each)
  const [loss, gradient] = valueAndGrad(formula)(parameters)
  const parts = []
  for (const [name] of each.layout) parts.push(...(await gradient[name].data()))
  answers[each.name] = { loss: (await loss.data())[0], gradient: parts }
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0))

async function loaded() {
  // Node 20 has none, and the package asks for it
  globalThis.navigator ??= {}
  try {
    const found = await import('@jax-js/jax')
    await found.init()
    found.defaultDevice('wasm')
    return found
  } catch (error) {
    process.stderr.write(`@jax-js/jax is not installed here (${error.message})`)
    process.exit(3)
  }
}

function parametersOf({ layout, parameters }) {
  let start = 0
  return Object.fromEntries(
    layout.map(([name, shape]) => {
      const size = shape.reduce((product, each) => product * each, 1)
      const part = Float32Array.from(parameters.slice(start, start + size))
      start += size
      return [name, np.array(part).reshape(shape)]
    }),
  )
}

/** The loss of a case as a function of its parameters; undefined where there is no second opinion. */
function formulaOf({ name, inputs }) {
  const input = key => np.array(Float32Array.from(inputs[key].values)).reshape(inputs[key].shape)
  if (name === 'policy network') return p => networkLoss(p, input('observations'))
  if (name === 'attention encoder') return p => encoderLoss(p, input('observations'))
  if (name === 'PPO') return p => ppoLoss(p, input)
  if (name === 'imitation') return p => imitationLoss(p, input)
  if (name === 'direct preference (DPO)') return p => preferenceLoss(p, input)
  if (name === 'Bradley-Terry') return p => bradleyTerryLoss(p, input)
  if (name.startsWith('MAML')) return p => metaLoss(p, input, Number(name.match(/\d+/)[0]))
  return undefined
}

// Arrays are owned: each use of one but the last is of a reference of its own (`.ref`)

function linear(x, weights, biases) {
  return np.matmul(x, weights).add(biases)
}

function network(p, x) {
  const first = np.tanh(linear(x, p.weights0.ref, p.biases0.ref))
  const second = np.tanh(linear(first, p.weights1.ref, p.biases1.ref))
  const logits = linear(second.ref, p.policyWeights.ref, p.policyBiases.ref)
  const values = linear(second, p.valueWeights.ref, p.valueBiases.ref)
  const rows = values.shape[0]
  return [logits, values.reshape([rows])]
}

function squared(x) {
  return x.ref.mul(x)
}

function networkLoss(p, x) {
  const [logits, values] = network(p, x)
  return squared(logits).mean().add(np.tanh(values).mean())
}

function maskedLogProbabilities(logits, masks) {
  return nn.logSoftmax(np.where(masks.greater(0.5), logits, -1e9), -1)
}

function ppoLoss(p, input) {
  const [logits, values] = network(p, input('observations'))
  const logP = maskedLogProbabilities(logits, input('masks'))
  const change = logP.ref.mul(input('actions')).sum(1).sub(input('oldLogProbabilities'))
  const ratio = np.exp(change)
  const clipped = np.clip(ratio.ref, 1 - CLIP, 1 + CLIP).mul(input('advantages'))
  const policy = np.minimum(ratio.mul(input('advantages')), clipped).mean()
  const moved = np.clip(values.ref.sub(input('oldValues')), -CLIP, CLIP).add(input('oldValues'))
  const held = squared(moved.sub(input('returns')))
  const free = squared(values.sub(input('returns')))
  const value = np
    .maximum(held, free)
    .mean()
    .mul(0.5 * VALUE_WEIGHT)
  const negativeEntropy = np.exp(logP.ref).mul(logP).sum(1).mean()
  return value.sub(policy).add(negativeEntropy.mul(ENTROPY_WEIGHT))
}

function weightedMean(values, weights) {
  return values.mul(weights.ref).mean().div(weights.mean())
}

function imitationLoss(p, input) {
  const [logits, values] = network(p, input('observations'))
  const logP = maskedLogProbabilities(logits, input('masks'))
  const taken = logP.mul(input('actions')).sum(1)
  const unused = values.sum().mul(0)
  return weightedMean(taken.mul(-1), input('rowWeights')).add(unused)
}

function preferenceLoss(p, input) {
  const [logits, values] = network(p, input('observations'))
  const logP = maskedLogProbabilities(logits, input('masks'))
  const margin = logP.mul(input('preferred').sub(input('declined'))).sum(1)
  const gained = margin.sub(input('referenceMargins')).mul(BETA)
  const unused = values.sum().mul(0)
  return weightedMean(nn.logSigmoid(gained).mul(-1), input('rowWeights')).add(unused)
}

function layered(p, prefix, x, layers) {
  let value = x
  for (let index = 0; index < layers; index += 1) {
    const sums = linear(value, p[`${prefix}weights${index}`].ref, p[`${prefix}biases${index}`].ref)
    value = index === layers - 1 ? sums : np.tanh(sums)
  }
  return value
}

function bradleyTerryLoss(p, input) {
  const rows = input('preferred').shape[0]
  const rewardsOf = x => layered(p, 'reward ', x, 3).reshape([rows])
  const difference = rewardsOf(input('preferred')).sub(rewardsOf(input('declined')))
  return weightedMean(nn.logSigmoid(difference).mul(-1), input('rowWeights'))
}

/** Second order: a gradient within the function that is differentiated. */
function metaLoss(p, input, steps) {
  const names = Object.keys(p).filter(name => !name.startsWith('rate of '))
  const errorOf = (weights, kind, task) => {
    const off = layered(weights, '', input(`${kind} ${task} x`), 3).sub(input(`${kind} ${task} y`))
    return squared(off).mean()
  }
  const losses = [0, 1].map(task => {
    let weights = Object.fromEntries(names.map(name => [name, p[name].ref]))
    for (let step = 0; step < steps; step += 1) {
      const pulls = grad(inner => errorOf(inner, 'support', task))(tree.ref(weights))
      weights = Object.fromEntries(
        names.map(name => {
          const rate = np.exp(p[`rate of ${name}`].ref).mul(INNER_RATE).reshape([])
          return [name, weights[name].sub(pulls[name].mul(rate))]
        }),
      )
    }
    return errorOf(weights, 'query', task)
  })
  return losses[0].add(losses[1]).mul(0.5)
}

function layerNorm(x, scale, shift) {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }))
  const variance = np.mean(squared(centred.ref), -1, { keepdims: true })
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(scale)
    .add(shift)
}

function block(p, prefix, looking, seen) {
  const [batch, asked, width] = looking.shape
  const steps = seen.shape[1]
  const each = width / HEADS
  const affine = (value, part) =>
    linear(value, p[`${prefix}${part} weights`].ref, p[`${prefix}${part} biases`].ref)
  const normal = value => layerNorm(value, p[`${prefix}attentionScale`].ref, p[`${prefix}attentionShift`].ref)
  const apart = (value, count) => value.reshape([batch, count, HEADS, each]).transpose([0, 2, 1, 3])
  const normalSeen = normal(seen)
  const query = apart(affine(normal(looking.ref), 'query'), asked)
  const key = apart(affine(normalSeen.ref, 'key'), steps).transpose([0, 1, 3, 2])
  const value = apart(affine(normalSeen, 'value'), steps)
  const looked = nn.softmax(np.matmul(query, key).mul(1 / Math.sqrt(each)), -1)
  const mixed = np.matmul(looked.ref, value).transpose([0, 2, 1, 3]).reshape([batch, asked, width])
  const attended = looking.add(affine(mixed, 'mixed'))
  const forward = layerNorm(attended.ref, p[`${prefix}forwardScale`].ref, p[`${prefix}forwardShift`].ref)
  const wide = affine(forward, 'wide')
  const cubed = squared(wide.ref).mul(wide.ref)
  const inner = wide.ref.add(cubed.mul(0.044715)).mul(Math.sqrt(2 / Math.PI))
  const gelu = wide.mul(0.5).mul(np.tanh(inner).add(1))
  return [attended.add(affine(gelu, 'narrow')), np.mean(looked, 1)]
}

function encoderLoss(p, x) {
  const [rows, steps] = x.shape
  const sizes = [
    ['price', 0, 3],
    ['flow', 3, 5],
    ['context', 5, 7],
  ]
  const tokens = sizes.map(([name, start, end]) => {
    const own = x.ref.slice([], [], [start, end])
    const embedded = linear(own, p[`${name} weights`].ref, p[`${name} biases`].ref)
    const width = embedded.shape[2]
    return embedded.add(p[`${name} positions`].ref).reshape([rows * steps, 1, width])
  })
  const moments = np.concatenate(tokens, 1)
  const [told, looked] = block(p, 'across ', moments.ref, moments)
  const width = told.shape[2]
  const last = sizes.map(([name], stream) => {
    const past = told.ref.slice([], [stream, stream + 1], []).reshape([rows, steps, width])
    const [output, over] = block(p, `${name} `, past.ref.slice([], [steps - 1, steps], []), past)
    over.dispose()
    return output
  })
  const pooled = np.mean(layerNorm(np.concatenate(last, 1), p.lastScale.ref, p.lastShift.ref), 1)
  const logits = linear(pooled.ref, p.policyWeights.ref, p.policyBiases.ref)
  const values = linear(pooled, p.valueWeights.ref, p.valueBiases.ref)
  const across = np.mean(looked.reshape([rows, steps, sizes.length, sizes.length]), 1)
  return squared(logits).mean().add(np.tanh(values).mean()).add(squared(across).mean())
}
