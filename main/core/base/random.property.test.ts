import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom, hashText, type Random } from './random.ts'
import { mean, standardDeviation } from './statistics.ts'

const seed = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next)
}

/** A bit of everything, in an order that mixes the kinds. */
function stream(random: Random): number[] {
  return draw(12, () => random.uniform()).concat(
    draw(5, () => random.normal()),
    draw(3, () => random.below(10)),
    draw(2, () => random.split('paths').normal()),
  )
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [middleA, middleB] = [mean(a), mean(b)]
  const products = a.map((value, index) => (value - middleA) * ((b[index] ?? 0) - middleB))
  return mean(products) / (standardDeviation(a) * standardDeviation(b))
}

test('the same seed gives the same stream, another seed another', () => {
  fc.assert(
    fc.property(seed, seed, (first, second) => {
      const [a, b] = [stream(createRandom(first)), stream(createRandom(second))]
      expect(stream(createRandom(first))).toEqual(a)
      expect(a.join() === b.join()).toBe(first === second)
    }),
  )
})

test('the stream is the published one of Mulberry32, on every machine', () => {
  // First outputs of the reference implementation for seed 1, as 32-bit numbers
  const random = createRandom(1)
  expect(draw(3, () => random.uniform() * 2 ** 32)).toEqual([2693262067, 11749833, 2265367787])
})

test('uniform numbers lie in [0, 1), and whole ones below their bound', () => {
  fc.assert(
    fc.property(seed, fc.integer({ min: 1, max: 1000 }), (seed, below) => {
      const random = createRandom(seed)
      for (let index = 0; index < 50; index += 1) {
        const value = random.uniform()
        expect(value >= 0 && value < 1).toBe(true)
        const whole = random.below(below)
        expect(Number.isInteger(whole) && whole >= 0 && whole < below).toBe(true)
      }
    }),
  )
})

test.each([1, 2, 20_261_121, -7])('uniform numbers of seed %d fill the interval evenly', seed => {
  const random = createRandom(seed)
  const values = draw(20_000, () => random.uniform())
  const counts = Array.from({ length: 20 }, () => 0)
  for (const value of values) counts[Math.floor(value * 20)] = (counts[Math.floor(value * 20)] ?? 0) + 1
  const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
  // The 99.99 % point of chi-square with 19 degrees of freedom
  expect(chiSquare).toBeLessThan(50.8)
  expect(Math.abs(correlation(values.slice(1), values.slice(0, -1)))).toBeLessThan(0.03)
})

test.each([1, 2, 20_261_121, -7])(
  'normal numbers of seed %d have the moments of the standard normal',
  seed => {
    const random = createRandom(seed)
    const values = draw(40_000, () => random.normal())
    const moment = (power: number) => mean(values.map(value => value ** power))
    expect(Math.abs(moment(1))).toBeLessThan(0.02)
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03)
    expect(Math.abs(moment(3))).toBeLessThan(0.06)
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2)
    // Both of a Box-Muller pair are given out, and they do not know each other
    const [odd, even] = [values.filter((_, index) => index % 2), values.filter((_, index) => index % 2 === 0)]
    expect(Math.abs(correlation(odd, even))).toBeLessThan(0.03)
    expect(values.filter(value => Math.abs(value) < 1.959964).length / values.length).toBeCloseTo(0.95, 2)
  },
)

test('a split source depends on seed and name alone, not on what was drawn before', () => {
  fc.assert(
    fc.property(seed, fc.string(), fc.string(), fc.nat(20), (seed, name, other, drawn) => {
      const fresh = createRandom(seed)
      const used = createRandom(seed)
      draw(drawn, () => used.normal())
      expect(stream(used.split(name))).toEqual(stream(fresh.split(name)))
      const isSame = fresh.split(name).uniform() === fresh.split(other).uniform()
      expect(isSame).toBe(hashText(name, seed) === hashText(other, seed))
    }),
  )
})

test('a split source does not follow its parent', () => {
  const parent = createRandom(11)
  const child = createRandom(11).split('spot')
  const [a, b] = [draw(20_000, () => parent.normal()), draw(20_000, () => child.normal())]
  expect(Math.abs(correlation(a, b))).toBeLessThan(0.03)
})

test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('the hash of "%s" is the published one of FNV-1a', (text, hash) => {
  expect(hashText(text) >>> 0).toBe(hash)
})

test('hashes of like texts and of like seeds seldom meet', () => {
  const names = Array.from({ length: 2000 }, (_, index) => `session ${index}`)
  expect(new Set(names.map(name => hashText(name))).size).toBe(names.length)
  expect(new Set(names.map((_, index) => hashText('paths', index))).size).toBe(names.length)
})
