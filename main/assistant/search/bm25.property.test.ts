import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WordIndex } from './bm25.ts'
import type { TermCounts } from './termCounter.ts'

type Terms = ReadonlyMap<string, number>

function counted(terms: Terms): TermCounts {
  return { terms: [...terms.keys()], counts: [...terms.values()] }
}

const terms = fc
  .dictionary(
    fc.constantFrom('delta', 'gamma', 'theta', 'spot', 'strike', 'price'),
    fc.integer({ min: 1, max: 40 }),
    {
      minKeys: 1,
    },
  )
  .map((counts): Terms => new Map(Object.entries(counts).map(([term, quarters]) => [term, quarters / 4])))

/** Adds or takes out one of a few ids. */
const edits = fc.array(fc.record({ id: fc.nat({ max: 30 }), terms: fc.option(terms, { nil: undefined }) }), {
  maxLength: 120,
})

function play(index: WordIndex, all: readonly { readonly id: number; readonly terms: Terms | undefined }[]) {
  const left = new Map<number, Terms>()
  for (const { id, terms } of all) {
    expect(index.remove(id)).toBe(left.delete(id))
    if (!terms) continue
    index.add(id, counted(terms))
    left.set(id, terms)
  }
  return left
}

test('after any edits it answers to the bit what an index made anew would', () => {
  fc.assert(
    fc.property(edits, terms, (all, query) => {
      const index = new WordIndex()
      const left = play(index, all)
      const fresh = new WordIndex()
      for (const [id, terms] of left) fresh.add(id, counted(terms))
      const one = index.search(counted(query), 10)
      const other = fresh.search(counted(query), 10)
      expect(one.best).toEqual(other.best)
      expect(one.mean).toBeCloseTo(other.mean, 12)
      expect(one.deviation).toBeCloseTo(other.deviation, 12)
      for (const id of left.keys()) expect(one.scoreOf(id)).toBe(other.scoreOf(id))
    }),
  )
})

test('scores are those of the formula', () => {
  fc.assert(
    fc.property(fc.array(terms, { minLength: 1, maxLength: 12 }), terms, (documents, query) => {
      const index = new WordIndex()
      documents.forEach((document, id) => index.add(id, counted(document)))
      const found = index.search(counted(query), documents.length)
      const lengthOf = (document: Terms) => [...document.values()].reduce((sum, count) => sum + count, 0)
      const average = documents.reduce((sum, document) => sum + lengthOf(document), 0) / documents.length
      documents.forEach((document, id) => {
        const expected = [...query].reduce((sum, [term, weight]) => {
          const having = documents.filter(it => it.has(term)).length
          const rarity = Math.log(1 + (documents.length - having + 0.5) / (having + 0.5))
          const count = document.get(term) ?? 0
          const long = 1 - 0.75 + (0.75 * lengthOf(document)) / average
          return count === 0 ? sum : sum + (weight * rarity * count * 2.2) / (count + 1.2 * long)
        }, 0)
        expect(found.scoreOf(id)).toBeCloseTo(expected, 4)
      })
    }),
  )
})

test('only what is accepted and matches is among the best, the best first', () => {
  fc.assert(
    fc.property(edits, terms, fc.integer({ min: 1, max: 5 }), (all, query, most) => {
      const index = new WordIndex()
      const left = play(index, all)
      const { best } = index.search(counted(query), most, id => id % 2 === 0)
      const matching = [...left].filter(
        ([id, terms]) => id % 2 === 0 && [...terms.keys()].some(term => query.has(term)),
      )
      expect(best).toHaveLength(Math.min(most, matching.length))
      for (const { id } of best) expect(matching.map(([each]) => each)).toContain(id)
      best.slice(1).forEach(({ score }, place) => expect(score).toBeLessThanOrEqual(best[place]?.score ?? 0))
    }),
  )
})

test('slots of removed functions are given back', () => {
  const index = new WordIndex()
  for (let round = 0; round < 5000; round += 1) {
    index.remove(round % 10)
    index.add(round % 10, counted(new Map([['delta', 1 + (round % 4)]])))
  }
  expect(index.search(counted(new Map([['delta', 1]])), 20).best).toHaveLength(10)
  expect(() => index.add(3, counted(new Map()))).toThrow('an id must be added once, was 3')
  expect(index.rarity('vega')).toBe(0)
})
