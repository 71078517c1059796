import { expect, test } from 'vitest'
import { learningOf, runOf } from '../../../main/fixtures/learningScreen.ts'
import { isStopped } from './TrainingCard.tsx'
import { metricRows } from './learningWords.ts'

test('a model is told by what it makes more than doing nothing, with the planted edge and without it', () => {
  const measured = { value: 1, low: 0, high: 2 }
  const names = ['loss', 'validation, seed 1', 'no edge, seed 1', 'planted edge, more than do nothing']
  const metrics = { ...Object.fromEntries(names.map(name => [name, measured])), loss: 1 }
  expect(metricRows(metrics).map(({ name }) => name)).toEqual(names.toReversed())
})

test('a training that was stopped is gone on with by its seed, budget, network and champion', () => {
  const parameters = { budget: 'short', champion: 'champion-41' }
  const wish = { seed: 7, budget: 'short', encoder: 'plain' }
  const stopped = runOf({ status: 'interrupted', kind: 'train', seed: 7, parameters })
  const report = learningOf({ runs: [stopped] })
  expect(isStopped(report, wish)).toBe(true)
  expect(isStopped(report, { ...wish, seed: 8 })).toBe(false)
  expect(isStopped(report, { ...wish, budget: 'usual' })).toBe(false)
  expect(isStopped(report, { ...wish, encoder: 'champion' })).toBe(true)
  expect(isStopped(report, { ...wish, encoder: 'attention' })).toBe(false)
  expect(isStopped(learningOf({ runs: [{ ...stopped, status: 'finished' }] }), wish)).toBe(false)
  expect(isStopped(learningOf({ runs: [stopped], models: [] }), wish)).toBe(false)
})
