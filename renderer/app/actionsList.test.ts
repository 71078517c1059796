import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openWindow, settled, type TestPipe } from '../../main/fixtures/page.ts'
import { decisionOf } from '../../main/fixtures/screen.ts'
import { setView, useView } from '../state/viewStore.ts'
import { windowActions } from './actionsList.ts'
import { killSwitchKeys, modifierKey } from '../ui/keys.ts'

let pipe: TestPipe

beforeEach(() => {
  pipe = openWindow({ decisions: [decisionOf()] })
})

afterEach(() => {
  vi.restoreAllMocks()
})

function run(name: string): void {
  const action = windowActions().find(entry => entry.name === name)
  if (!action) throw new Error(`there must be an action "${name}"`)
  action.run()
}

test('every action has a name of its own, and no key means two things', () => {
  const actions = windowActions()
  expect(new Set(actions.map(action => action.name)).size).toBe(actions.length)
  const keys = actions.flatMap(action => action.keys ?? [])
  expect(new Set(keys).size).toBe(keys.length)
})

test('a key that acts is printed, so that it can be learned', () => {
  const secret = windowActions().filter(({ keys, printed }) => keys !== undefined && printed === undefined)
  expect(secret).toEqual([])
})

test.each([
  ['Cockpit', { page: 'cockpit' }],
  ['Day: results, limits, what was learned', { page: 'day' }],
  ['Health: latency, memory, sources', { page: 'health' }],
  ['Machine: who computes what, how fast', { page: 'machine' }],
  ['Learning: champion, challenger, training, what was learned', { page: 'learning' }],
  ['Backtest: a strategy over many sessions', { page: 'backtest' }],
  ['Code: the assistant for your own trading code', { page: 'code' }],
  ['Code: the morning report', { page: 'code' }],
  ['Code: findings', { page: 'code' }],
  ['Code: choices', { page: 'code' }],
  ['Find or do anything', { dialog: 'palette' }],
  ['All keys', { dialog: 'keys' }],
  ['Chain: Greeks', { chainColumns: 'greeks' }],
  ['Chain: sizes', { chainColumns: 'sizes' }],
  ['Chain: second-order Greeks', { chainColumns: 'secondOrder' }],
  ['Chain: own columns', { chainColumns: 'own' }],
  ['Payoff and scenarios: the market as it is now', { laterTime: undefined, volatilityFactor: 1 }],
  ['Dark theme', { theme: 'dark' }],
  ['Light theme', { theme: 'light' }],
  ['Theme of the system', { theme: 'system' }],
  ['Blue and orange for gain and loss', { palette: 'blue-orange' }],
  ['Green and red for gain and loss', { palette: 'standard' }],
  ['Risk limits', { dialog: 'limits' }],
  ['Size of a trade: by the limits, or by Kelly', { dialog: 'sizing' }],
  ['Reasons for a no', { dialog: 'reasons' }],
  ['Alert rules', { dialog: 'alertRules' }],
] as const)('"%s" shows what it names and asks nothing of the engine', (name, change) => {
  setView({
    laterTime: 7,
    volatilityFactor: 1.2,
    page: 'day',
    chainColumns: 'sizes',
    theme: 'dark',
    palette: 'blue-orange',
  })
  const before = useView.getState()
  run(name)
  expect(useView.getState()).toEqual({ ...before, ...change })
  expect(pipe.calls).toEqual([])
})

test.each([
  ['Accept the suggestion', 'suggestion/accept'],
  ['Reject the suggestion', 'suggestion/reject'],
  ['Flatten all: cancel every order, close every position', 'killSwitch/flatten'],
  ['Keep positions while closing has not begun', 'killSwitch/keep'],
  ['Arm order keys for 10 minutes, or make them safe', 'keys/arm'],
])('"%s" asks the engine once', async (name, call) => {
  run(name)
  await settled()
  expect(pipe.calls.map(entry => entry.name)).toEqual([call])
})

test('bars get longer and shorter by a step, and stop at the ends', () => {
  const sizes = [
    'Longer bars',
    'Longer bars',
    'Longer bars',
    'Shorter bars',
    'Shorter bars',
    'Shorter bars',
  ].map(name => {
    run(name)
    return useView.getState().barMinutes
  })
  expect(sizes).toEqual([5, 15, 15, 5, 1, 1])
})

test('centring the chain is told to whoever shows it', () => {
  const heard = vi.fn<() => void>()
  window.addEventListener('zerodte:centre', heard)
  run('Centre the chain')
  window.removeEventListener('zerodte:centre', heard)
  expect(heard).toHaveBeenCalledOnce()
})

test.each([
  ['MacIntel', '⌘', 'Control+Alt+Meta+KeyK', '⌃⌥⌘K'],
  ['Win32', 'Ctrl ', 'Control+Alt+Shift+KeyK', 'Ctrl Alt Shift K'],
  ['Linux x86_64', 'Ctrl ', 'Control+Alt+Shift+KeyK', 'Ctrl Alt Shift K'],
])('on %s keys are printed as its people know them', (platform, modifier, keys, printed) => {
  vi.spyOn(navigator, 'platform', 'get').mockReturnValue(platform)
  expect(modifierKey()).toBe(modifier)
  expect(killSwitchKeys()).toEqual({ keys, printed })
})
