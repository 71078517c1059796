import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WordIndex } from './bm25.ts'
import type { Kept } from './kept.ts'
import { keepWords, readKeptWords } from './keptWords.ts'

const WORDS = ['delta', 'gamma', 'theta', 'spot', 'strike', 'größe', '期权']

const document = fc.uniqueArray(fc.tuple(fc.constantFrom(...WORDS), fc.integer({ min: 1, max: 40 })), {
  selector: ([term]) => term,
})
/** Adds or takes out one of a few ids. */
const edits = fc.array(fc.tuple(fc.nat({ max: 20 }), fc.option(document, { nil: undefined })), {
  maxLength: 60,
})

type Edits = readonly (readonly [id: number, terms: readonly (readonly [string, number])[] | undefined])[]

function play(index: WordIndex, all: Edits): WordIndex {
  for (const [id, terms] of all) {
    index.remove(id)
    if (terms)
      index.add(id, { terms: terms.map(([term]) => term), counts: terms.map(([, count]) => count / 4) })
  }
  return index
}

function keptInMemory() {
  const values = new Map<string, Uint8Array>()
  const kept: Kept = {
    read: name => values.get(name),
    write: (name, value) => void values.set(name, value),
    forget: name => void values.delete(name),
  }
  return { kept, values }
}

function answers(index: WordIndex) {
  const { best } = index.search({ terms: WORDS, counts: WORDS.map(() => 1) }, 50)
  return { best, size: index.size, rarities: WORDS.map(term => index.rarity(term)) }
}

test('what was kept answers as what was never away, and goes on doing so', () => {
  fc.assert(
    fc.property(edits, edits, (before, after) => {
      const { kept } = keptInMemory()
      const stayed = play(new WordIndex(), before)
      keepWords(kept, stayed.table())
      const table = readKeptWords(kept)
      const loaded = new WordIndex(table)
      expect(answers(loaded)).toEqual(answers(stayed))
      expect(answers(play(new WordIndex(table), after))).toEqual(answers(play(stayed, after)))
      expect(answers(new WordIndex(play(loaded, after).table()))).toEqual(answers(stayed))
    }),
  )
})

test('bytes that were damaged, cut or lengthened are refused and forgotten', () => {
  const { kept, values } = keptInMemory()
  keepWords(kept, play(new WordIndex(), [[1, [['delta', 4]]]]).table())
  const whole = values.get('words') ?? new Uint8Array()
  fc.assert(
    fc.property(
      fc.nat({ max: whole.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      fc.constantFrom('changed', 'cut', 'lengthened'),
      (place, by, how) => {
        const changed = Uint8Array.from(whole)
        changed[place] = (changed[place] ?? 0) ^ by
        const damaged = { changed, cut: whole.subarray(0, place), lengthened: Uint8Array.of(...whole, by) }[
          how
        ]
        kept.write('words', damaged)
        expect(readKeptWords(kept)).toBeUndefined()
        expect(values.has('words')).toBe(false)
      },
    ),
  )
})

test('columns that do not fit each other are refused though their digest is right', () => {
  const fine = play(new WordIndex(), [
    [1, [['delta', 4]]],
    [2, [['spot', 4]]],
  ]).table()
  const wrong = [
    { ...fine, slots: Uint32Array.of(0, 2) },
    { ...fine, ends: Uint32Array.of(2, 1) },
    { ...fine, ends: Uint32Array.of(1, 1) },
    { ...fine, ids: Float64Array.of(1, 1) },
    { ...fine, terms: ['delta\nspot', 'theta'] },
  ]
  for (const table of wrong) {
    const { kept, values } = keptInMemory()
    keepWords(kept, table)
    expect(readKeptWords(kept)).toBeUndefined()
    expect(values.size).toBe(0)
  }
})
