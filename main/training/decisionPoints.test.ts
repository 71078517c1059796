import { expect, test } from 'vitest'
import { at } from '../core/base/assert.ts'
import { ACTIONS, actionIndex, opensRisk } from '../core/policy/action.ts'
import { DEFAULT_LIMITS } from '../core/risk/limits.ts'
import { lateTables, withPutsPaying } from '../fixtures/sessionTables.ts'
import { decisionPointsOf } from './decisionPoints.ts'

const [table] = await lateTables([1])
if (!table) throw new RangeError('a table was asked for')
const points = decisionPointsOf(table, DEFAULT_LIMITS)

test('every decision is a point: in order, waiting on offer and free, closing never', () => {
  expect(points.length).toBe(table.decisions.count)
  const minutes = points.map(point => point.minute)
  expect(minutes).toEqual(minutes.toSorted((one, other) => one - other))
  expect(points.every(({ allowed, nets }) => allowed[0] && nets[0] === 0)).toBe(true)
  expect(points.some(({ allowed }) => allowed[actionIndex('close')])).toBe(false)
  expect(new Set(points.map(({ id }) => id)).size).toBe(points.length)
})

test('what is on offer and was scored has a profit, a probability and an end after its decision', () => {
  const offered = points.flatMap(point =>
    ACTIONS.filter((action, index) => opensRisk(action) && !Number.isNaN(at(point.nets, index))).map(
      action => ({
        point,
        index: actionIndex(action),
      }),
    ),
  )
  expect(offered.length).toBeGreaterThan(10)
  for (const { point, index } of offered) {
    expect(at(point.until, index)).toBeGreaterThan(point.minute)
    expect(at(point.implied, index)).toBeGreaterThan(0.3)
    expect(at(point.implied, index)).toBeLessThan(1)
  }
})

test('where selling puts is made to pay, points say so of puts and of nothing else', () => {
  for (const point of decisionPointsOf(withPutsPaying(table), DEFAULT_LIMITS)) {
    const net = (action: (typeof ACTIONS)[number]) => at(point.nets, actionIndex(action))
    expect(net('sellPutVertical15') < 0).toBe(false)
    expect(net('sellCallVertical15') > 0).toBe(false)
  }
})
