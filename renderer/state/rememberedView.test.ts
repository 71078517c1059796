import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newWindow, openWindow, settled, type TestPipe } from '../../main/fixtures/page.ts'
import { readChoices, rememberView, writeChoices } from './rememberedView.ts'
import { REMEMBERED_CHOICES, REMEMBERED_LISTS, setView, useView } from './viewStore.ts'

let pipe: TestPipe
const FRESH = useView.getInitialState()

/** A page listens to itself for as long as it lives; a test must end that. */
const subscribe = useView.subscribe
const stops: (() => void)[] = []

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(useView, 'subscribe').mockImplementation(listener => {
    const stop = subscribe(listener)
    stops.push(stop)
    return stop
  })
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
  expect(pipe.requests('layout/get')).toEqual([{ display: 'view' }])
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
