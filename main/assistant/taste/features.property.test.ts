import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/base/random.ts'
import { GENERATED_FAMILIES, generatedCards } from '../../fixtures/generatedCards.ts'
import { TASTE_FEATURES, cardFeatures } from './features.ts'

const [card] = generatedCards(createRandom(1), 'list')
if (!card) throw new Error('there is a card')
const EVIDENCE = new Set([
  'speed',
  'memory',
  'tolerance',
  'steps',
  'model',
  'numpy',
  'pandas',
  'comprehension',
])

const piece = fc.constantFrom(
  'import numpy as np\n',
  'from pandas import (DataFrame as Frame, Series)\n',
  '    for x in [y for y in (z for z in rows)]:\n',
  '\t\tnp.sum(x) # np\n',
  '"""',
  "'",
  '((((',
  'def f():\n',
  '\\\n',
  ' = {a: b for a in c}\n',
  '\r\n',
  'é',
)
const text = fc.array(piece, { maxLength: 20 }).map(parts => parts.join(''))

test('of any two texts every feature is a number that is not large', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const features = cardFeatures({ ...card, before, after }, GENERATED_FAMILIES)
      expect(features).toHaveLength(TASTE_FEATURES.length)
      for (const value of features) expect(Math.abs(value)).toBeLessThanOrEqual(4)
    }),
  )
})

test('a text that stays the same has nothing that a text can have', () => {
  fc.assert(
    fc.property(text, same => {
      const features = cardFeatures({ ...card, before: same, after: same, steps: [] }, GENERATED_FAMILIES)
      const seen = TASTE_FEATURES.filter(({ name }, index) => !EVIDENCE.has(name) && features[index] !== 0)
      expect(seen.map(({ name }) => name)).toEqual([])
    }),
  )
})

test('the rest of a file says nothing: what does not change can be anything', () => {
  fc.assert(
    fc.property(text, text, text, (before, after, rest) => {
      // Imports in the rest would name libraries
      const unrelated = rest.replaceAll(/import|"""|'|\\/g, '')
      const alone = cardFeatures(
        { ...card, before: `${before}\n#\n`, after: `${after}\n#\n` },
        GENERATED_FAMILIES,
      )
      const inFile = cardFeatures(
        { ...card, before: `${before}\n#\n${unrelated}`, after: `${after}\n#\n${unrelated}` },
        GENERATED_FAMILIES,
      )
      const [diff, length] = ['diff', 'length'].map(name => TASTE_FEATURES.findIndex(it => it.name === name))
      expect(inFile[diff ?? -1]).toBeCloseTo(alone[diff ?? -1] ?? Number.NaN, 9)
      expect(inFile[length ?? -1]).toBeCloseTo(alone[length ?? -1] ?? Number.NaN, 9)
    }),
  )
})
