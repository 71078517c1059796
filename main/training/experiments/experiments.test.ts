import { expect, test } from 'vitest'
import { inWords, overSeeds, type Experiment, type Figures } from '../../research/plantedTruth.ts'
import { adversarial } from './adversarial.ts'
import { attention } from './attention.ts'
import { ensembleKelly } from './ensembleKelly.ts'
import { metaLearning } from './metaLearning.ts'
import { parameterBudgets, regimes } from './regimes.ts'

test('a little meta-learning already adapts better than tuning the average', async () => {
  const { adapted, tuned } = await metaLearning.trial(1, 'small')
  expect(adapted).toBeGreaterThan(tuned ?? Infinity)
})

test('a little attention already finds the event', async () => {
  const figures = await attention.trial(1, 'small')
  expect(figures.encoder).toBeGreaterThan((figures.plain ?? Infinity) + 0.2)
  expect(figures.pointed).toBeGreaterThan(0.5)
})

test('heads that know the regime earn more than one policy that does not', async () => {
  const { known, one } = await regimes.trial(1, 'small')
  expect(known).toBeGreaterThan(one ?? Infinity)
})

test('an adversary does not lose: what it makes of paths is worse than the paths; the same seed finds the same', async () => {
  const figures = await adversarial.trial(1, 'small')
  expect(figures.ordinaryWorst).toBeGreaterThan(-(figures.ordinaryResult ?? Infinity))
  expect(figures.robustWorst).toBeGreaterThan(-(figures.robustResult ?? Infinity))
  expect(await adversarial.trial(1, 'small')).toEqual(figures)
})

test('one policy and the heads together have the same budget within a twentieth', () => {
  const { one, heads } = parameterBudgets()
  expect(Math.abs(heads / one - 1)).toBeLessThan(0.05)
})

/** Trials whose figures differ a little from seed to seed. */
function trialsOf(figures: Figures): Figures[] {
  return [-1, 0, 1].map(offset =>
    Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, value * (1 + 0.001 * offset)])),
  )
}

const won: readonly (readonly [Experiment, Figures])[] = [
  [metaLearning, { adapted: 0.4, unadapted: 0, tuned: 0.1, best: 0.5 }],
  [attention, { encoder: 0.9, plain: 0.2, large: 0.4, pointed: 0.95 }],
  [adversarial, { ordinaryResult: 3, robustResult: 2.95, ordinaryWorst: -1, robustWorst: -1.5 }],
  [regimes, { heads: 0.06, one: 0.01, told: 0.06, known: 0.09, right: 0.8 }],
  [ensembleKelly, { ensemble: 3, certain: 2, fixed: 1, alikeEnsemble: 1, alikeFixed: 1, noEdge: 0 }],
]
const lost: readonly (readonly [Experiment, Figures])[] = [
  [metaLearning, { adapted: 0.1, unadapted: 0, tuned: 0.2, best: 0.5 }],
  [attention, { encoder: 0.9, plain: 0.2, large: 0.4, pointed: 0.2 }],
  [adversarial, { ordinaryResult: 3, robustResult: 2.5, ordinaryWorst: -1, robustWorst: -1.5 }],
  [regimes, { heads: 0.01, one: 0.02, told: 0.02, known: 0.09, right: 0.8 }],
  [ensembleKelly, { ensemble: 1.1, certain: 1, fixed: 1, alikeEnsemble: 1, alikeFixed: 1, noEdge: 0 }],
]

test.each(won)('$name says reached where the figures show it', (experiment, figures) => {
  const { isReached, sentence } = experiment.judge(trialsOf(figures))
  expect(isReached).toBe(true)
  expect(sentence).toMatch(/^reached/)
})

test.each(lost)('$name says what was not reached where they do not', (experiment, figures) => {
  const { isReached, sentence } = experiment.judge(trialsOf(figures))
  expect(isReached).toBe(false)
  expect(sentence).toMatch(/^not reached: .*%|^not reached: .*interval/)
})

test('a figure that a trial does not have is a mistake, not a zero', () => {
  expect(() => regimes.judge([{ heads: 1 }])).toThrow('a trial must have the figure one')
})

test('the interval over seeds is that of Student, and one seed tells nothing', () => {
  // Five values 1 to 5: mean 3, standard error 0.7071, point 2.776
  const { value, low, high } = overSeeds([1, 2, 3, 4, 5])
  expect([value, low, high].map(figure => figure.toFixed(3))).toEqual(['3.000', '1.037', '4.963'])
  expect(overSeeds([2])).toEqual({ value: 2, low: -Infinity, high: Infinity })
  expect(inWords({ value: 0.123, low: 0.1, high: 0.15 }, 'share')).toBe(
    '12.3 % (95 % interval 10.0 % to 15.0 %)',
  )
})
