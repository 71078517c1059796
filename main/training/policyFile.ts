import { subtract, multiply } from '../autodiff/elementwise.ts'
import { viewsOf, type Layout, type Weights } from '../autodiff/layout.ts'
import { recordOne, reshape } from '../autodiff/shaping.ts'
import { createTape, type Tape, type Value } from '../autodiff/tape.ts'
import type { Normalisation, PolicyNetwork } from './network.ts'

/** Rows for which a file is written down; it answers any number of them. */
const ROWS = 2

/**
 * Writes any network as an ONNX file that takes raw features: input `observation` [rows, size], outputs `logits` [rows, actions],
 * `value` [rows, 1] and what else it shows, for any number of rows. The same parameters always give the same bytes.
 */
export function policyFile({
  layout,
  observationSize,
  answer,
  notes: ownNotes = {},
}: Omit<PolicyNetwork, 'model'>): PolicyNetwork['model'] {
  return (parameters, normalisation, notes = {}, further = () => ({})) => {
    const tape = createTape()
    const seen = normalisedOnTape(tape.input('observation', [ROWS, observationSize]), normalisation)
    const { logits, values, shown = {} } = answer(constantWeights(tape, parameters, layout), seen)
    tape.output('logits', logits)
    tape.output('value', reshape(values, [ROWS, 1]))
    for (const [name, value] of Object.entries({ ...shown, ...further(seen) })) tape.output(name, value)
    for (const [key, text] of Object.entries({ ...notes, ...ownNotes })) tape.note(key, text)
    return tape.bytes('rows')
  }
}

/** Every matrix and vector as a constant of its own, so that a copy of the file can keep each in fewer bits. */
export function constantWeights(tape: Tape, parameters: Float32Array, layout: Layout): Weights {
  const view = viewsOf(parameters, layout)
  const shapes = new Map(layout)
  return name => tape.constant(view(name), shapes.get(name))
}

/** Less the mean, times the scale, held within the limit by ONNX's own operation, which has no gradient here. */
function normalisedOnTape(raw: Value, { mean, scale, limit }: Normalisation): Value {
  const { tape } = raw
  const size = [mean.length]
  const scaled = multiply(subtract(raw, tape.constant(mean, size)), tape.constant(scale, size))
  return recordOne(scaled, {
    operation: 'Clip',
    inputs: [scaled, tape.constant(-limit), tape.constant(limit)],
    shape: scaled.shape,
    pullback: undefined,
  })
}
