import { mean, square, subtract } from '../../autodiff/elementwise.ts'
import { layoutSize } from '../../autodiff/layout.ts'
import { at } from '../../core/base/assert.ts'
import { createRandom, type Random } from '../../core/base/random.ts'
import { figureOverSeeds, inWords, type Experiment, type Figures } from '../../research/plantedTruth.ts'
import { createOptimiser, freshAdam } from '../adam.ts'
import { createQuestion, largest } from '../networkQuestion.ts'
import { EVENT_STEPS, drawEventDays, type EventDays } from './attentionEvents.ts'
import { READERS, ROWS, SHAPES, STREAM_WIDTH, type Reader } from './eventReaders.ts'

const LEARNING_RATE = 4e-3
const SIZES = {
  whole: { days: 8192, judged: 2048, steps: 1200 },
  small: { days: 512, judged: 128, steps: 160 },
} as const

/** R10: an encoder with attention over time and streams, against plain networks, on a planted signal. */
export const attention: Experiment = {
  name: 'Attention',
  claim:
    'R10: attended over time and across kinds, weights visible, beats the plain network on a planted signal',
  trial: runTrial,
  judge(trials) {
    const gain = figureOverSeeds(trials, of => of('encoder') - of('plain'))
    const overLarge = figureOverSeeds(trials, of => of('encoder') - of('large'))
    const pointed = figureOverSeeds(trials, of => of('pointed'))
    const isReached = gain.low > 0 && overLarge.low > 0 && pointed.low > 0.5
    const pay = (words: string, name: string) => ({
      words: `payoff a decision as a share of the best that can be known, ${words}`,
      measured: figureOverSeeds(trials, of => of(name)),
    })
    return {
      figures: [
        pay(`encoder (${layoutSize(READERS.encoder.layout)} parameters)`, 'encoder'),
        pay(`plain network (${layoutSize(READERS.plain.layout)})`, 'plain'),
        pay(`plain network (${layoutSize(READERS.large.layout)})`, 'large'),
        { words: 'gain over the plain network of as many parameters', measured: gain },
        { words: 'share of days at which the largest weight is at the planted step', measured: pointed },
      ],
      isReached,
      sentence: isReached
        ? 'reached'
        : `not reached: ${inWords(gain)} over the plain network, ${inWords(overLarge)} over the large one, weights point at the event on ${inWords(pointed, 'share')} of days`,
    }
  },
}

async function runTrial(seed: number, scale: keyof typeof SIZES): Promise<Figures> {
  const { days, judged, steps } = SIZES[scale]
  const random = createRandom(seed)
  const trained = drawEventDays(days, random.split('days'))
  const fresh = drawEventDays(judged, random.split('judged'))
  const figures: Record<string, number> = {}
  for (const [name, reader] of Object.entries(READERS)) {
    const parameters = await fit(reader, trained, steps, random.split(name))
    const { earned, pointed } = await earn(reader, parameters, fresh)
    figures[name] = earned
    if (name === 'encoder') figures.pointed = pointed
  }
  return figures
}

async function fit(
  { layout, initial, expected }: Reader,
  days: EventDays,
  steps: number,
  random: Random,
): Promise<Float32Array> {
  const optimiser = await createOptimiser(
    {
      layout,
      inputs: { ...SHAPES, paid: [ROWS, 1] },
      loss: (weights, fed) => ({ loss: mean(square(subtract(expected(weights, fed).pays, fed('paid')))) }),
    },
    freshAdam(initial(random)),
  )
  for (let step = 0; step < steps; step += 1) {
    const rows = Array.from({ length: ROWS }, () => random.below(days.pays.length))
    await optimiser.step(
      { ...streams(days, rows), paid: Float32Array.from(rows, row => at(days.pays, row)) },
      LEARNING_RATE * Math.min(1, 2 - (2 * step) / steps),
    )
  }
  const { parameters } = optimiser
  await optimiser.release()
  return parameters
}

/** What the better side by expectation pays, as a share of what knowing the event would; and how often weights point at it. */
async function earn({ layout, expected }: Reader, parameters: Float32Array, days: EventDays) {
  const question = await createQuestion({
    layout,
    inputs: SHAPES,
    answers: (weights, fed) => expected(weights, fed),
  })
  let [earned, best, pointed] = [0, 0, 0]
  for (let from = 0; from < days.pays.length; from += ROWS) {
    const rows = Array.from({ length: ROWS }, (_, row) => from + row)
    const answer = await question.ask(parameters, streams(days, rows))
    const [pays, looked] = [answer('pays'), answer('looked')]
    rows.forEach((row, index) => {
      const known = eventPay(days, row)
      earned += Math.sign(at(pays, index)) * known
      best += Math.abs(known)
      pointed += largest(looked, index * EVENT_STEPS, EVENT_STEPS) === at(days.steps, row) ? 1 : 0
    })
  }
  await question.release()
  return { earned: earned / best, pointed: pointed / days.pays.length }
}

function streams(
  days: EventDays,
  rows: readonly number[],
): Record<'price' | 'flow' | 'context', Float32Array> {
  const width = EVENT_STEPS * STREAM_WIDTH
  const pick = (values: Float32Array) => {
    const picked = new Float32Array(rows.length * width)
    rows.forEach((row, index) => {
      picked.set(values.subarray(row * width, (row + 1) * width), index * width)
    })
    return picked
  }
  return { price: pick(days.price), flow: pick(days.flow), context: pick(days.context) }
}

/** What selling puts pays on average, if the event is known. */
function eventPay(days: EventDays, row: number): number {
  const event = (row * EVENT_STEPS + at(days.steps, row)) * STREAM_WIDTH
  return at(days.context, row * EVENT_STEPS * STREAM_WIDTH) * at(days.price, event)
}
