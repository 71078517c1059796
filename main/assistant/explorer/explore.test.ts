import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/base/random.ts'
import { CASE_INPUTS } from '../../fixtures/sameResults/inputs.ts'
import { HAS_PYTHON, HAS_SCIPY, differences } from '../../fixtures/sameResults/sameResults.ts'
import { TRADING_CASES } from '../../fixtures/tradingCode/cases.ts'
import { openGrammars } from '../syntax/grammars.ts'
import { readPython } from '../syntax/python/read.ts'
import { draftContext } from '../transform/draftContext.ts'
import { TRANSFORMS } from '../transform/transforms.ts'
import { explore, reach, type ExploreOptions } from './explore.ts'
import { randomSearch } from './randomSearch.ts'
import { openSearchSpace } from './searchSpace.ts'
import type { Exploration } from './variant.ts'

const grammars = await openGrammars()
const UNKNOWN = { arguments: {}, lines: { first: 1, last: 1 } }

function explored(
  path: string,
  options: Partial<ExploreOptions> = {},
): Exploration & { readonly source: string } {
  const found = TRADING_CASES.find(({ function: own }) => own === path)
  if (!found) throw new Error(`no case ${path}`)
  const source = readFileSync(found.file, 'utf8')
  const exploration = explore(readPython(grammars, source), path, UNKNOWN, {
    random: createRandom(7),
    variants: 60,
    milliseconds: 20_000,
    priors: new Map(),
    packages: HAS_SCIPY ? ['numpy', 'pandas', 'scipy'] : ['numpy', 'pandas'],
    ...options,
  })
  return { ...exploration, source }
}

test('variants differ from each other and from the original, and come cheapest first', () => {
  const { variants, explored: count } = explored('book_greeks')
  expect(variants).toHaveLength(count)
  expect(count).toBe(60)
  expect(new Set(variants.map(({ text }) => text)).size).toBe(count)
  expect(new Set(variants.map(({ module }) => module)).size).toBe(count)
  const costs = variants.map(({ cost }) => cost)
  expect(costs).toEqual(costs.toSorted((left, right) => left - right))
  expect(costs[0]).toBeLessThan(0.3)
  for (const { steps, title, why } of variants) {
    expect(steps.length).toBeGreaterThan(0)
    expect(title).not.toBe('')
    expect(why.length).toBeGreaterThan(0)
  }
})

test('every variant of every case is read again without an error', () => {
  for (const { function: path } of TRADING_CASES)
    for (const { module } of explored(path, { variants: 15 }).variants)
      expect(grammars.withTree('python', module, root => root.hasError)).toBe(false)
}, 60_000)

test('a thousand variants of a case have a thousand texts, and each that is looked at is read without an error', () => {
  for (const { file, function: path } of TRADING_CASES) {
    const context = draftContext(readPython(grammars, readFileSync(file, 'utf8')), path, {}, ['numpy'])
    let asked = 0
    const spent = (): number => (asked += 1) / 200
    const { points, space } = reach(context, {
      random: createRandom(4),
      variants: 1000,
      priors: new Map(),
      spent,
    })
    const texts = new Set(points.map(({ text }) => text))
    expect(texts.size).toBe(points.length)
    expect(texts.has(space.root.text)).toBe(false)
    const tenth = [...texts].filter((_, at) => at % 10 === 0).join('\n')
    expect(grammars.withTree('python', tenth, root => root.hasError)).toBe(false)
  }
}, 60_000)

test('the same seed gives the same variants', () => {
  const texts = (seed: number): readonly string[] =>
    explored('true_ranges', { random: createRandom(seed) }).variants.map(({ text }) => text)
  expect(texts(3)).toEqual(texts(3))
})

test('time and number are bounds, and a small space is walked to its end', () => {
  expect(explored('crossovers', { variants: 5 }).explored).toBeLessThanOrEqual(5)
  expect(explored('crossovers', { milliseconds: 0 }).explored).toBe(0)
  const whole = explored('touch_probability', { variants: 1000 })
  expect(whole.explored).toBeGreaterThan(0)
  expect(whole.explored).toBeLessThan(1000)
})

test('a function without any site has no variants; an unknown one is a broken promise', () => {
  const module = readPython(grammars, 'def f(x):\n    return x\n')
  const options = {
    random: createRandom(1),
    variants: 10,
    milliseconds: 1000,
    priors: new Map(),
    packages: [],
  }
  expect(explore(module, 'f', UNKNOWN, options).variants).toEqual([])
  expect(() => explore(module, 'g', UNKNOWN, options)).toThrow('g')
})

test.skipIf(!HAS_PYTHON)(
  'changes made together keep the meaning',
  () => {
    const paths = ['book_greeks', 'realised_volatility', 'simulate_paths', 'scenario_grid', 'minute_bars']
    const pairs = paths.flatMap(path => {
      const { variants, source } = explored(path, { variants: 40 })
      const composed = variants.filter(({ steps }) => steps.length > 1).slice(0, 12)
      return composed.map(({ module }) => ({
        original: source,
        variant: module,
        function: path,
        inputs: CASE_INPUTS[path] ?? [],
      }))
    })
    expect(pairs.length).toBeGreaterThan(20)
    expect(differences(pairs).flat()).toEqual([])
  },
  60_000,
)

test('two changes that touch different things give the same in either order', () => {
  let pairs = 0
  for (const { file, function: path } of TRADING_CASES.slice(0, 20)) {
    const module = readPython(grammars, readFileSync(file, 'utf8'))
    const space = openSearchSpace(draftContext(module, path, {}, ['numpy']), TRANSFORMS)
    if (!space) throw new Error(`no function ${path}`)
    const moves = space.movesOf(space.root)
    for (const one of moves.list.slice(0, 6))
      for (const other of moves.list.slice(0, 6)) {
        if (one === other || !moves.composition.areApart(one.at, other.at)) continue
        pairs += 1
        expect(space.step(moves, [one, other])).toBe(space.step(moves, [other, one]))
      }
  }
  expect(pairs).toBeGreaterThan(20)
})

test('search at random sees points of the same space', () => {
  const found = TRADING_CASES.find(({ function: path }) => path === 'mark_calls')
  const module = readPython(grammars, readFileSync(found?.file ?? '', 'utf8'))
  const space = openSearchSpace(draftContext(module, 'mark_calls', {}, ['numpy']), TRANSFORMS)
  if (!space) throw new Error('no function')
  randomSearch(space, { random: createRandom(2), variants: 30, isOver: () => false })
  expect(space.points.size).toBe(31)
  expect([...space.points.values()].some(({ cost }) => cost < space.root.cost)).toBe(true)
})
