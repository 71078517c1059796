import { expect, test } from 'vitest'
import {
  ACTIONS,
  ACTION_COUNT,
  ACTION_VERSION,
  actionIndex,
  opensRisk,
  sideOf,
  targetDelta,
  type Action,
  type ActionSide,
} from './action.ts'
import { allowedActions, mainReason, nothingAllowed, type ActionMask, type MaskReason } from './actionMask.ts'

test.each<readonly [Action, ActionSide, number | undefined, boolean]>([
  ['noTrade', 'none', undefined, false],
  ['sellPutVertical10', 'put', 0.1, true],
  ['sellPutVertical15', 'put', 0.15, true],
  ['sellCallVertical10', 'call', 0.1, true],
  ['sellCallVertical15', 'call', 0.15, true],
  ['sellIronCondor', 'both', 0.1, true],
  ['close', 'none', undefined, false],
])('%s sells side %s at delta %s', (action, side, delta, opens) => {
  expect(sideOf(action)).toBe(side)
  expect(opensRisk(action)).toBe(opens)
  expect(opens ? targetDelta(action) : undefined).toBe(delta)
})

test('version 1 has these seven actions in this order: a policy file depends on it', () => {
  expect(ACTION_VERSION).toBe(1)
  expect(ACTION_COUNT).toBe(7)
  expect(Object.fromEntries(ACTIONS.map(action => [action, actionIndex(action)]))).toEqual({
    noTrade: 0,
    sellPutVertical10: 1,
    sellPutVertical15: 2,
    sellCallVertical10: 3,
    sellCallVertical15: 4,
    sellIronCondor: 5,
    close: 6,
  })
})

test.each<MaskReason>(['noChain', 'outsideSession', 'tooManyPositions'])(
  'where nothing is allowed for "%s", waiting still is',
  reason => {
    const mask = nothingAllowed(reason)
    expect(Object.keys(mask).sort()).toEqual([...ACTIONS].sort())
    expect(allowedActions(mask)).toEqual(['noTrade'])
    for (const action of ACTIONS.slice(1)) expect(mask[action]).toEqual({ allowed: false, reason })
    expect(mainReason(mask)).toBe(reason)
  },
)

test('allowed actions come in the order of the policy', () => {
  const mask: ActionMask = {
    ...nothingAllowed('noWing'),
    close: { allowed: true },
    sellPutVertical15: { allowed: true },
  }
  expect(allowedActions(mask)).toEqual(['noTrade', 'sellPutVertical15', 'close'])
})

test('the main reason is the one most often given, whatever stands first', () => {
  const mask: ActionMask = {
    ...nothingAllowed('creditTooSmall'),
    sellPutVertical10: { allowed: false, reason: 'noStrike' },
    sellPutVertical15: { allowed: false, reason: 'noStrike' },
  }
  expect(mainReason(mask)).toBe('creditTooSmall')
})

test('that nothing is held does not explain why nothing can be opened', () => {
  const mask: ActionMask = {
    ...nothingAllowed('noPosition'),
    sellIronCondor: { allowed: false, reason: 'noWing' },
  }
  expect(mainReason(mask)).toBe('noWing')
  expect(mainReason(nothingAllowed('noPosition'))).toBeUndefined()
})
