import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react'
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { ModelRole, ModelSummary } from '../../../main/contract/learning.ts'
import {
  CHALLENGER,
  comparisonOf,
  learningOf,
  modelOf,
  progressOf,
  runOf,
} from '../../../main/fixtures/learningScreen.ts'
import {
  noticeTitles,
  settled,
  showDesk,
  type TestPipe,
  windowEachTest,
  rowsOf,
} from '../../../main/fixtures/page.ts'
import { LearningPage } from './LearningPage.tsx'
import { challengerOf } from './ChampionCard.tsx'
import { barPlace } from './PreferenceCard.tsx'
import { traits } from './RunsBeside.tsx'
import { nextSeed } from './TrainingCard.tsx'
import {
  figure,
  leftWords,
  lengthWords,
  metricRows,
  metricWords,
  seedsWords,
  shareDone,
  usualCurve,
} from './learningWords.ts'

const RUNS = [runOf(), runOf({ id: 'train-42', name: 'short, seed 42', seed: 42, model: 'challenger-42' })]
let pipe: TestPipe

windowEachTest({ width: 700, height: 250 }, opened => {
  pipe = opened
  pipe.answer('learning/get', learningOf())
  pipe.answer('experiments/get', RUNS)
})

async function show(): Promise<void> {
  render(<LearningPage />)
  await settled()
}

const card = (name: string) => screen.getByRole('region', { name })
const button = (name: string | RegExp, within_?: string) =>
  (within_ === undefined ? screen : within(card(within_))).getAllByRole('button', { name })[0]
const isOff = (element: HTMLElement | undefined) => element?.hasAttribute('disabled')
async function press(element: HTMLElement | undefined): Promise<void> {
  if (!element) throw new Error('there must be something to press')
  fireEvent.click(element)
  await settled()
}

function refused(version: string, role: ModelRole = 'challenger'): ModelSummary {
  return modelOf({ version, role, promotion: { isAllowed: false, why: 'No edge shown.' } })
}

test('champion and challenger stand beside each other, and one click promotes what a comparison called better', async () => {
  await show()
  expect(screen.getByTestId('champion').textContent).toContain('champion-41')
  expect(screen.getByTestId('challenger').textContent).toContain('challenger-42')
  await press(button('Promote'))
  expect(pipe.requests('learning/promote')).toEqual([{ version: 'challenger-42' }])
  expect(pipe.requests('learning/get').length).toBeGreaterThan(1)
})

test.each([
  ['the rule says no', learningOf({ models: [modelOf(), refused('challenger-42')] }), 'No edge shown.'],
  ['nobody asks', learningOf({ models: [modelOf()] }), 'Nothing asks to be promoted.'],
])('promotion is off and says why where %s', async (_, report, why) => {
  pipe.answer('learning/get', report)
  await show()
  expect(isOff(button('Promote'))).toBe(true)
  expect(screen.getByTestId('promotion').textContent).toContain(why)
})

test('who asks to take over may be promoted, else is the one that was compared, else the newest challenger', () => {
  const newer = refused('challenger-43')
  const models = [modelOf(), newer, refused('challenger-42'), refused('first-1', 'previous')]
  const compared = (challenger: string) =>
    challengerOf(learningOf({ models, comparison: comparisonOf({ challenger }) }))?.version
  expect(compared('challenger-42')).toBe('challenger-42')
  expect(compared('first-1')).toBe('first-1')
  expect(compared('champion-41')).toBe('challenger-43')
  expect(challengerOf({ models, comparison: undefined })).toBe(newer)
  const better = [...models, CHALLENGER]
  expect(challengerOf({ models: better, comparison: comparisonOf({ challenger: 'first-1' }) })).toBe(
    CHALLENGER,
  )
})

test('every model that the rule lets take over is offered, whichever was compared last', async () => {
  const second = { ...CHALLENGER, version: 'challenger-43' }
  const models = [modelOf(), second, CHALLENGER, refused('challenger-44')]
  pipe.answer(
    'learning/get',
    learningOf({ models, comparison: comparisonOf({ challenger: 'challenger-44' }) }),
  )
  await show()
  const offered = screen.getAllByRole('button', { name: 'Promote' })
  expect(offered.map(isOff)).toEqual([false, false])
  await press(offered[0])
  await press(offered[1])
  expect(pipe.requests('learning/promote')).toEqual(
    expect.arrayContaining([{ version: 'challenger-42' }, { version: 'challenger-43' }]),
  )
})

test('who takes over, and a training that is over, are told', async () => {
  const running = runOf({ id: 'train-42', name: 'short, seed 42', status: 'running', model: undefined })
  pipe.answer('learning/get', learningOf({ progress: progressOf(), runs: [running] }))
  await show()
  expect(noticeTitles()).toEqual([])
  const finished = { ...running, status: 'finished', model: 'challenger-42' } as const
  pipe.answer('learning/get', learningOf({ runs: [finished] }))
  await act(() => vi.advanceTimersByTimeAsync(3000))
  expect(noticeTitles()).toEqual(['short, seed 42: training finished'])
  await press(button('Promote'))
  expect(noticeTitles().at(-1)).toBe('challenger-42 decides from now on')
})

test('one click brings the champion before back; without one it is off', async () => {
  pipe.answer('learning/rollBack', { version: 'first-1' })
  await show()
  expect(screen.getByTestId('promotion').textContent).toContain('Roll back brings first-1 again.')
  await press(button('Roll back'))
  expect(pipe.requests('learning/rollBack')).toEqual([{}])
  cleanup()
  pipe.answer('learning/get', learningOf({ models: [modelOf(), CHALLENGER] }))
  await show()
  expect(isOff(button('Roll back'))).toBe(true)
})

test('a comparison says so while it lasts, and nothing else can be begun', async () => {
  await show()
  const release = pipe.hold('learning/compare', { ok: true, value: comparisonOf() })
  await press(button('Compare', 'Champion and challenger'))
  expect(isOff(button('Comparing', 'Champion and challenger'))).toBe(true)
  expect([button('Promote'), button('Roll back'), button('Train')].map(isOff)).toEqual([true, true, true])
  release()
  await settled()
  expect(pipe.requests('learning/compare')).toEqual([{ version: 'challenger-42' }])
  expect(isOff(button('Promote'))).toBe(false)
})

test('a training is begun with its budget and the next seed, or the one that is typed', async () => {
  pipe.answer('learning/train', { run: 'train-43' })
  await show()
  await press(button('Train'))
  await press(button('Usual'))
  await press(button('Attention'))
  fireEvent.change(screen.getByLabelText('Seed'), { target: { value: '7' } })
  await press(button('Train'))
  expect(pipe.requests('learning/train')).toEqual([
    { seed: 43, budget: 'short' },
    { seed: 7, budget: 'usual', encoder: 'attention' },
  ])
  for (const wrong of ['', '-1', '1.5', '2147483648']) {
    fireEvent.change(screen.getByLabelText('Seed'), { target: { value: wrong } })
    expect(isOff(button('Train'))).toBe(true)
  }
  expect(card('Training').textContent).toContain('A seed is a whole number from 0 to 2147483647.')
})

test('a training shows how far it is, what it leaves and why it yields; it is paused, goes on and is stopped', async () => {
  pipe.answer('learning/get', learningOf({ progress: progressOf({ yields: 'the session is live' }) }))
  await show()
  expect(card('Training').textContent).toContain('61 % 14:00 left')
  expect(card('Training').textContent).not.toContain('of this part')
  expect(card('Training').textContent).toContain('Slower now: the session is live.')
  expect(screen.getByRole('progressbar', { name: 'Training train-42' }).getAttribute('value')).toBe('0.61')
  expect(screen.queryByRole('button', { name: 'Train' })).toBeNull()
  await press(button('Pause training'))
  pipe.answer('learning/get', learningOf({ progress: progressOf({ isPaused: true }) }))
  vi.advanceTimersByTime(1000)
  await settled()
  expect(card('Training').textContent).toContain('61 % stands')
  await press(button('Go on with training'))
  await press(button('Stop training'))
  expect(pipe.requests('learning/pause')).toEqual([{ isPaused: true }, { isPaused: false }])
  expect(pipe.requests('learning/stop')).toEqual([{}])
})

test('what is refused is said where it was asked', async () => {
  pipe.refuse('learning/promote', 'the model file does not have the digest of its card')
  await show()
  await press(button('Promote'))
  expect(noticeTitles()).toEqual(['the model file does not have the digest of its card'])
})

test('while learning is not there its reason stands in its place; without the engine that is said', async () => {
  pipe.refuse('learning/get', 'the registry cannot be read')
  await show()
  expect(document.body.textContent).toBe('Learning is not there: the registry cannot be read. Asking again.')
  cleanup()
  showDesk({ isConnected: false })
  await show()
  expect(document.body.textContent).toBe('The window lost the engine. Trying again.')
})

test('a refusal after an answer leaves the answer and is noted', async () => {
  await show()
  pipe.refuse('learning/get', 'busy')
  vi.advanceTimersByTime(3000)
  await settled()
  expect(screen.getByTestId('champion').textContent).toContain('champion-41')
  expect(card('To be known').textContent).toContain('Asking failed: busy.')
})

test('the comparison has every strategy with its interval in words and as a whisker, and the sentence', async () => {
  await show()
  expect(rowsOf('Comparison').slice(1)).toEqual([
    'challenger-42 | 214 | +19.60 | +9.00 to +30.00 | ',
    'champion-41 | 201 | +14.20 | +4.00 to +24.00 | ',
    'do nothing | 0 | 0 | 0 to 0 | ',
    'condor at 10:00 | 120 | −3.90 | −24.00 to +15.00 | ',
  ])
  expect(card('Comparison').querySelectorAll('.whisker-plot')).toHaveLength(4)
  expect(screen.getByTestId('verdict').textContent).toContain('✓ better')
  const words = card('Comparison').textContent
  expect(words).toContain('+5.40 (+1.20 to +9.60, 99.6 % interval: comparison 3 with this champion')
  expect(words).toContain('Without the edge, where it must not be shown to be worse: −0.30 (−2.10 to +1.60).')
  expect(words).toContain(
    'the champion goes along with 21, tuned with them 33, the challenger with 30: they are the answers it was tuned with.',
  )
  expect(card('Comparison').textContent).toContain('says nothing of a real market')
})

test('models have their role, figures, copies with agreement, and the command that makes them again', async () => {
  await show()
  const [, champion = '', , previous = ''] = rowsOf('Models')
  expect(champion).toContain('● champion | champion-41')
  expect(champion).toContain('net a session $14.2 a session (6.10 to 22.4)')
  expect(champion).toContain('○ f32, 82 kB● int8, 22 kB, agrees 99.8 %○ int4, 13 kB, agrees 97.1 %')
  expect(champion).toContain('npm run train:champion -- --seed 41')
  expect(previous).toContain('↩ champion before | first-1')
})

test('curves of the chosen runs are laid over each other, named, and read by key', async () => {
  await show()
  expect(pipe.requests('experiments/get')[0]).toEqual({ ids: ['train-41', 'train-42'] })
  const lines = () =>
    [...document.querySelectorAll('[data-line]')].map(line => line.getAttribute('data-line'))
  expect(lines()).toEqual(['usual, seed 41', 'short, seed 42'])
  const plot = screen.getByRole('group', { name: 'reward by update' })
  fireEvent.keyDown(plot, { key: 'Home' })
  expect(document.querySelector('.readout')?.textContent).toContain(
    'update 0: usual, seed 41 −12.0, short, seed 42 −12.0',
  )
  await press(button('entropy'))
  expect(screen.getByRole('table', { name: 'entropy by update' }).textContent).toContain('2000.9000.900')
  await press(screen.getAllByRole('checkbox')[0])
  expect(pipe.requests('experiments/get').at(-1)).toEqual({ ids: ['train-42'] })
  expect(lines()).toEqual(['short, seed 42'])
})

test('a run is sent to a tracking server, and what went there is said', async () => {
  pipe.answer('experiments/export', {
    address: 'http://10.0.0.7:5000/#/experiments/1',
    metrics: 8,
    artefacts: 3,
    note: undefined,
  })
  await show()
  fireEvent.change(screen.getByLabelText('MLflow server'), { target: { value: 'http://10.0.0.7:5000' } })
  await press(button('Export usual, seed 41'))
  expect(pipe.requests('experiments/export')).toEqual([{ id: 'train-41', address: 'http://10.0.0.7:5000' }])
  expect(noticeTitles()).toEqual(['8 figures and 3 files sent'])
})

test('what differs between runs is marked, and what one lacks is a dash', () => {
  const other = runOf({ seed: 42, parameters: { budget: 'short' }, metrics: { reward: 3 }, artefacts: [] })
  const lines = traits([runOf(), other])
  expect(
    lines.map(({ name, values, differs }) => `${differs ? '≠ ' : ''}${name}: ${values.join(' | ')}`),
  ).toEqual([
    '≠ seed: 41 | 42',
    'revision: 9483edb4c025 | 9483edb4c025',
    '≠ budget: usual | short',
    '≠ rate: 0.0003 | –',
    '≠ is masked: yes | –',
    '≠ last reward: 14.2 | 3.00',
    '≠ last entropy: 0.610 | –',
    '≠ files: policy.onnx, card.json | –',
  ])
})

test('what was learned and where they part stand in plain words with their figures', async () => {
  await show()
  expect(card('What it learned about you').textContent).toContain(
    'You turn down calls sold into a rising market−0.82',
  )
  expect(card('Agreement').textContent).toContain('You declined 25 % (15 % to 39 %).')
  expect(rowsOf('Agreement')).toContain('call verticals before 11:00 | 12 | 8 67 % | −$120.50 | +$35.00')
  expect(rowsOf('Agreement')).toContain('team | +21.30 | +4.10 to +39.20 | ')
  expect(card('Agreement').textContent).toContain('Trades of one kind that overlap count once.')
})

test('with nothing there every card says what would stand in it', async () => {
  const none = { value: Number.NaN, low: Number.NaN, high: Number.NaN }
  pipe.answer(
    'learning/get',
    learningOf({
      models: [],
      runs: [],
      comparison: undefined,
      preference: { answers: 0, weights: [] },
      agreement: {
        answers: 0,
        disagreement: none,
        groups: [],
        sessions: { scored: 2, needed: 10 },
        ways: [],
      },
    }),
  )
  await show()
  for (const words of [
    'No model is in charge.',
    'No run yet.',
    'Nothing was compared yet.',
    'Nothing clear yet.',
    'No answer yet.',
    'Too few sessions to tell who decides best: 2 of 10.',
    'No model is registered.',
  ])
    expect(document.body.textContent).toContain(words)
  expect(pipe.requests('experiments/get')).toEqual([])
})

test.each([
  [{ done: 1, total: 4 }, 0.25],
  [{ done: 9, total: 4 }, 1],
  [{ done: 0, total: 0 }, 0],
])('%j is %d of a training', (given, share) => {
  expect(shareDone(progressOf(given))).toBe(share)
})

test('figures are written with what they say, times in the unit they are read in', () => {
  expect([-0.000021, 0.0095].map(figure)).toEqual(['−0.000021', '0.0095'])
  expect([0, 0.0312, 1.234, 12.34, 123.4, undefined].map(figure)).toEqual([
    '0',
    '0.031',
    '1.23',
    '12.3',
    '123',
    '–',
  ])
  expect(metricWords({ value: 14.2, low: Number.NaN, high: 3 })).toBe('$14.2 a session (–)')
  expect(metricWords({ value: -172.2, low: -196.2, high: -147.7 })).toBe(
    '−\u2060$172 a session (−196 to −148)',
  )
  expect(leftWords(progressOf({ millisecondsLeft: undefined }))).toBe('time left not known yet')
  expect([90_000, 5_400_000].map(lengthWords)).toEqual(['2 min', '1.5 h'])
  expect(nextSeed({ runs: [] })).toBe(1)
  expect(nextSeed({ runs: [runOf({ seed: 2_147_483_647 })] })).toBe(0)
})

test('names of code are told in words, seeds as from where to where, intervals first', () => {
  expect(metricRows({ policyLoss: 0.5, netReturn: { value: 1, low: 0.25, high: 2 } })).toEqual([
    { name: 'net return', words: '$1.00 a session (0.250 to 2.00)' },
    { name: 'policy loss', words: '0.500' },
  ])
  expect([[], [4], [4, 5], [7, 8, 9], [7, 9, 8]].map(seedsWords)).toEqual([
    'no seed',
    'seed 4',
    'seeds 4, 5',
    'seeds 7 to 9',
    'seeds 7, 9, 8',
  ])
  expect(usualCurve(['loss', 'meanReturn'])).toBe('meanReturn')
  expect(usualCurve(['loss', 'entropy'])).toBe('loss')
  expect(usualCurve([])).toBeUndefined()
})

test('bars of weights begin in the middle, reach no further than their half, and show the sign by their side', () => {
  fc.assert(
    fc.property(fc.double({ min: -2, max: 2 }), share => {
      const { left, width } = barPlace(share)
      const [from, size] = [Number.parseFloat(left), Number.parseFloat(width)]
      expect(from).toBeGreaterThanOrEqual(0)
      expect(from + size).toBeLessThanOrEqual(100)
      expect(share > 0 ? from : from + size).toBe(50)
    }),
  )
})
