import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { VariantCard } from '../contract/assistant.ts'
import { createRandom } from '../core/base/random.ts'
import { generatedCards } from '../fixtures/generatedCards.ts'
import { distinctCards } from './distinctCards.ts'
import { TRANSFORMS } from './transform/transforms.ts'

const [made] = generatedCards(createRandom(1), 'list')
if (!made) throw new Error('there is a card')
const card = (steps: readonly string[], id: number): VariantCard => ({
  ...made,
  id: String(id),
  steps,
  title: 'One array expression for all rounds of the loop',
  origin: 'rules',
})
const UNTELLING = ['rounds-for-arrays', 'commute-operands']
const step = fc.constantFrom('vectorise-loop', 'share-expressions', 'hoist-invariants', ...UNTELLING)
const cards = fc
  .array(fc.uniqueArray(step, { minLength: 1 }), { maxLength: 12 })
  .map(all =>
    all.map((steps, id) => card(['vectorise-loop', ...steps.filter(it => it !== 'vectorise-loop')], id)),
  )
const toldOf = ({ steps }: VariantCard) =>
  steps
    .filter(it => !UNTELLING.includes(it))
    .toSorted()
    .join(' ')

test('of cards that do the same the first one stays, and each of the rest once', () => {
  fc.assert(
    fc.property(cards, all => {
      const firsts = all.filter((each, at) => all.findIndex(other => toldOf(other) === toldOf(each)) === at)
      expect(distinctCards(all).map(({ id }) => id)).toEqual(firsts.map(({ id }) => id))
    }),
  )
})

test('no two cards have one title, and a card alone keeps its own', () => {
  fc.assert(
    fc.property(cards, all => {
      const titles = distinctCards(all).map(({ title }) => title)
      expect(new Set(titles).size).toBe(titles.length)
      expect(titles.length !== 1 || titles[0] === card([], 0).title).toBe(true)
    }),
  )
})

test('what a title adds is what the others do not do', () => {
  const titles = distinctCards([
    card(['vectorise-loop'], 1),
    card(['vectorise-loop', 'rounds-for-arrays'], 2),
    card(['vectorise-loop', 'share-expressions'], 3),
  ]).map(({ title }) => title)
  expect(titles).toEqual([
    'One array expression for all rounds of the loop',
    'One array expression for all rounds of the loop; what is needed twice is computed once',
  ])
})

test('and why that is right comes first', () => {
  const reasons = TRANSFORMS.filter(({ name }) => ['vectorise-loop', 'share-expressions'].includes(name))
  const why = ['vectorise-loop', 'share-expressions'].map(
    step => reasons.find(it => it.name === step)?.why ?? '',
  )
  const [plain, shared] = distinctCards([
    { ...card(['vectorise-loop'], 1), why: why.slice(0, 1) },
    { ...card(['vectorise-loop', 'share-expressions'], 2), why },
  ])
  expect(plain?.why).toEqual(why.slice(0, 1))
  expect(shared?.why).toEqual(why.toReversed())
})
