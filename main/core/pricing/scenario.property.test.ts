import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { scenarioCases } from '../../fixtures/scenarios.ts'
import { at } from '../base/assert.ts'
import { MINUTES_PER_YEAR } from '../base/units.ts'
import { europeanGreeks, europeanPrice } from './blackScholes.ts'
import { scenarioFault } from './precision.ts'
import {
  SCENARIO_OUTPUTS,
  checkScenarioShape,
  scenarioBook,
  scenarioCount,
  scenarioGrid,
  scenarioPosition,
  type ScenarioBook,
  type ScenarioLeg,
} from './scenario.ts'

const HOUR = 60 / MINUTES_PER_YEAR
const NO_RATES = { rate: 0, dividendYield: 0 }
const oneSpot = (spot: number, factor = 1, minutes = 0) => ({
  spots: Float64Array.of(spot),
  volatilityFactors: Float64Array.of(factor),
  minutes: Float64Array.of(minutes),
})
const condorLeg = (right: 'call' | 'put', strike: number, contracts: number): ScenarioLeg => ({
  right,
  strike,
  contracts,
  basis: 0,
  years: 3 * HOUR,
  discountYears: 0,
})

test('where nothing has changed, a leg is worth what it is worth now, in dollars for its shares', () => {
  const axes = oneSpot(600)
  const carry = { years: 3 * HOUR, discountYears: 0, ...NO_RATES }
  const legs = [{ ...condorLeg('put', 596, -2), basis: 0.4 }]
  const grid = scenarioGrid(
    scenarioBook(legs, axes, NO_RATES, () => 0.2),
    axes,
  )
  const greeks = europeanGreeks('put', 600, 596, 0.2, carry)
  expect(grid.profit[0]).toBe(-200 * (greeks.price - 0.4))
  expect(grid.delta[0]).toBe(-200 * greeks.delta)
  expect(grid.gamma[0]).toBe(-200 * greeks.gamma)
  expect(grid.theta[0]).toBe(-200 * greeks.theta)
  expect(grid.vega[0]).toBe(-200 * greeks.vega)
})

test('a shift of spot, volatility and time is a price at the shifted spot, volatility and time', () => {
  const shifts = fc.record({
    spot: fc.double({ min: 580, max: 620, noNaN: true }),
    factor: fc.double({ min: 0.3, max: 3, noNaN: true }),
    minutes: fc.double({ min: 0, max: 179, noNaN: true }),
  })
  fc.assert(
    fc.property(shifts, ({ spot, factor, minutes }) => {
      const axes = oneSpot(spot, factor, minutes)
      const book = scenarioBook([condorLeg('call', 603, 1)], axes, NO_RATES, () => 0.2)
      const carry = { years: 3 * HOUR - minutes / MINUTES_PER_YEAR, discountYears: 0, ...NO_RATES }
      const price = europeanPrice('call', spot, 603, 0.2 * factor, carry)
      expect(scenarioGrid(book, axes).profit[0]).toBeCloseTo(100 * price, 9)
    }),
  )
})

test('the grid of a book is the sum of the grids of its legs', () => {
  fc.assert(
    fc.property(scenarioCases, ({ book, axes }) => {
      const whole = scenarioGrid(book, axes)
      const alone = Array.from(book.strike, (_, leg) =>
        scenarioGrid(onlyLeg(book, leg, axes.spots.length), axes),
      )
      for (const output of SCENARIO_OUTPUTS) {
        for (let position = 0; position < scenarioCount(axes); position += 1) {
          const parts = alone.map(grid => at(grid[output], position))
          const size = parts.reduce((sum, part) => sum + Math.abs(part), 0)
          const sum = parts.reduce((total, part) => total + part, 0)
          expect(Math.abs(at(whole[output], position) - sum)).toBeLessThanOrEqual(1e-14 * size)
        }
      }
    }),
    { numRuns: 30 },
  )
})

test('twice the contracts are twice the profit and twice the Greeks', () => {
  fc.assert(
    fc.property(scenarioCases, ({ book, axes }) => {
      const twice = scenarioGrid({ ...book, shares: book.shares.map(shares => 2 * shares) }, axes)
      const once = scenarioGrid(book, axes)
      for (const output of SCENARIO_OUTPUTS)
        expect(twice[output]).toEqual(once[output].map(value => 2 * value))
    }),
    { numRuns: 30 },
  )
})

test('after expiry a book is what exercise brings, and only shares are left', () => {
  const axes = { ...oneSpot(600, 1, 180), spots: Float64Array.of(585, 600, 601, 620) }
  const legs = [condorLeg('call', 600, 1), condorLeg('put', 590, -2)]
  const grid = scenarioGrid(
    scenarioBook(legs, axes, NO_RATES, () => 0.3),
    axes,
  )
  expect([...grid.profit]).toEqual([-1000, 0, 100, 2000])
  expect([...grid.delta]).toEqual([200, 50, 100, 100])
  for (const output of ['gamma', 'theta', 'vega'] as const)
    expect([...grid[output]].every(value => value === 0)).toBe(true)
})

test('what depends on a volatility that nobody knows is unknown, and nothing else', () => {
  const axes = {
    ...oneSpot(600),
    spots: Float64Array.of(599, 600, 601),
    volatilityFactors: Float64Array.of(1, 2),
  }
  const legs = [condorLeg('call', 600, 1), condorLeg('put', 590, 1)]
  const book = scenarioBook(legs, axes, NO_RATES, (strike, spot) =>
    strike === 590 && spot === 600 ? Number.NaN : 0.2,
  )
  const grid = scenarioGrid(book, axes)
  for (const output of SCENARIO_OUTPUTS)
    expect([...grid[output]].map(Number.isNaN)).toEqual([false, true, false, false, true, false])
})

test('a book without legs makes nothing', () => {
  const axes = oneSpot(600)
  expect(
    scenarioGrid(
      scenarioBook([], axes, NO_RATES, () => 0.2),
      axes,
    ).profit,
  ).toEqual(Float64Array.of(0))
})

test('a position counts spots first, then factors, then times', () => {
  const axes = {
    spots: new Float64Array(7),
    volatilityFactors: new Float64Array(3),
    minutes: new Float64Array(2),
  }
  expect(scenarioPosition(axes, 0, 0, 6)).toBe(6)
  expect(scenarioPosition(axes, 0, 1, 0)).toBe(7)
  expect(scenarioPosition(axes, 1, 2, 6)).toBe(scenarioCount(axes) - 1)
})

test.each([
  ['columns of unlike length', { shares: new Float64Array(2) }, {}],
  ['volatilities that do not cover the axes', { volatility: new Float64Array(2) }, {}],
  ['a spot of nothing', {}, { spots: Float64Array.of(0) }],
  ['a spot that is no number', {}, { spots: Float64Array.of(Number.NaN) }],
  ['a factor below 0', {}, { volatilityFactors: Float64Array.of(-1) }],
  ['time that runs back', {}, { minutes: Float64Array.of(-1) }],
])('%s are refused', (_, wrongBook, wrongAxes) => {
  const axes = oneSpot(600)
  const book = scenarioBook([condorLeg('call', 600, 1)], axes, NO_RATES, () => 0.2)
  expect(() => checkScenarioShape({ ...book, ...wrongBook }, { ...axes, ...wrongAxes })).toThrow('Invariant')
})

test('a grid that is right passes both tolerances; a hundredth of a dollar a share off passes neither', () => {
  fc.assert(
    fc.property(scenarioCases, fc.nat(), ({ book, axes }, seed) => {
      const grid = scenarioGrid(book, axes)
      const position = seed % scenarioCount(axes)
      expect(scenarioFault(book, axes, grid, 'f64', grid.profit.keys())).toBeUndefined()
      const shares = book.shares.reduce((sum, each) => sum + Math.abs(each), 0)
      if (shares === 0 || Number.isNaN(at(grid.profit, position))) return
      grid.profit[position] = at(grid.profit, position) + 0.01 * shares
      expect(scenarioFault(book, axes, grid, 'f64', [position])).toContain('profit')
      expect(scenarioFault(book, axes, grid, 'f32', [position])).toContain('profit')
    }),
    { numRuns: 50 },
  )
})

function onlyLeg(book: ScenarioBook, leg: number, spots: number): ScenarioBook {
  const one = (column: Float64Array) => column.slice(leg, leg + 1)
  const legs = book.strike.length
  const times = book.volatility.length / (legs * spots)
  const volatility = new Float64Array(times * spots)
  for (let time = 0; time < times; time += 1)
    volatility.set(
      book.volatility.subarray((time * legs + leg) * spots, (time * legs + leg + 1) * spots),
      time * spots,
    )
  return {
    ...book,
    sign: one(book.sign),
    strike: one(book.strike),
    shares: one(book.shares),
    basis: one(book.basis),
    years: one(book.years),
    discountYears: one(book.discountYears),
    volatility,
  }
}
