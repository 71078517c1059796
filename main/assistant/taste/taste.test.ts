import { expect, test } from 'vitest'
import type { VariantCard } from '../../contract/assistant.ts'
import { createRandom } from '../../core/base/random.ts'
import { assistantDatabase } from '../../fixtures/assistantDatabase.ts'
import { GENERATED_FAMILIES, generatedCards } from '../../fixtures/generatedCards.ts'
import { SCRIPTED_CODERS, takenBy } from '../../fixtures/scriptedCoders.ts'
import { agreement, taughtTaste } from '../../fixtures/tasteTrial.ts'
import { TASTE_FEATURES, cardFeatures } from './features.ts'
import { openTaste } from './taste.ts'

const lists = (count: number, seed: number) => {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, index) => generatedCards(random, `${seed}-${index}`))
}
const column = (name: string) => TASTE_FEATURES.findIndex(feature => feature.name === name)
const opened = (database = assistantDatabase()) => {
  let time = 0
  return openTaste({ database, now: () => (time += 1), stepFamilies: GENERATED_FAMILIES })
}
const [first = []] = lists(1, 3)
const [card] = first
if (!card) throw new Error('there is a card')

/** The same card with another speed. */
function timed(verdict: 'faster' | 'slower' | 'not shown', speedUp: number, id: string): VariantCard {
  if (card?.state.kind !== 'verified') throw new Error('the card is verified')
  const timing = { sizes: [], verdict, speedUp: { value: speedUp, low: speedUp, high: speedUp } }
  return { ...card, id, state: { ...card.state, timing } }
}

test.each(SCRIPTED_CODERS)('after 30 choices of $name, new lists begin with what he would take', coder => {
  const taste = taughtTaste(cards => takenBy(coder, cards), lists(30, 1), GENERATED_FAMILIES)
  expect(agreement(taste, coder, lists(60, 2))).toBeGreaterThanOrEqual(0.8)
})

test('the code as it is has nothing of any feature', () => {
  const same = { ...timed('faster', 1, 'same'), after: card.before, steps: [] }
  const features = cardFeatures({ ...same, origin: 'rules' }, GENERATED_FAMILIES)
  const seen = TASTE_FEATURES.filter((_, index) => features[index] !== 0).map(({ name }) => name)
  // Its made-up evidence is of another text
  expect(seen.filter(name => name !== 'tolerance' && name !== 'memory')).toEqual([])
})

test('features see what a text says', () => {
  const wanted: readonly (readonly [string, string, number])[] = [
    ['numpy', 'import numpy\ntotal = numpy.sum(values)\n', 1],
    ['numpy', 'import numpy as n\ntotal = n.sum(values)\n', 1],
    ['numpy', 'from numpy import (sum as total_of)\ntotal = total_of(values)\n', 1],
    ['numpy', 'total = "np.sum"  # np.sum\n', 0],
    ['pandas', 'import pandas as pd\nframe = pd.DataFrame()\n', 1],
    ['comprehension', 'squares = [x * x for x in values]\n', 1],
    ['comprehension', 'squares = {k: v for k, v in pairs}\n', 1],
    ['generator', 'total = sum(x * x for x in values)\n', 1],
    ['generator', 'for x in values: print(x)\n', 0],
    ['cache', 'from functools import lru_cache\n', 1],
    ['narrow', 'x = values.astype("f4") if False else np.float32(1)\n', 1],
  ]
  for (const [name, after, value] of wanted) {
    const features = cardFeatures({ ...card, before: '', after, steps: [] }, GENERATED_FAMILIES)
    expect([name, after, features[column(name)]]).toEqual([name, after, value])
  }
})

test('taste never overrules measured speed, and orders only what was verified', () => {
  const standardLibrary = SCRIPTED_CODERS[2]
  const taste = taughtTaste(
    cards => standardLibrary && takenBy(standardLibrary, cards),
    lists(40, 5),
    GENERATED_FAMILIES,
  )
  const { id: _, ...unverified } = { ...card, state: { kind: 'unverified', reason: 'no sandbox' } as const }
  const ranked = taste.rank([
    { ...unverified, id: 'unverified' },
    timed('slower', 0.5, 'slower'),
    timed('not shown', 9, 'not shown'),
    timed('faster', 1.1, 'faster'),
  ])
  expect(ranked.map(({ id }) => id)).toEqual(['faster', 'not shown', 'slower', 'unverified'])
  expect(ranked.at(-1)?.rank).toEqual({ speed: 0, taste: 0, because: [] })
})

test('a habit is told only where it is one of the patterns', () => {
  const untaught = opened()
  const [shown = []] = lists(1, 21)
  const told = (taste: typeof untaught) => taste.rank(shown).flatMap(({ rank }) => rank.because)
  expect(untaught.patterns()).toEqual([])
  expect(told(untaught).filter(reason => reason.includes('you '))).toEqual([])
  const [vectoriser] = SCRIPTED_CODERS
  const taught = taughtTaste(
    cards => vectoriser && takenBy(vectoriser, cards),
    lists(40, 5),
    GENERATED_FAMILIES,
  )
  const habits = told(taught).flatMap(reason => /you (.*)$/.exec(reason)?.[1] ?? [])
  const patterns = taught.patterns().map(({ sentence }) => sentence)
  expect(habits.length).toBeGreaterThan(0)
  for (const habit of habits) expect(patterns.filter(sentence => sentence.includes(habit))).toHaveLength(1)
})

test('one choice changes the next order at once', () => {
  const taste = opened()
  const [one, other] = taste.rank([
    timed('faster', 2, 'a'),
    { ...timed('faster', 2, 'b'), after: card.before },
  ])
  if (!one || !other) throw new Error('there are two')
  taste.choose({ kind: 'applied', card: other, shown: [one, other] })
  expect(taste.rank([one, other])[0]?.id).toBe(other.id)
})

test('what was learned outlives a start, and what another process wrote is seen', () => {
  const database = assistantDatabase()
  const taste = opened(database)
  for (const shown of lists(70, 8)) {
    const [taken] = shown
    if (taken) taste.choose({ kind: 'applied', card: taken, shown })
  }
  const [shown = []] = lists(1, 9)
  expect(opened(database).rank(shown)).toEqual(taste.rank(shown))
  expect(taste.report()).toMatchObject({ choices: 70, sinceTraining: 20 })
})

test('an answer that could not be kept taught nothing', () => {
  const database = assistantDatabase()
  const taste = opened(database)
  const [shown = [], next = []] = lists(2, 13)
  for (const taken of shown.slice(0, 2)) taste.choose({ kind: 'applied', card: taken, shown })
  const before = taste.rank(next)
  database.exec("CREATE TRIGGER full BEFORE INSERT ON kept BEGIN SELECT RAISE(ABORT, 'disk full'); END")
  const [other] = shown.toReversed()
  if (!other) throw new Error('there is a card')
  expect(() => taste.choose({ kind: 'applied', card: other, shown })).toThrow('disk full')
  database.exec('DROP TRIGGER full')
  expect(taste.rank(next)).toEqual(before)
  expect(taste.choices(10)).toHaveLength(2)
})

test('an unreadable belief, and one of other features, is learned again', () => {
  const database = assistantDatabase()
  const taste = opened(database)
  const [shown = []] = lists(1, 9)
  const [taken] = shown
  if (taken) taste.choose({ kind: 'applied', card: taken, shown })
  const wanted = opened(database).rank(shown)
  for (const bytes of [
    '',
    '{',
    '{"features":["speed"],"mean":[1],"precision":[1],"choices":1,"trained":0}',
  ]) {
    database.prepare('UPDATE kept SET value = ?').run(Buffer.from(bytes))
    expect(opened(database).rank(shown)).toEqual(wanted)
  }
})

test('a change that is undone leaves nothing of what was learned from it but the refusal', () => {
  const [shown = []] = lists(1, 9)
  const [taken] = shown
  if (!taken) throw new Error('there is a card')
  const undone = opened()
  undone.choose({ kind: 'applied', card: taken, shown })
  undone.choose({ kind: 'undone', card: taken, shown })
  const refused = opened()
  refused.choose({ kind: 'refused', card: taken, shown })
  expect(undone.rank(shown)).toEqual(refused.rank(shown))
  expect(undone.choices(10).map(({ kind }) => kind)).toEqual(['undone', 'applied'])
})

test('what he writes himself counts more than what was shown', () => {
  const taste = opened()
  const own = 'def book_value(positions, spot):\n    return sum([p.value(spot) for p in positions])\n'
  taste.choose({ kind: 'edited', card, shown: [card], edited: own })
  expect(taste.rank([card, { ...card, id: 'own', after: own }])[0]?.id).toBe('own')
})

test('a pattern is told in words, and deleting it undoes it', () => {
  const standardLibrary = SCRIPTED_CODERS[2]
  const taste = taughtTaste(
    cards => standardLibrary && takenBy(standardLibrary, cards),
    lists(40, 11),
    GENERATED_FAMILIES,
  )
  const pattern = taste.patterns().find(({ id }) => id === 'libraries')
  expect(pattern).toMatchObject({ support: expect.any(Number), weight: expect.any(Number) })
  expect(pattern?.sentence).toMatch(/^You stay with the standard library \(\d+ of \d+\)$/)
  expect(taste.tryOnHistory({ id: 'libraries' }).holds).toBe(true)
  const plain = timed('faster', 2, 'plain')
  const before = { ...plain, steps: [], after: `${card.before}x = 1\n` }
  const library = {
    ...before,
    id: 'library',
    after: `import numpy as np\n${card.before}`,
    before: card.before,
  }
  const others = [
    'numpy',
    'imports',
    'diff',
    'length',
    'definitions',
    'width',
    'density',
    'names',
    'depth',
    'tolerance',
  ]
  expect(taste.rank([library, before])[0]?.id).toBe('plain')
  for (const id of ['libraries', ...others]) expect(taste.forget(id)).toBe(true)
  expect(taste.forget('no such pattern')).toBe(false)
  expect(taste.patterns().map(({ id }) => id)).not.toContain('libraries')
  const apart = (ranked: readonly VariantCard[]) => {
    const valueOf = (id: string) => ranked.find(entry => entry.id === id)?.rank.taste ?? Number.NaN
    return valueOf('library') - valueOf('plain')
  }
  const shown = [library, before]
  expect(apart(taste.rank(shown))).toBeCloseTo(apart(opened().rank(shown)), 6)
})

test('a forgotten pattern can be found again in what is chosen after', () => {
  const coder = SCRIPTED_CODERS[2]
  const database = assistantDatabase()
  const taste = opened(database)
  const teach = (seed: number) => {
    for (const shown of lists(30, seed)) {
      const taken = coder && takenBy(coder, shown)
      if (taken) taste.choose({ kind: 'applied', card: taken, shown })
    }
  }
  const isKnown = () => taste.patterns().some(({ id }) => id === 'libraries')
  teach(21)
  expect(isKnown()).toBe(true)
  taste.forget('libraries')
  expect(isKnown()).toBe(false)
  teach(22)
  expect(isKnown()).toBe(true)
})

test('who takes anything has no pattern that holds on history', () => {
  const random = createRandom(31)
  const taste = taughtTaste(cards => cards[random.below(cards.length)], lists(60, 32), GENERATED_FAMILIES)
  expect(taste.patterns().filter(pattern => taste.tryOnHistory(pattern).holds).length).toBeLessThanOrEqual(1)
})

test('retraining in slices gives what training at once gives, and a cancel changes nothing', async () => {
  const database = assistantDatabase()
  const taste = opened(database)
  for (const shown of lists(60, 41)) {
    const [taken] = shown
    if (taken) taste.choose({ kind: 'applied', card: taken, shown })
  }
  const [shown = []] = lists(1, 42)
  const before = taste.rank(shown)
  expect(await taste.retrain(AbortSignal.abort())).toBe(false)
  expect(taste.rank(shown)).toEqual(before)
  expect(await taste.retrain(new AbortController().signal)).toBe(true)
  expect(taste.report().sinceTraining).toBe(0)
})

test('families that he likes are tried more willingly', () => {
  const taste = taughtTaste(
    cards => cards.find(({ steps }) => steps.includes('hoist lookups')) ?? cards[0],
    lists(30, 51),
    GENERATED_FAMILIES,
  )
  const priors = taste.priors()
  expect(priors.get('hoist')).toBeGreaterThan(1)
  for (const prior of priors.values()) expect(prior >= 0.25 && prior <= 4).toBe(true)
  const [hoisted = 0, reduced = 0] = taste.score([
    { steps: ['hoist lookups'], cost: 0.5, reorders: false },
    { steps: ['reduce list'], cost: 0.5, reorders: false },
  ])
  expect(hoisted).toBeGreaterThan(reduced)
  const [cheap = 0, dear = 0] = opened().score([
    { steps: ['reduce list'], cost: 0.5, reorders: false },
    { steps: ['reduce list'], cost: 0.6, reorders: false },
  ])
  expect(cheap).toBeGreaterThan(dear)
})
