import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { StoreApi } from 'zustand'
import { newWindow, openWindow, settled, type TestPipe } from '../../main/fixtures/page.ts'
import { useAssistantChoices } from './assistantChoices.ts'
import { KEPT_OF_BACKTEST, chooseBacktest, useBacktestChoices } from './backtestChoices.ts'
import { readChoices as readKept, writeChoices as writeKept } from './keptChoices.ts'
import { KEPT_OF_LEARNING, chooseLearning, useLearningChoices } from './learningChoices.ts'
import { rememberView } from './rememberedView.ts'
import {
  KEPT_OF_VIEW,
  REMEMBERED_CHOICES,
  REMEMBERED_LISTS,
  setView,
  useView,
  type ViewState,
} from './viewStore.ts'

let pipe: TestPipe
const FRESH = useView.getInitialState()

const readChoices = (text: string) => readKept<ViewState>(KEPT_OF_VIEW, text)
const writeChoices = (state: ViewState) => writeKept<ViewState>(KEPT_OF_VIEW, state)

/** A page listens to itself for as long as it lives; a test must end that. */
const stops: (() => void)[] = []

function stopAtTheEnd<State>(store: StoreApi<State>): void {
  const { subscribe } = store
  vi.spyOn(store, 'subscribe').mockImplementation(listener => {
    const stop = subscribe(listener)
    stops.push(stop)
    return stop
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  stopAtTheEnd(useView)
  stopAtTheEnd(useLearningChoices)
  stopAtTheEnd(useBacktestChoices)
  stopAtTheEnd(useAssistantChoices)
  pipe = openWindow()
})

afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  vi.restoreAllMocks()
  newWindow()
  vi.useRealTimers()
})

const anyChoices = fc.record({
  chainColumns: fc.constantFrom(...REMEMBERED_CHOICES.chainColumns),
  barMinutes: fc.constantFrom(...REMEMBERED_CHOICES.barMinutes),
  payoffOf: fc.constantFrom(...REMEMBERED_CHOICES.payoffOf),
  journalOf: fc.constantFrom(...REMEMBERED_CHOICES.journalOf),
  scenarioOf: fc.constantFrom(...REMEMBERED_CHOICES.scenarioOf),
  scenarioShows: fc.constantFrom(...REMEMBERED_CHOICES.scenarioShows),
  scenarioAcross: fc.constantFrom(...REMEMBERED_CHOICES.scenarioAcross),
  ownColumns: fc.subarray([...REMEMBERED_LISTS.ownColumns]),
  theme: fc.constantFrom(...REMEMBERED_CHOICES.theme),
  palette: fc.constantFrom(...REMEMBERED_CHOICES.palette),
})

test('every choice is read back as it was written', () => {
  fc.assert(
    fc.property(anyChoices, choices => {
      expect(readChoices(writeChoices({ ...FRESH, ...choices }))).toEqual(choices)
    }),
  )
})

test('what belongs to the moment is not written: page, dialog, what is pointed at', () => {
  const written: unknown = JSON.parse(
    writeChoices({ ...FRESH, page: 'health', dialog: 'limits', pointedPrice: 690, modifying: 'a' }),
  )
  const names = [...Object.keys(REMEMBERED_CHOICES), ...Object.keys(REMEMBERED_LISTS)]
  expect(Object.keys(Object(written)).toSorted()).toEqual(names.toSorted())
})

test('any text at all gives only choices that exist today', () => {
  const values = fc.oneof(fc.constantFrom<unknown>('dark', 5, 'sizes', '5', 'neon'), fc.jsonValue())
  const kept = fc.dictionary(
    fc.constantFrom('theme', 'barMinutes', 'ownColumns', 'page', 'dialog', '__proto__'),
    values,
  )
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    kept.map(value => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(texts, text => {
      for (const [name, value] of Object.entries(readChoices(text))) {
        expect([...Object.keys(REMEMBERED_CHOICES), ...Object.keys(REMEMBERED_LISTS)]).toContain(name)
        const known = [...Object.values(REMEMBERED_CHOICES), ...Object.values(REMEMBERED_LISTS)].flat()
        for (const choice of [value].flat()) expect(known).toContain(choice)
      }
    }),
  )
})

test('of columns that were chosen, those that exist today are taken, each once and in the order of the chain', () => {
  const kept = { ownColumns: ['charm', 'rho', 'vanna', 'charm', 7] }
  expect(readChoices(JSON.stringify(kept))).toEqual({ ownColumns: ['vanna', 'charm'] })
  expect(readChoices('{"ownColumns":"vanna"}')).toEqual({})
})

test.each([
  ['no JSON', '{theme'],
  ['a list', '["dark"]'],
  ['nothing', 'null'],
  ['a number', '7'],
  ['a choice of another version', '{"theme":"sepia","barMinutes":"5"}'],
])('%s is like nothing kept', (_, text) => {
  expect(readChoices(text)).toEqual({})
})

test('the choices of last time are taken up', async () => {
  pipe.answer('layout/get', '{"theme":"light","barMinutes":15}')
  await rememberView()
  expect(useView.getState()).toEqual({ ...FRESH, theme: 'light', barMinutes: 15 })
  expect(pipe.requests('layout/get')).toEqual([
    { display: 'view' },
    { display: 'learning' },
    { display: 'backtest' },
    { display: 'assistant' },
  ])
})

test.each([
  ['nothing is kept', () => pipe.answer('layout/get', null)],
  ['the store does not answer', () => pipe.refuse('layout/get', 'database is locked')],
])('the window stays as it is where %s', async (_, prepare) => {
  prepare()
  await rememberView()
  expect(useView.getState()).toEqual(FRESH)
})

test('changes are kept together, a moment after the last of them', async () => {
  await rememberView()
  setView({ theme: 'dark' })
  vi.advanceTimersByTime(300)
  setView({ barMinutes: 5 })
  vi.advanceTimersByTime(399)
  expect(pipe.requests('layout/save')).toEqual([])
  vi.advanceTimersByTime(1)
  await settled()
  const layout = writeChoices({ ...FRESH, theme: 'dark', barMinutes: 5 })
  expect(pipe.requests('layout/save')).toEqual([{ display: 'view', layout }])
})

test('what is not remembered is not kept either', async () => {
  await rememberView()
  setView({ page: 'day', pointedPrice: 690.5, dialog: 'palette' })
  vi.advanceTimersByTime(1000)
  await settled()
  expect(pipe.requests('layout/save')).toEqual([])
})

test('what was chosen on the pages of learning and backtests is kept under their names', async () => {
  await rememberView()
  chooseLearning({ runs: ['run-2', 'run-7'], seed: '9' })
  chooseBacktest({ sessions: '12', entry: '10:30', shown: 'backtest-3' })
  vi.advanceTimersByTime(400)
  await settled()
  const learning = writeKept(KEPT_OF_LEARNING, useLearningChoices.getState())
  const backtest = writeKept(KEPT_OF_BACKTEST, useBacktestChoices.getState())
  expect(pipe.requests('layout/save')).toEqual([
    { display: 'learning', layout: learning },
    { display: 'backtest', layout: backtest },
  ])
  expect(JSON.parse(learning)).toMatchObject({ runs: ['run-2', 'run-7'], budget: 'short' })
  expect(learning).not.toContain('seed')
  expect(JSON.parse(backtest)).toMatchObject({ sessions: '12', entry: '10:30' })
  expect(backtest).not.toContain('backtest-3')
})

test('choices of the pages are read back as they were written, and any text gives only such as they take', () => {
  fc.assert(
    fc.property(
      fc.record({
        runs: fc.array(fc.string()),
        curve: fc.string(),
        budget: fc.constantFrom('short', 'usual'),
      }),
      fc.json(),
      (choices, text) => {
        const state = { ...useLearningChoices.getInitialState(), ...choices, address: 'here' } as const
        expect(readKept(KEPT_OF_LEARNING, writeKept(KEPT_OF_LEARNING, state))).toEqual({
          ...choices,
          encoder: 'champion',
          address: 'here',
        })
        for (const value of Object.values(readKept(KEPT_OF_BACKTEST, text)))
          expect(typeof value).toBe('string')
      },
    ),
  )
})
