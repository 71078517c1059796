import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_SHIFT, type MarketShift } from '../volatility/shiftedChain.ts'
import type { Action } from './action.ts'
import { findFlips, type DecideAt, type Flip } from './flip.ts'

const ACTION = 'sellIronCondor'
const OTHERS = ['noTrade', 'sellPutVertical10', 'sellCallVertical10'] as const
const REACH = { spot: 6, minutes: 240 }

/** A market in which another action is decided beyond a bound on each side. */
interface Bounds {
  readonly rise: number
  readonly fall: number
  readonly wilder: number
  readonly calmer: number
  readonly later: number
}

const share = fc.double({ min: 0.001, max: 2, noNaN: true })
const anyBounds: fc.Arbitrary<Bounds> = fc
  .tuple(share, share, share, share, share)
  .map(([rise, fall, wilder, calmer, later]) => ({
    rise: rise * REACH.spot,
    fall: fall * REACH.spot,
    wilder: wilder * 0.6,
    calmer: calmer * 0.6,
    later: later * REACH.minutes,
  }))

function decideWithin(bounds: Bounds): { readonly decide: DecideAt; readonly asked: MarketShift[] } {
  const asked: MarketShift[] = []
  const one = ({ spot, volatility, minutes }: MarketShift): Action => {
    if (spot >= bounds.rise || minutes >= bounds.later) return OTHERS[1]
    if (-spot >= bounds.fall) return OTHERS[2]
    return volatility - 1 >= bounds.wilder || 1 - volatility >= bounds.calmer ? OTHERS[0] : ACTION
  }
  const decide: DecideAt = shifts => {
    asked.push(...shifts)
    return Promise.resolve(shifts.map(one))
  }
  return { decide, asked }
}

function shiftOf({ axis, change }: Flip): MarketShift {
  if (axis === 'spot') return { ...NO_SHIFT, spot: change }
  return axis === 'volatility' ? { ...NO_SHIFT, volatility: change } : { ...NO_SHIFT, minutes: change }
}

/** How far a flip goes, as a share of how far its axis is searched. */
function distance({ axis, change }: Flip): number {
  if (axis === 'spot') return Math.abs(change) / REACH.spot
  return axis === 'volatility' ? Math.abs(change - 1) / 0.6 : change / REACH.minutes
}

test('the action really is another one at the shift found, the very one that is named', async () => {
  await fc.assert(
    fc.asyncProperty(anyBounds, async bounds => {
      const { decide } = decideWithin(bounds)
      for (const flip of await findFlips(ACTION, REACH, decide)) {
        const [decided] = await decide([shiftOf(flip)])
        expect(decided).toBe(flip.action)
        expect(decided).not.toBe(ACTION)
      }
    }),
  )
})

test('the shift found is the nearer bound of its axis, to a three-hundredth of the way searched', async () => {
  await fc.assert(
    fc.asyncProperty(anyBounds, async bounds => {
      const { decide } = decideWithin(bounds)
      const flips = await findFlips(ACTION, REACH, decide)
      const nearest = {
        spot: Math.min(bounds.rise, bounds.fall) / REACH.spot,
        volatility: Math.min(bounds.wilder, bounds.calmer) / 0.6,
        time: bounds.later / REACH.minutes,
      }
      for (const axis of ['spot', 'volatility', 'time'] as const) {
        const found = flips.filter(flip => flip.axis === axis)
        // On the last step itself rounding decides
        if (Math.abs(nearest[axis] - 1) < 1e-9) continue
        expect(found).toHaveLength(nearest[axis] <= 1 ? 1 : 0)
        for (const flip of found) {
          expect(distance(flip)).toBeGreaterThanOrEqual(nearest[axis] - 1e-9)
          expect(distance(flip)).toBeLessThanOrEqual(nearest[axis] + 1 / 320 + 1e-9)
        }
      }
    }),
  )
})

test('no smaller shift of the same direction that was tried changes the action', async () => {
  await fc.assert(
    fc.asyncProperty(anyBounds, async bounds => {
      const { decide, asked } = decideWithin(bounds)
      for (const flip of await findFlips(ACTION, REACH, decide)) {
        const found = shiftOf(flip)
        const smaller = asked.filter(
          shift =>
            isBetween(shift.spot, 0, found.spot) &&
            isBetween(shift.volatility, 1, found.volatility) &&
            isBetween(shift.minutes, 0, found.minutes),
        )
        const changed = (await decide(smaller)).filter(decided => decided !== ACTION)
        expect(changed).toEqual([])
      }
    }),
    { numRuns: 40 },
  )
})

test('in a market of islands the first island on the way is found, not one behind it', async () => {
  const decide: DecideAt = shifts =>
    Promise.resolve(
      shifts.map(({ spot }) => {
        if (spot >= 2.9 && spot <= 3.7) return OTHERS[0]
        return spot >= 5 ? OTHERS[1] : ACTION
      }),
    )
  const [flip, ...others] = await findFlips(ACTION, REACH, decide)
  expect(others).toEqual([])
  expect(flip?.action).toBe(OTHERS[0])
  expect(flip?.change).toBeCloseTo(2.9, 1)
})

test('where nothing within reach changes the action, no flip is claimed', async () => {
  const decide: DecideAt = shifts => Promise.resolve(shifts.map(() => ACTION))
  expect(await findFlips(ACTION, REACH, decide)).toEqual([])
})

test.each([
  ['a fall that is nearer than the rise', { rise: 4, fall: 1 }, -1],
  ['a rise that is nearer than the fall', { rise: 1, fall: 4 }, 1],
])('of both ways of price only the nearer is told: %s', async (_, bounds, expected) => {
  const far = { wilder: 9, calmer: 9, later: 9999 }
  const flips = await findFlips(ACTION, REACH, decideWithin({ ...bounds, ...far }).decide)
  expect(flips).toHaveLength(1)
  expect(flips[0]?.change).toBeCloseTo(expected, 1)
})

test('each axis is shifted alone and never beyond its reach', async () => {
  const { decide, asked } = decideWithin({ rise: 3, fall: 3, wilder: 0.3, calmer: 0.3, later: 100 })
  await findFlips(ACTION, REACH, decide)
  for (const { spot, volatility, minutes } of asked) {
    const moved = [spot !== 0, volatility !== 1, minutes !== 0].filter(Boolean)
    expect(moved).toHaveLength(1)
    expect(Math.abs(spot)).toBeLessThanOrEqual(REACH.spot)
    expect(volatility).toBeGreaterThan(0.39)
    expect(volatility).toBeLessThan(1.61)
    expect(minutes).toBeLessThanOrEqual(REACH.minutes)
    expect(minutes).toBeGreaterThanOrEqual(0)
  }
})

/** Whether a shift lies on the way to another, not at it. */
function isBetween(value: number, rest: number, found: number): boolean {
  if (found === rest) return value === rest
  const way = (value - rest) / (found - rest)
  return way > 0 && way < 1 - 1e-9
}
