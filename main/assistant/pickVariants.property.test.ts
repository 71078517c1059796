import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Variant } from './explorer/variant.ts'
import { pickVariants } from './pickVariants.ts'

const variant = (steps: readonly string[], cost: number): Variant => ({
  module: '',
  text: `${steps.join()} ${cost}`,
  steps,
  title: '',
  why: [],
  cost,
  reorders: false,
})
const variants = fc.array(
  fc
    .tuple(
      fc.array(fc.constantFrom('hoist', 'share', 'vectorise', 'batch'), { minLength: 1, maxLength: 3 }),
      fc.double({ min: 0.001, max: 2, noNaN: true }),
    )
    .map(([steps, cost]) => variant(steps, cost)),
  { minLength: 1, maxLength: 30 },
)
const scored = variants.chain(made =>
  fc.record({
    variants: fc.constant(made),
    scores: fc
      .array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: made.length, maxLength: made.length })
      .map(values => Float64Array.from(values)),
    tried: fc.subarray(made).map(some => new Set(some)),
    refuted: fc.subarray(made),
  }),
)

test('each is picked once, none that was tried, and as many as there are', () => {
  fc.assert(
    fc.property(scored, fc.integer({ min: 1, max: 12 }), (picking, count) => {
      const picked = pickVariants(picking, count)
      expect(new Set(picked).size).toBe(picked.length)
      expect(picked.some(entry => picking.tried.has(entry))).toBe(false)
      expect(picked.length).toBe(Math.min(count, picking.variants.length - picking.tried.size))
    }),
  )
})

test('of variants with as many steps the first is the most promising', () => {
  fc.assert(
    fc.property(scored, picking => {
      const alike: readonly Variant[] = picking.variants.map((entry, index) => ({
        ...entry,
        steps: [`step ${index}`],
        cost: 0.5,
      }))
      const known = { variants: alike, scores: picking.scores, tried: new Set<Variant>(), refuted: [] }
      const [first] = pickVariants(known, 1)
      const score = picking.scores[first ? alike.indexOf(first) : -1]
      expect(score).toBeCloseTo(Math.max(...picking.scores), 9)
    }),
  )
})

test('of two that promise the same the one with fewer steps is tried first, and what changes nothing last', () => {
  const short = variant(['vectorise'], 0.1)
  const long = variant(['vectorise', 'commute'], 0.1)
  const idle = variant(['commute'], 1)
  const worse = variant(['share'], 1.4)
  const variants = [idle, long, worse, short]
  const picking = { variants, scores: Float64Array.of(0, 1, 0, 1), tried: new Set<Variant>(), refuted: [] }
  const picked = pickVariants(picking, 4)
  expect(picked[0]).toBe(short)
  expect(picked.at(-1)).toBe(idle)
})

test('what is like one that was refuted comes after what is not', () => {
  const failed = variant(['vectorise'], 0.1)
  const like = variant(['vectorise', 'vectorise'], 0.1)
  const unlike = variant(['hoist'], 0.5)
  const picking = { variants: [failed, like, unlike], scores: Float64Array.of(1, 1, 0.5) }
  const known = { ...picking, tried: new Set([failed]), refuted: [failed] }
  expect(pickVariants(known, 1)).toEqual([unlike])
  expect(pickVariants({ ...known, refuted: [] }, 1)).toEqual([like])
})

test('taste keeps no fast one from being tried', () => {
  const slow = Array.from({ length: 20 }, (_, index) => variant([`step ${index}`], 0.9))
  const fast = variant(['vectorise'], 0.01)
  const scores = Float64Array.from([...slow, fast], entry => (entry === fast ? -9 : 9))
  const picked = pickVariants({ variants: [...slow, fast], scores, tried: new Set(), refuted: [] }, 2)
  expect(picked).toContain(fast)
})

test('of variants that differ by neutral steps alone the one with the fewest is tried, and of the original none', () => {
  const plain = variant(['hoist'], 0.4)
  const turned = variant(['hoist', 'turn-comparisons'], 0.4)
  const both = variant(['hoist', 'turn-comparisons', 'commute-operands'], 0.4)
  const elsewhere = variant(['hoist'], 0.7)
  const idle = variant(['commute-operands'], 1)
  const scores = new Float64Array(5)
  const all = {
    variants: [both, turned, plain, elsewhere, idle],
    scores,
    tried: new Set<Variant>(),
    refuted: [],
  }
  expect(new Set(pickVariants(all, 9))).toEqual(new Set([plain, elsewhere]))
  expect(pickVariants({ ...all, variants: [both, turned] }, 9)).toEqual([turned])
  expect(pickVariants({ ...all, variants: [both, turned], tried: new Set([both]) }, 9)).toEqual([])
})
